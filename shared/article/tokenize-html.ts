import { decodeHTML, decodeHTMLAttribute } from "entities/decode";
import { keepCode } from "./keep-code.ts";
import { bounds } from "./policy.ts";

export interface Attribute {
  readonly name: string;
  readonly value: string;
}

/** Receives what the tokenizer finds, in order. Names are lower-case, character references decoded. */
export interface TokenSink {
  text(chars: string): void;
  startTag(name: string, attributes: readonly Attribute[], selfClosing: boolean): void;
  endTag(name: string): void;
  /** Told before each of the above: how many characters of the input have been read. */
  advanceTo(position: number): void;
  /** Asked after each tag: whether what follows stands in SVG or MathML, where no element has raw text, but CDATA. */
  isForeign(): boolean;
}

/** How the content of an element is read that is not markup to a browser that runs scripts. */
type ContentMode = "rcdata" | "rawtext" | "script" | "plaintext";

const contentModes: ReadonlyMap<string, ContentMode> = new Map([
  ["title", "rcdata"],
  ["textarea", "rcdata"],
  ["style", "rawtext"],
  ["xmp", "rawtext"],
  ["iframe", "rawtext"],
  ["noembed", "rawtext"],
  ["noframes", "rawtext"],
  ["noscript", "rawtext"],
  ["script", "script"],
  ["plaintext", "plaintext"],
]);

const endTagPatterns: ReadonlyMap<string, RegExp> = new Map(
  [...contentModes.keys()].map((name) => [name, new RegExp(`</${name}(?=[\\t\\n\\f />])`, "gi")]),
);
const scriptMark = /<!--|-->|<(\/?)script(?=[\t\n\f />])/gi;
const commentEnd = /--!?>/g;
const nonAscii = /[^\0-\x7f]/;

const equals = 0x3d;
const solidus = 0x2f;
const greaterThan = 0x3e;

const isLetter = (code: number): boolean => (code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a;
const isSpace = (code: number): boolean => code === 0x20 || code === 0x0a || code === 0x09 || code === 0x0c;

/** Lower case of ASCII letters alone: `toLowerCase` would turn the Kelvin sign into a k, and make an element of it. */
function lowerAscii(name: string): string {
  return nonAscii.test(name) ? name.replace(/[A-Z]/g, (letter) => letter.toLowerCase()) : name.toLowerCase();
}

const replaceNull = (text: string): string => (text.includes("\0") ? text.replaceAll("\0", "\ufffd") : text);

/** Shared by all tags without any, and never written to. */
const noAttributes: Attribute[] = [];

/** Index of the pattern's next match, or the end of the input. */
function findFrom(pattern: RegExp, html: string, from: number): number {
  pattern.lastIndex = from;
  const match = pattern.exec(html);
  return match === null ? html.length : match.index;
}

/**
 * Splits HTML into tags and text as the tokenizer of the HTML standard does (section 13.2.5), without building a tree.
 *
 * The standard describes a machine that looks at one character at a time; this one looks for the next character that
 * matters, which gives the same tokens several times as fast. Each search begins where the last one ended and an
 * unsuccessful one is the last, so the whole is linear. Comments, doctypes and the attributes of end tags are left out;
 * text arrives in one piece between two tags; of a tag's attributes one more than `maxAttributes` is told, so that a flood
 * can be seen and costs nothing.
 */
export function tokenizeHtml(input: string, sink: TokenSink): void {
  const html = input.includes("\r") ? input.replace(/\r\n?/g, "\n") : input;
  const length = html.length;
  let pending = "";
  let at = 0;
  /** Of the tag that was read last. */
  let attributes = noAttributes;
  let selfClosing = false;

  function flush(): void {
    sink.advanceTo(at);
    if (pending === "") return;
    const chars = pending;
    pending = "";
    sink.text(chars);
  }

  function addText(from: number, to: number): void {
    if (to <= from) return;
    const chars = html.slice(from, to);
    const decoded = chars.includes("&") ? decodeHTML(chars) : chars;
    pending = pending === "" ? decoded : pending + decoded;
  }

  function skipSpace(): void {
    while (at < length && isSpace(html.charCodeAt(at))) at += 1;
  }

  /** Reads a name up to a space, a solidus, a greater-than sign or the given character, and leaves `at` there. */
  function readName(start: number, also: number): string {
    let isPlain = true;
    for (; at < length; at += 1) {
      const code = html.charCodeAt(at);
      if (code === greaterThan || code === solidus || code === also || isSpace(code)) break;
      // Nearly all names are in lower case already.
      if (code < 0x2d || code > 0x7a || (code >= 0x41 && code <= 0x5a)) isPlain = false;
    }
    const name = html.slice(start, at);
    return isPlain ? name : replaceNull(lowerAscii(name));
  }

  /** Reads a value that follows an equals sign; undefined when the input ends within. */
  function readValue(): string | undefined {
    skipSpace();
    const first = html.charCodeAt(at);
    if (first === greaterThan) return "";
    let value: string;
    if (first === 0x22 || first === 0x27) {
      const end = html.indexOf(first === 0x22 ? '"' : "'", at + 1);
      if (end < 0) return undefined;
      value = html.slice(at + 1, end);
      at = end + 1;
    } else {
      const start = at;
      while (at < length && html.charCodeAt(at) !== greaterThan && !isSpace(html.charCodeAt(at))) at += 1;
      value = html.slice(start, at);
    }
    return replaceNull(value.includes("&") ? decodeHTMLAttribute(value) : value);
  }

  /**
   * Reads a tag from its name to its end, and leaves `at` behind it, its attributes in `attributes`.
   *
   * @returns the name; undefined when the input ends within: there is no tag then.
   */
  function readTag(nameStart: number): string | undefined {
    at = nameStart;
    const name = readName(nameStart, greaterThan);
    attributes = noAttributes;
    selfClosing = false;
    while (at < length) {
      const code = html.charCodeAt(at);
      if (code === greaterThan) {
        at += 1;
        return name;
      }
      // The solidus of a self-closing tag stands by itself before the end, and not at the end of an unquoted value.
      selfClosing = code === solidus;
      if (code === solidus) {
        at += 1;
      } else if (isSpace(code)) {
        at += 1;
      } else {
        const start = at;
        // An equals sign in first place belongs to the name.
        if (code === equals) at += 1;
        const attributeName = readName(start, equals);
        skipSpace();
        let value: string | undefined = "";
        if (html.charCodeAt(at) === equals) {
          at += 1;
          value = readValue();
          if (value === undefined) break;
        }
        if (attributes === noAttributes) attributes = [{ name: attributeName, value }];
        else if (attributes.length <= bounds.maxAttributes && !hasName(attributes, attributeName)) {
          attributes.push({ name: attributeName, value });
        }
      }
    }
    at = length;
    return undefined;
  }

  /** Reads the raw text of an element, up to its end tag. */
  function readRawText(name: string, mode: ContentMode): void {
    const start = at;
    let end = length;
    if (mode === "script") end = findScriptEnd(html, start);
    else if (mode !== "plaintext") {
      const pattern = endTagPatterns.get(name);
      if (pattern !== undefined) end = findFrom(pattern, html, start);
    }
    const chars = html.slice(start, end);
    pending = replaceNull(mode === "rcdata" && chars.includes("&") ? decodeHTML(chars) : chars);
    at = end;
  }

  /** Passes a comment, a doctype or whatever else begins with an exclamation mark. */
  function passDeclaration(open: number): void {
    if (html.startsWith("--", open + 2)) {
      const start = open + 4;
      if (html.charCodeAt(start) === greaterThan) at = start + 1;
      else if (html.startsWith("->", start)) at = start + 2;
      else {
        commentEnd.lastIndex = start;
        at = commentEnd.exec(html) === null ? length : commentEnd.lastIndex;
      }
    } else if (sink.isForeign() && html.startsWith("[CDATA[", open + 2)) {
      const end = html.indexOf("]]>", open + 9);
      pending += html.slice(open + 9, end < 0 ? length : end);
      at = end < 0 ? length : end + 3;
    } else passTo(open + 2);
  }

  function passTo(from: number): void {
    const end = html.indexOf(">", from);
    at = end < 0 ? length : end + 1;
  }

  let textStart = 0;
  let searchFrom = 0;
  for (;;) {
    const open = html.indexOf("<", searchFrom);
    if (open < 0) break;
    const next = html.charCodeAt(open + 1);
    const isEnd = next === solidus;
    if (isLetter(isEnd ? html.charCodeAt(open + 2) : next)) {
      addText(textStart, open);
      at = open;
      flush();
      const name = readTag(isEnd ? open + 2 : open + 1);
      textStart = at;
      searchFrom = at;
      if (name === undefined) break;
      sink.advanceTo(at);
      if (isEnd) sink.endTag(name);
      else {
        const mode = sink.isForeign() ? undefined : contentModes.get(name);
        sink.startTag(name, attributes, selfClosing);
        if (mode !== undefined) {
          readRawText(name, mode);
          flush();
          textStart = at;
          searchFrom = at;
        }
      }
    } else if (next === 0x21 || next === 0x3f || (isEnd && open + 2 < length)) {
      addText(textStart, open);
      if (next === 0x21) passDeclaration(open);
      else passTo(open + 2);
      textStart = at;
      searchFrom = at;
    } else {
      searchFrom = open + 1;
    }
  }
  addText(textStart, length);
  at = length;
  flush();
  keepCode("tokenizeHtml", { flush, addText, readTag, readRawText, passDeclaration });
}

function hasName(attributes: readonly Attribute[], name: string): boolean {
  for (const attribute of attributes) {
    if (attribute.name === name) return true;
  }
  return false;
}

/**
 * Finds the end tag of a script. Between `<!--` and `-->` a `<script>` begins an inner script, whose end tag ends nothing
 * else: the standard's "script data double escaped state".
 */
function findScriptEnd(html: string, start: number): number {
  let isEscaped = false;
  let isInner = false;
  scriptMark.lastIndex = start;
  for (let match = scriptMark.exec(html); match !== null; match = scriptMark.exec(html)) {
    const mark = match[0];
    if (mark === "<!--") {
      if (!isEscaped) isEscaped = true;
      // Its dashes may be those of the end.
      scriptMark.lastIndex = match.index + 2;
    } else if (mark === "-->") {
      isEscaped = false;
      isInner = false;
    } else if (match[1] === "/") {
      if (!isInner) return match.index;
      isInner = false;
    } else if (isEscaped) isInner = true;
  }
  return html.length;
}
