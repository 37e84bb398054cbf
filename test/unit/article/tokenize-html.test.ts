import { readFileSync } from "node:fs";
import fc from "fast-check";
import { Tokenizer, TokenizerMode } from "parse5";
import { describe, expect, test } from "vitest";
import { tokenizeHtml } from "../../../shared/article/tokenize-html.ts";
import { loadPayloads } from "../../browser/load-payloads.ts";
import { runs } from "../../support/property-runs.ts";
import { arbitraryHtml } from "./arbitrary-html.ts";

type PlainToken =
  | ["Character", string]
  | ["StartTag", string, Record<string, string>]
  | ["StartTag", string, Record<string, string>, true]
  | ["EndTag", string];

function addText(tokens: PlainToken[], chars: string): void {
  const last = tokens.at(-1);
  if (last?.[0] === "Character") last[1] += chars;
  else tokens.push(["Character", chars]);
}

function startTag(
  name: string,
  attributes: readonly { name: string; value: string }[],
  selfClosing: boolean,
): PlainToken {
  const values = Object.fromEntries(attributes.map((attribute) => [attribute.name, attribute.value]));
  return selfClosing ? ["StartTag", name, values, true] : ["StartTag", name, values];
}

function tokenize(html: string, isForeign = false): PlainToken[] {
  const tokens: PlainToken[] = [];
  tokenizeHtml(html, {
    advanceTo() {},
    isForeign: () => isForeign,
    text: (chars) => addText(tokens, chars),
    startTag: (name, attributes, selfClosing) => tokens.push(startTag(name, attributes, selfClosing)),
    endTag: (name) => tokens.push(["EndTag", name]),
  });
  return tokens;
}

const modes = new Map<string, number>([
  ["title", TokenizerMode.RCDATA],
  ["textarea", TokenizerMode.RCDATA],
  ...["style", "xmp", "iframe", "noembed", "noframes", "noscript"].map(
    (name) => [name, TokenizerMode.RAWTEXT] as const,
  ),
  ["script", TokenizerMode.SCRIPT_DATA],
  ["plaintext", TokenizerMode.PLAINTEXT],
]);

/** The same by parse5's tokenizer, which goes through the standard's states one character at a time. */
function tokenizeByStates(html: string, isForeign = false): PlainToken[] {
  const tokens: PlainToken[] = [];
  const add = ({ chars }: { chars: string }): void => addText(tokens, chars);
  const tokenizer = new Tokenizer(
    {},
    {
      onStartTag(token) {
        tokens.push(startTag(token.tagName, token.attrs, token.selfClosing));
        const mode = isForeign ? undefined : modes.get(token.tagName);
        if (mode !== undefined) tokenizer.state = mode;
      },
      onEndTag: (token) => tokens.push(["EndTag", token.tagName]),
      onCharacter: add,
      onWhitespaceCharacter: add,
      onNullCharacter: add,
      onComment() {},
      onDoctype() {},
      onEof() {},
      onParseError: null,
    },
  );
  tokenizer.inForeignNode = isForeign;
  tokenizer.write(html, true);
  return tokens;
}

interface TokenizerCase {
  readonly description: string;
  readonly input: string;
  readonly output: readonly PlainToken[];
  readonly foreign?: boolean;
}

const cases: { readonly tests: readonly TokenizerCase[] } = JSON.parse(
  readFileSync(new URL("../../fixtures/article/tokenizer.json", import.meta.url), "utf8"),
);

describe("tokenizeHtml", () => {
  test.for(cases.tests.map((entry) => [entry.description, entry] as const))("%s", ([, { input, output, foreign }]) => {
    expect(tokenize(input, foreign)).toEqual(output);
    expect(tokenizeByStates(input, foreign)).toEqual(output);
  });

  test.for([false, true])("finds what the standard's states find in any markup, foreign: %s", (isForeign) => {
    fc.assert(
      fc.property(arbitraryHtml, (html) => {
        expect(tokenize(html, isForeign)).toEqual(tokenizeByStates(html, isForeign));
      }),
      { numRuns: runs(3000) },
    );
  });

  test("finds what the standard's states find in dense syntax", () => {
    const syntax = fc.string({
      maxLength: 40,
      unit: fc.constantFrom(..."<>/!-=\"' ac&#;x0[]?\n\0", "script", "title", "CDATA[", "doctype", "amp", "--", "é"),
    });
    fc.assert(
      fc.property(syntax, (html) => {
        expect(tokenize(html)).toEqual(tokenizeByStates(html));
        const script = `<script>${html}</script>${html}`;
        expect(tokenize(script)).toEqual(tokenizeByStates(script));
        const tag = `<a ${html}>`;
        expect(tokenize(tag)).toEqual(tokenizeByStates(tag));
      }),
      { numRuns: runs(3000) },
    );
  });

  test.for([
    ["<A Z=1 A=2><Z><z>", false],
    ["<p\tlang=de\tdir=ltr>", false],
    ["<?--a>b", false],
    ["</--a>b", false],
    ["<script><script></script>b", false],
    ["<script><!--<script></script></script>b", false],
    ["a]]><![CDATA[b]]>c", true],
  ] as const)("finds what the standard's states find in %j", ([html, isForeign]) => {
    expect(tokenize(html, isForeign)).toEqual(tokenizeByStates(html, isForeign));
  });

  test("tells how far it has read, before each text and tag and at the end", () => {
    const told: (number | string)[] = [];
    tokenizeHtml("ab<p>c<script>d</script>", {
      advanceTo: (position) => told.push(position),
      isForeign: () => false,
      text: (chars) => told.push(chars),
      startTag: (name) => told.push(name),
      endTag: (name) => told.push(`/${name}`),
    });
    expect(told).toEqual([2, "ab", 5, "p", 6, "c", 14, "script", 15, "d", 15, 24, "/script", 24]);
  });

  test("finds what the standard's states find in every payload", () => {
    for (const { id, html } of loadPayloads()) {
      expect([id, tokenize(html)]).toEqual([id, tokenizeByStates(html)]);
    }
  });

  test("tells at most one attribute more than are allowed", () => {
    const flood = Array.from({ length: 1000 }, (_, index) => `a${index}=x`).join(" ");
    const [tag] = tokenize(`<p ${flood}>`);
    expect(tag?.[0] === "StartTag" && Object.keys(tag[2]).length).toBe(65);
  });
});
