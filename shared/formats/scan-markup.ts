/** A piece of markup; what stands between two of them is text. */
export interface MarkupToken {
  /** `unclosed` is anything that does not end; it reaches to the end of the text. */
  readonly kind: "open" | "close" | "empty" | "comment" | "cdata" | "instruction" | "declaration" | "unclosed";
  readonly start: number;
  /** Behind its last character. */
  readonly end: number;
  /** Of a tag, with its prefix, as written; else empty. */
  readonly name: string;
}

const tagName = /<(\/?)([\p{L}_:][^\s/>"'<=]*)/uy;
const upToQuoteOrEnd = /[^"'>]*/y;

/**
 * Finds the tags, comments, CDATA sections, processing instructions and declarations of XML (XML 1.0, section 2), however
 * broken it is. It knows no nesting and builds nothing, so that it can look at a document before any parser does.
 *
 * Linear: it never goes back, and what does not end is taken to the end of the text once.
 */
export function* scanMarkup(xml: string): Generator<MarkupToken, void, void> {
  let start = xml.indexOf("<");
  while (start >= 0) {
    const token = readToken(xml, start);
    if (token !== undefined) yield token;
    start = xml.indexOf("<", token?.end ?? start + 1);
  }
}

function readToken(xml: string, start: number): MarkupToken | undefined {
  if (xml.startsWith("<!--", start)) return readUpTo(xml, { kind: "comment", start, from: start + 4, closer: "-->" });
  if (xml.startsWith("<![CDATA[", start))
    return readUpTo(xml, { kind: "cdata", start, from: start + 9, closer: "]]>" });
  if (xml.startsWith("<?", start)) return readUpTo(xml, { kind: "instruction", start, from: start + 2, closer: "?>" });
  if (xml.startsWith("<!", start)) return readUpTo(xml, { kind: "declaration", start, from: start + 2, closer: ">" });
  return readTag(xml, start);
}

interface Bounds {
  readonly kind: MarkupToken["kind"];
  readonly start: number;
  readonly from: number;
  readonly closer: string;
}

function readUpTo(xml: string, { kind, start, from, closer }: Bounds): MarkupToken {
  const found = xml.indexOf(closer, from);
  if (found < 0) return { kind: "unclosed", start, end: xml.length, name: "" };
  return { kind, start, end: found + closer.length, name: "" };
}

function readTag(xml: string, start: number): MarkupToken | undefined {
  tagName.lastIndex = start;
  const match = tagName.exec(xml);
  // A bare "<" is text to whoever wrote it.
  if (match === null) return undefined;
  const name = match[2] ?? "";
  let position = start + match[0].length;
  for (;;) {
    upToQuoteOrEnd.lastIndex = position;
    upToQuoteOrEnd.test(xml);
    position = upToQuoteOrEnd.lastIndex;
    const character = xml[position];
    if (character === ">") break;
    const closing = character === undefined ? -1 : xml.indexOf(character, position + 1);
    if (closing < 0) return { kind: "unclosed", start, end: xml.length, name };
    position = closing + 1;
  }
  const kind = match[1] === "/" ? "close" : xml[position - 1] === "/" ? "empty" : "open";
  return { kind, start, end: position + 1, name };
}
