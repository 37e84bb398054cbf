import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readHtml } from "../../../shared/article/read-article.ts";
import { loadPayloads } from "../../browser/load-payloads.ts";
import { runs } from "../../support/property-runs.ts";
import { arbitraryHtml } from "./arbitrary-html.ts";
import { expectLaws } from "./expect-laws.ts";

const addresses = [undefined, "https://news.example/2026/a.html"];

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
});
