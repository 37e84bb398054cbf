import { setTimeout as sleep } from "node:timers/promises";
import type { Client } from "../support/client.ts";
import type { Load, OwnArticle } from "./article-load.ts";
import { endlessDripMs } from "./choose-fault.ts";

/** One promise: of how many cases how many kept it, and what happened to some of the others. */
export interface Finding {
  readonly promise: string;
  readonly cases: number;
  readonly broken: readonly string[];
}

/** Requests at the same time. */
const concurrency = 12;

/** Looks at everything that is there after a load, through the API and without faults. */
export async function checkLoad(load: Load, reader: Client, clients: ReadonlyMap<string, Client>): Promise<Finding[]> {
  const known = load.articles.filter(({ acknowledged }) => acknowledged.length > 0);
  const changes = await readChanges(reader);
  const listed = await listAll(reader);
  return [
    { promise: "answers are those of the API", cases: load.counts.attempts, broken: load.surprises },
    await checkEach("an acknowledged article is there, with one of its texts", known, (article) =>
      checkThere(article, listed, reader),
    ),
    await checkEach("every acknowledged revision can be read", known, (article) => checkRevisions(article, reader)),
    await checkEach("sent again, the text that stands is unchanged", sample(known, 600), (article) =>
      checkUnchanged(article, listed, clients, reader),
    ),
    checkOriginals(known, listed),
    await checkEach("every acknowledged revision and retraction is in the change feed", known, async (article) =>
      checkTold(article, changes),
    ),
    checkRebuilt(listed, changes),
  ];
}

async function checkEach(
  promise: string,
  articles: readonly OwnArticle[],
  check: (article: OwnArticle) => Promise<string | undefined>,
): Promise<Finding> {
  const broken: string[] = [];
  const left = [...articles];
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      for (let article = left.pop(); article !== undefined; article = left.pop()) {
        const fault = await check(article);
        if (fault !== undefined) broken.push(`${article.partner.name}/${article.partnerArticleId}: ${fault}`);
      }
    }),
  );
  return { promise, cases: articles.length, broken };
}

function sample<T>(list: readonly T[], count: number): T[] {
  return list.filter((_, index) => index % Math.ceil(list.length / count) === 0);
}

const idOf = ({ acknowledged }: OwnArticle) => acknowledged[0]?.id ?? "";

interface Listed {
  readonly revision: number;
  readonly isOriginal: boolean;
}

async function listAll(reader: Client): Promise<Map<string, Listed>> {
  const listed = new Map<string, Listed>();
  let cursor: string | undefined;
  do {
    const page = await reader.listArticles({ limit: 200, duplicates: "include", ...(cursor && { cursor }) });
    for (const { id, revision = 0, match } of page.json.items) {
      listed.set(id, { revision, isOriginal: match === undefined });
    }
    cursor = page.json.nextCursor;
  } while (cursor !== undefined);
  return listed;
}

/** The type of what is told of an article, in order. */
type Changes = ReadonlyMap<string, readonly { readonly type: string; readonly revision: number }[]>;

/** Nobody waits longer than this for an answer, and then asks again, in ms. */
const settlingMs = endlessDripMs + 10_000;
const pauseMs = 400;

/** The whole feed; it has settled when nothing has come for a while. */
async function readChanges(reader: Client): Promise<Changes> {
  const changes = new Map<string, { type: string; revision: number }[]>();
  let cursor: string | undefined;
  for (let emptyPages = 0; emptyPages < settlingMs / pauseMs; ) {
    const page = await reader.listChanges({ limit: 200, ...(cursor === undefined ? {} : { cursor }) });
    for (const { type, id, revision } of page.json.items) {
      changes.set(id, [...(changes.get(id) ?? []), { type, revision }]);
    }
    cursor = page.json.nextCursor;
    emptyPages = page.json.items.length === 0 ? emptyPages + 1 : 0;
    if (emptyPages > 0) await sleep(pauseMs);
  }
  return changes;
}

async function checkThere(
  article: OwnArticle,
  listed: ReadonlyMap<string, Listed>,
  reader: Client,
): Promise<string | undefined> {
  const id = idOf(article);
  if (article.acknowledged.some((entry) => entry.id !== id)) return "it was acknowledged under two IDs";
  if (article.isRetracted) {
    const { status } = await reader.get(`/v1/articles/${id}`);
    return status === 410 && !listed.has(id) ? undefined : `it was retracted, and is answered ${status}`;
  }
  const last = article.acknowledged.at(-1);
  const revision = listed.get(id)?.revision;
  if (last === undefined || revision === undefined) return "it is not in the list";
  if (revision < last.revision) return `it stands at revision ${revision}, and ${last.revision} was acknowledged`;
  const { text } = await reader.getArticleRaw({ id });
  return article.sent.includes(text) ? undefined : "its bytes are nothing that was sent";
}

async function checkRevisions(article: OwnArticle, reader: Client): Promise<string | undefined> {
  if (article.isRetracted) return undefined;
  const { json } = await reader.listArticleRevisions({ id: idOf(article) });
  const kept = new Set(json.items.map(({ revision }) => revision));
  const gone = article.acknowledged.find(({ revision }) => !kept.has(revision));
  return gone && `revision ${gone.revision} is gone`;
}

async function checkUnchanged(
  article: OwnArticle,
  listed: ReadonlyMap<string, Listed>,
  clients: ReadonlyMap<string, Client>,
  reader: Client,
): Promise<string | undefined> {
  const id = idOf(article);
  if (!listed.has(id)) return undefined;
  const { text } = await reader.getArticleRaw({ id });
  const client = clients.get(article.partner.name) as Client;
  const reply = await client.put(article.partnerArticleId, text, { type: "text/plain" });
  const { outcome, id: again } = reply.json();
  return outcome === "unchanged" && again === id ? undefined : `it is ${outcome} as ${again}`;
}

/** Of the articles whose only text is a shared one, exactly one stands for all. */
function checkOriginals(articles: readonly OwnArticle[], listed: ReadonlyMap<string, Listed>): Finding {
  const byText = new Map<string, string[]>();
  for (const article of articles) {
    const [text, another] = article.sent;
    if (text === undefined || another !== undefined || !listed.has(idOf(article))) continue;
    byText.set(text, [...(byText.get(text) ?? []), idOf(article)]);
  }
  const broken = [...byText].flatMap(([text, ids]) => {
    const originals = ids.filter((id) => listed.get(id)?.isOriginal);
    // None is right where the original has become another text; it stays what the copies are copies of.
    return originals.length <= 1 ? [] : [`“${text.slice(0, 30)}…” has ${originals.length} originals: ${originals}`];
  });
  return { promise: "one original per text", cases: byText.size, broken };
}

function checkTold(article: OwnArticle, changes: Changes): string | undefined {
  const told = changes.get(idOf(article)) ?? [];
  const silent = article.acknowledged.find(({ revision }) => !told.some((change) => change.revision === revision));
  if (silent !== undefined) return `nothing is told of revision ${silent.revision}`;
  return article.isRetracted && told.at(-1)?.type !== "retracted" ? "its retraction is not told" : undefined;
}

/** Who follows the feed has what the list has. */
function checkRebuilt(listed: ReadonlyMap<string, Listed>, changes: Changes): Finding {
  const standing = [...changes].filter(([, told]) => told.at(-1)?.type !== "retracted");
  const rebuilt = new Map(standing.map(([id, told]) => [id, Math.max(...told.map(({ revision }) => revision))]));
  const ids = new Set([...listed.keys(), ...rebuilt.keys()]);
  const broken = [...ids].filter((id) => listed.get(id)?.revision !== rebuilt.get(id));
  return { promise: "the change feed rebuilds the list", cases: ids.size, broken };
}
