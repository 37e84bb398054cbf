import { elementRules, globalAttributes, linkRelation } from "./policy.ts";

/** What is wrong with an output, and where. */
export interface GrammarFault {
  readonly fault: string;
  /** Index of the character. */
  readonly at: number;
}

/** What a kind of element may have, and where it may stand. */
interface Grammar {
  readonly name: string;
  readonly endTag: string;
  readonly attributes: ReadonlySet<string>;
  readonly required: readonly string[];
  /** The parents that a parser would insist on, where that is not just any. */
  readonly parents: ReadonlySet<string> | undefined;
  readonly isVoid: boolean;
  /** May stand in a line. */
  readonly isInline: boolean;
  /** May have blocks in it. */
  readonly holdsBlocks: boolean;
  /** May have text and all other elements in it; the insides of a table have cells only. */
  readonly holdsText: boolean;
}

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
const lineVoids: ReadonlySet<string> = new Set(["br", "wbr", "img"]);
const required: ReadonlyMap<string, readonly string[]> = new Map([
  ["a", ["href", "rel"]],
  ["img", ["src"]],
]);
const maxDepth = 100;

const attributesOf: ReadonlyMap<string, readonly string[]> = new Map([
  ...[...elementRules].flatMap(([name, rule]) =>
    rule.treat === "keep" ? [[name, rule.attributes ?? []] as const] : [],
  ),
  ["a", ["href", "hreflang", "title", "rel"]] as const,
  ["img", ["src", "srcset", "alt", "title", "width", "height"]] as const,
]);

const grammars: ReadonlyMap<string, Grammar> = new Map(
  [...attributesOf].map(([name, attributes]) => {
    const rule = elementRules.get(name);
    const isInline = lineVoids.has(name) || (rule?.treat === "keep" && rule.shape === "inline");
    const grammar: Grammar = {
      name,
      endTag: `</${name}>`,
      attributes: new Set([...globalAttributes, ...attributes]),
      required: required.get(name) ?? [],
      parents: parents.get(name),
      isVoid: lineVoids.has(name) || name === "hr",
      isInline,
      holdsBlocks: !isInline && !phrasingOnly.has(name),
      holdsText: !tableInsides.has(name),
    };
    return [name, grammar];
  }),
);

/** What may stand nowhere in the output, neither in text nor in values. */
const unsafe =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for.
  /[\0-\x08\x0b-\x1f\x7f-\x9f\u00a0\ufeff]/;
const reference = /&(?:amp|lt|gt|quot|nbsp);/y;
const webAddress = /^https?:\/\/[^/\s]/i;
const otherLink = /^(?:mailto|tel):/i;
const anyScheme = /^[^/?#]*:|^[/\\]{2}/;

/**
 * Checks that HTML is in the grammar of sanitized output: allowed elements with allowed attributes, all quoted, all
 * escaped, closed last in first out, and nested so that a parser has nothing to repair.
 *
 * It shares the lists of the policy with the sanitizer and nothing else, so that one mistake there does not hide here. One
 * walk for the markup and one each for characters and references, linear.
 *
 * @returns undefined when all is well.
 */
export function checkHtml(html: string): GrammarFault | undefined {
  return checkCharacters(html) ?? checkReferences(html) ?? checkMarkup(html);
}

function checkCharacters(html: string): GrammarFault | undefined {
  const match = unsafe.exec(html);
  return match === null ? undefined : { fault: `unescaped ${JSON.stringify(match[0])}`, at: match.index };
}

function checkReferences(html: string): GrammarFault | undefined {
  for (let at = html.indexOf("&"); at >= 0; at = html.indexOf("&", at + 1)) {
    reference.lastIndex = at;
    if (!reference.test(html)) return { fault: 'unescaped "&"', at };
  }
  return undefined;
}

function checkMarkup(html: string): GrammarFault | undefined {
  const open: Grammar[] = [];
  let isJustOpened = false;
  let at = 0;
  while (at < html.length) {
    const parent = open.at(-1);
    const start = html.indexOf("<", at);
    const textEnd = start < 0 ? html.length : start;
    if (textEnd > at) {
      const fault = checkText(html.slice(at, textEnd), parent, isJustOpened);
      if (fault !== undefined) return { fault, at };
      at = textEnd;
    } else if (html.charCodeAt(at + 1) === 0x2f) {
      if (parent === undefined || !html.startsWith(parent.endTag, at)) {
        return { fault: "an end tag that closes nothing", at };
      }
      open.pop();
      isJustOpened = false;
      at += parent.endTag.length;
    } else {
      // A greater-than sign in a value would be escaped, so that the next one ends the tag.
      const end = html.indexOf(">", at);
      if (end < 0) return { fault: "tag does not end", at };
      const tag = html.slice(at + 1, end);
      const space = tag.indexOf(" ");
      const name = space < 0 ? tag : tag.slice(0, space);
      const grammar = grammars.get(name);
      if (grammar === undefined) return { fault: `<${name}> is not allowed`, at };
      const fault = checkPlace(grammar, parent, open) ?? checkAttributes(grammar, tag, name.length);
      if (fault !== undefined) return { fault, at };
      if (!grammar.isVoid) open.push(grammar);
      isJustOpened = !grammar.isVoid;
      at = end + 1;
    }
  }
  return open.length === 0 ? undefined : { fault: `<${open.at(-1)?.name}> stays open`, at };
}

function checkText(text: string, parent: Grammar | undefined, isFirst: boolean): string | undefined {
  if (text.includes(">")) return 'unescaped ">"';
  if (text.includes("&quot;")) return "a reference that is not needed";
  if (parent === undefined) return undefined;
  if (!parent.holdsText) return "text between the parts of a table";
  if (isFirst && parent.name === "pre" && text.startsWith("\n")) return "a newline that pre swallows";
  return undefined;
}

function checkPlace(
  { name, parents, isInline }: Grammar,
  parent: Grammar | undefined,
  open: readonly Grammar[],
): string | undefined {
  if (open.length >= maxDepth) return "too deep";
  if (parents !== undefined) return parents.has(parent?.name ?? "") ? undefined : `<${name}> outside of its table`;
  if (parent === undefined) return undefined;
  if (!parent.holdsText) return `<${name}> between the parts of a table`;
  if (name === "a" && open.some((outer) => outer.name === "a")) return "a link in a link";
  return isInline || parent.holdsBlocks ? undefined : `<${name}> in <${parent.name}>`;
}

/** Walks over the attributes of a tag: a space, the name, an equals sign and the value in double quotes. */
function checkAttributes(grammar: Grammar, tag: string, start: number): string | undefined {
  const seen: string[] = [];
  for (let at = start; at < tag.length; ) {
    const nameEnd = tag.indexOf('="', at);
    const end = nameEnd < 0 ? -1 : tag.indexOf('"', nameEnd + 2);
    if (end < 0 || tag.charCodeAt(at) !== 0x20) return "not an attribute";
    const name = tag.slice(at + 1, nameEnd);
    if (!grammar.attributes.has(name)) return `${name} is not allowed on <${grammar.name}>`;
    if (seen.includes(name)) return `${name} stands twice`;
    const fault = checkValue(name, tag.slice(nameEnd + 2, end));
    if (fault !== undefined) return fault;
    seen.push(name);
    at = end + 1;
  }
  const missing = grammar.required.find((name) => !seen.includes(name));
  return missing === undefined ? undefined : `<${grammar.name}> without ${missing}`;
}

function checkValue(name: string, value: string): string | undefined {
  if (value.includes("<")) return `${name} is not escaped`;
  if (name === "rel") return value === linkRelation ? undefined : "rel is not ours";
  if (name === "srcset") return value.split(", ").every(isWebAddress) ? undefined : "srcset has another scheme";
  if (name === "href") return isWebAddress(value) || otherLink.test(value) ? undefined : "href has another scheme";
  if (name === "src" || name === "cite") return isWebAddress(value) ? undefined : `${name} has another scheme`;
  return undefined;
}

const isWebAddress = (address: string): boolean => webAddress.test(address) || !anyScheme.test(address);
