/** What a page's linked data says about its article, as strings that are not cleaned yet. */
export interface LinkedArticle {
  readonly type: string;
  readonly headline?: string;
  readonly description?: string;
  readonly url?: string;
  readonly language?: string;
  readonly published?: string;
  readonly modified?: string;
  readonly authors: readonly string[];
  readonly keywords: readonly string[];
  readonly section?: string;
  readonly image?: string;
  readonly publisher?: string;
}

type Node = Readonly<Record<string, unknown>>;

const newsType = /NewsArticle$/;
const articleType = /(?:Article|BlogPosting|Report|LiveBlogPosting|Review|Recipe)$/;
/** Nodes looked at in all; a page with more is hiding something else. */
const maxNodes = 5_000;

/**
 * Reads schema.org's JSON-LD: single objects, arrays and `@graph`, with nodes that refer to each other by `@id`.
 *
 * The walk keeps its own stack and stops after a bound, so neither depth nor size of the input matter.
 *
 * @param scripts the texts of the page's `application/ld+json` scripts.
 * @returns the article, if any, and how many scripts could not be read.
 */
export function readLinkedData(scripts: readonly string[]): { article?: LinkedArticle; unreadable: number } {
  let unreadable = 0;
  const nodes: Node[] = [];
  const byId = new Map<string, Node>();
  for (const script of scripts) {
    const parsed = parseLoosely(script);
    if (parsed === undefined) unreadable += 1;
    else collectNodes(parsed, nodes, byId);
  }
  const articles = nodes.filter((node) => articleType.test(typeOf(node)));
  const article = articles.find((node) => newsType.test(typeOf(node))) ?? articles[0];
  return article === undefined ? { unreadable } : { article: readArticleNode(article, byId), unreadable };
}

/** Parses JSON, also when it is wrapped in a comment or CDATA, ends with a semicolon or has raw line breaks in strings. */
function parseLoosely(script: string): unknown {
  const bare = script
    .trim()
    .replace(/^(?:<!--|(?:\/\/ ?)?<!\[CDATA\[|\/\*<!\[CDATA\[\*\/)/, "")
    .replace(/(?:-->|(?:\/\/ ?)?\]\]>|\/\*\]\]>\*\/|;)\s*$/, "");
  for (const candidate of [bare, bare.replace(/[\n\r\t]+/g, " ")]) {
    try {
      return JSON.parse(candidate) as unknown;
    } catch {
      // The second candidate repairs what generators most often get wrong; after it the script is unreadable.
    }
  }
  return undefined;
}

function collectNodes(root: unknown, nodes: Node[], byId: Map<string, Node>): void {
  const pending: unknown[] = [root];
  for (let value = pending.pop(); value !== undefined && nodes.length < maxNodes; value = pending.pop()) {
    if (Array.isArray(value)) {
      for (let index = Math.min(value.length, maxNodes) - 1; index >= 0; index -= 1) pending.push(value[index] ?? "");
    } else if (isNode(value)) {
      nodes.push(value);
      const id = value["@id"];
      if (typeof id === "string" && !(byId.has(id) && Object.keys(value).length === 1)) byId.set(id, value);
      for (const key of ["mainEntity", "mainEntityOfPage", "@graph", "itemListElement"]) {
        if (typeof value[key] === "object" && value[key] !== null) pending.push(value[key]);
      }
      // Authors and publishers stand within, but may be referred to from elsewhere.
      for (const key of ["author", "publisher", "creator"]) {
        const inner = value[key];
        if (isNode(inner) && typeof inner["@id"] === "string" && "name" in inner) byId.set(inner["@id"], inner);
      }
    }
  }
}

function readArticleNode(node: Node, byId: ReadonlyMap<string, Node>): LinkedArticle {
  const text = (key: string): string | undefined => firstText(node[key], byId);
  const optional = {
    headline: text("headline") ?? text("name"),
    description: text("description"),
    url: text("url") ?? text("mainEntityOfPage"),
    language: text("inLanguage"),
    published: text("datePublished") ?? text("dateCreated"),
    modified: text("dateModified"),
    section: text("articleSection"),
    image: text("image"),
    publisher: text("publisher"),
  };
  return {
    type: typeOf(node),
    authors: allTexts(node["author"] ?? node["creator"], byId),
    keywords: allTexts(node["keywords"], byId).flatMap((keyword) => keyword.split(/[,;]/)),
    ...(Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)) as Partial<
      Record<keyof typeof optional, string>
    >),
  };
}

/** Of several types, the one that says most of an article: `["WebPage", "NewsArticle"]` is a news article. */
function typeOf(node: Node): string {
  const types = [node["@type"]].flat().filter((type) => typeof type === "string");
  return types.find((type) => newsType.test(type)) ?? types.find((type) => articleType.test(type)) ?? types[0] ?? "";
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function firstText(value: unknown, byId: ReadonlyMap<string, Node>): string | undefined {
  return allTexts(value, byId)[0];
}

/** The texts that a value stands for: itself, the names in it, or those of the nodes that it refers to. */
function allTexts(value: unknown, byId: ReadonlyMap<string, Node>): string[] {
  const values: readonly unknown[] = Array.isArray(value) ? value.slice(0, 50) : [value];
  return values.flatMap((entry): string[] => {
    if (typeof entry === "string") return entry.trim() === "" ? [] : [entry];
    if (!isNode(entry)) return [];
    const id = entry["@id"];
    const node = typeof id === "string" ? { ...byId.get(id), ...entry } : entry;
    const name: unknown = node["name"] ?? node["url"] ?? node["@value"] ?? id;
    return typeof name === "string" && name.trim() !== "" ? [name] : [];
  });
}
