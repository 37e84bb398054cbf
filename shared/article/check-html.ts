import { elementRules, globalAttributes, linkRelation } from "./policy.ts";

/** What is wrong with an output, and where. */
export interface GrammarFault {
  readonly fault: string;
  /** Index of the character. */
  readonly at: number;
}

/** What an element may stand in, where that is not just anywhere: the parents that a parser would insist on. */
const parents: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ["caption", new Set(["table"])],
  ["thead", new Set(["table"])],
  ["tbody", new Set(["table"])],
  ["tfoot", new Set(["table"])],
  ["tr", new Set(["thead", "tbody", "tfoot"])],
  ["td", new Set(["tr"])],
  ["th", new Set(["tr"])],
]);
const tableInsides: ReadonlySet<string> = new Set(["table", "thead", "tbody", "tfoot", "tr"]);
const phrasingOnly: ReadonlySet<string> = new Set(["p", "h1", "h2", "h3", "h4", "h5", "h6", "pre"]);
const voids: ReadonlySet<string> = new Set(["br", "wbr", "hr", "img"]);
const maxDepth = 100;

const imageAttributes = ["src", "srcset", "alt", "title", "width", "height"];
const attributesOf: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ...[...elementRules].flatMap(([name, rule]) =>
    rule.treat === "keep" ? [[name, new Set([...globalAttributes, ...(rule.attributes ?? [])])] as const] : [],
  ),
  ["a", new Set([...globalAttributes, "href", "hreflang", "title", "rel"])] as const,
  ["img", new Set([...globalAttributes, ...imageAttributes])] as const,
]);
const endTags: ReadonlyMap<string, string> = new Map([...attributesOf.keys()].map((name) => [name, `</${name}>`]));
const inlines: ReadonlySet<string> = new Set(
  [...elementRules].flatMap(([name, rule]) => (rule.treat === "keep" && rule.shape === "inline" ? [name] : [])),
);

const unsafeText =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for.
  /[>\0-\x08\x0b-\x1f\x7f-\x9f\u00a0\ufeff]|&(?!(?:amp|lt|gt|nbsp);)/;
// Sticky, without nested repetition, so that the whole is one walk over the output.
const tagStart = /<([a-z][a-z0-9]*)/y;
const attributePart = /(?: ([a-z]+)="([^"<>]*)")/y;
const unsafeValue =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for.
  /[\0-\x08\x0b-\x1f\x7f-\x9f\u00a0\ufeff]|&(?!(?:amp|lt|gt|quot|nbsp);)/;
const webAddress = /^https?:\/\/[^/\s]/i;
const otherLink = /^(?:mailto|tel):/i;
const anyScheme = /^[^/?#]*:|^[/\\]{2}/;

/**
 * Checks that HTML is in the grammar of sanitized output: allowed elements with allowed attributes, all quoted, all
 * escaped, closed last in first out, and nested so that a parser has nothing to repair.
 *
 * It shares the lists of the policy with the sanitizer and nothing else, so that one mistake there does not hide here. One
 * walk, linear.
 *
 * @returns undefined when all is well.
 */
export function checkHtml(html: string): GrammarFault | undefined {
  const open: string[] = [];
  let at = 0;
  while (at < html.length) {
    if (html.charCodeAt(at) !== 0x3c) {
      const next = html.indexOf("<", at);
      const run = next < 0 ? html.slice(at) : html.slice(at, next);
      const fault = checkText(run, open, html, at);
      if (fault !== undefined) return { fault, at };
      at += run.length;
      continue;
    }
    if (html.charCodeAt(at + 1) === 0x2f) {
      const closer = endTags.get(open.at(-1) ?? "");
      if (closer === undefined || !html.startsWith(closer, at)) return { fault: "an end tag that closes nothing", at };
      open.pop();
      at += closer.length;
      continue;
    }
    tagStart.lastIndex = at;
    const name = tagStart.exec(html)?.[1];
    if (name === undefined) return { fault: "not a tag", at };
    const allowed = attributesOf.get(name);
    if (allowed === undefined) return { fault: `<${name}> is not allowed`, at };
    const placing = checkPlace(name, open);
    if (placing !== undefined) return { fault: placing, at };
    let end = tagStart.lastIndex;
    if (html.charCodeAt(end) === 0x20) {
      const attributes = readAttributes(html, end);
      if ("fault" in attributes) return attributes;
      const fault = checkAttributes(name, attributes.values, allowed);
      if (fault !== undefined) return { fault, at };
      end = attributes.end;
    } else if (name === "a" || name === "img") return { fault: `<${name}> without an address`, at };
    if (html.charCodeAt(end) !== 0x3e) return { fault: "tag does not end", at: end };
    if (!voids.has(name)) open.push(name);
    at = end + 1;
  }
  return open.length === 0 ? undefined : { fault: `<${open.at(-1)}> stays open`, at };
}

function checkText(run: string, open: readonly string[], html: string, at: number): string | undefined {
  const unsafe = unsafeText.exec(run);
  if (unsafe !== null) return `unescaped ${JSON.stringify(unsafe[0])}`;
  if (tableInsides.has(open.at(-1) ?? "")) return "text between the parts of a table";
  if (run.startsWith("\n") && html.startsWith("<pre", at - endOfTagLength(html, at)))
    return "a newline that pre swallows";
  return undefined;
}

/** Length of the tag that ends just before the index; 0 where there is none. */
function endOfTagLength(html: string, at: number): number {
  return html.charCodeAt(at - 1) === 0x3e ? at - html.lastIndexOf("<", at - 1) : 0;
}

function checkPlace(name: string, open: readonly string[]): string | undefined {
  const parent = open.at(-1);
  if (open.length >= maxDepth) return "too deep";
  const expected = parents.get(name);
  if (expected !== undefined) return expected.has(parent ?? "") ? undefined : `<${name}> outside of its table`;
  if (parent !== undefined && tableInsides.has(parent)) return `<${name}> between the parts of a table`;
  if (name === "a") {
    if (open.includes("a")) return "a link in a link";
    return undefined;
  }
  if (inlines.has(name) || (voids.has(name) && name !== "hr")) return undefined;
  if (parent !== undefined && (phrasingOnly.has(parent) || inlines.has(parent))) return `<${name}> in <${parent}>`;
  return undefined;
}

interface ReadAttributes {
  readonly values: readonly (readonly [name: string, value: string])[];
  readonly end: number;
}

function readAttributes(html: string, start: number): ReadAttributes | GrammarFault {
  const values: (readonly [string, string])[] = [];
  let end = start;
  while (html.charCodeAt(end) === 0x20) {
    attributePart.lastIndex = end;
    const part = attributePart.exec(html);
    if (part === null) return { fault: "not an attribute", at: end };
    values.push([part[1] ?? "", part[2] ?? ""]);
    end = attributePart.lastIndex;
  }
  return { values, end };
}

function checkAttributes(
  element: string,
  values: ReadAttributes["values"],
  allowed: ReadonlySet<string>,
): string | undefined {
  // There are few attributes and none is long in coming, so that looking through them beats a set.
  const has = (name: string): boolean => values.some((entry) => entry[0] === name);
  for (const [index, [name, value]] of values.entries()) {
    if (!allowed.has(name)) return `${name} is not allowed on <${element}>`;
    if (values.findIndex((entry) => entry[0] === name) !== index) return `${name} stands twice`;
    if (unsafeValue.test(value)) return `${name} is not escaped`;
    if (name !== "srcset" && !isAddress(name)) {
      if (name === "rel" && value !== linkRelation) return "rel is not ours";
      continue;
    }
    for (const address of name === "srcset" ? value.split(", ") : [value]) {
      const isAllowed =
        webAddress.test(address) || (name === "href" && otherLink.test(address)) || !anyScheme.test(address);
      if (!isAllowed) return `${name} has another scheme`;
    }
  }
  if (element === "a" && !(has("href") && has("rel"))) return "a link without address or rel";
  if (element === "img" && !has("src")) return "an image without address";
  return undefined;
}

const isAddress = (name: string): boolean => name === "href" || name === "src" || name === "cite";
