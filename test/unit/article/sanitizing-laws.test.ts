import fc from "fast-check";
import { parseFragment, serialize } from "parse5";
import { describe, expect, test } from "vitest";
import { checkHtml } from "../../../shared/article/check-html.ts";
import { bounds } from "../../../shared/article/policy.ts";
import { readHtml } from "../../../shared/article/read-article.ts";
import { hostileShapes } from "../../bench/sanitize/hostile-shapes.ts";
import { loadPayloads } from "../../browser/load-payloads.ts";
import { runs } from "../../support/property-runs.ts";
import { arbitraryHtml } from "./arbitrary-html.ts";

const addresses = [undefined, "https://news.example/2026/a.html"];

function expectLaws(html: string, url: string | undefined): void {
  const options = url === undefined ? {} : { url };
  const once = readHtml(html, options);
  const twice = readHtml(once.html, options);
  expect(twice.html).toBe(once.html);
  expect(twice.text).toBe(once.text);
  expect(checkHtml(once.html)).toBeUndefined();
  expect(serialize(parseFragment(once.html))).toBe(once.html);
  expect(once.html.length).toBeLessThanOrEqual(8 * html.length + bounds.outputSlack);
  expect(once.text).toBe(once.lines.map((line) => line.text).join("\n"));
}

describe("laws of sanitizing", () => {
  test("hold for any markup: twice is once, one parse, within the grammar, bounded growth", () => {
    fc.assert(
      fc.property(arbitraryHtml, fc.constantFrom(...addresses), (html, url) => {
        expectLaws(html, url);
      }),
      { numRuns: runs(2000) },
    );
  });

  test("hold for every payload", () => {
    for (const { html } of loadPayloads()) for (const url of addresses) expectLaws(html, url);
  });

  test.for([...hostileShapes])("hold for %s", ([, shape]) => {
    expectLaws(shape(8000), "https://news.example/a");
  });

  test("no text of an allowed element is lost", () => {
    const word = fc.stringMatching(/^[a-zäß0-9]{1,8}$/);
    const allowed = "p div b a li td h2 blockquote em table ul figure span pre".split(" ");
    const tag = fc.constantFrom(...allowed.flatMap((name) => [`<${name}>`, `</${name}>`]));
    fc.assert(
      fc.property(fc.array(fc.oneof(word, tag), { maxLength: 60 }), (pieces) => {
        const words = pieces.filter((piece) => !piece.startsWith("<"));
        // Words meet where only inline tags stand between them, so letters are compared.
        const letters = readHtml(pieces.join(" ")).text.replaceAll(/[ \n|]/g, "");
        expect(letters).toBe(words.join(""));
      }),
      { numRuns: runs(1000) },
    );
  });

  test.for([
    ["paragraphs", "<p>x"],
    ["rows", "<table><tr><td>x</table>"],
    ["embedded frames", '<iframe src="https://www.youtube.com/embed/abcdef"></iframe>x'],
  ] as const)("of more %s than lines are told apart no text is lost", ([, unit]) => {
    const count = bounds.maxLines + 1000;
    const { lines, text, html } = readHtml(unit.repeat(count));
    expect(lines.length).toBe(bounds.maxLines + 1);
    expect(lines.at(-1)?.boilerplate).toBeUndefined();
    expect(text.match(/x/g)?.length).toBe(count);
    expect(readHtml(html).text).toBe(text);
  });

  test("100,000 nested tags need no stack", () => {
    for (const name of ["div", "b", "table", "svg", "li", "font"]) {
      expect(readHtml(`${`<${name}>`.repeat(100_000)}x`).html.length).toBeLessThan(10_000);
    }
  });
});
