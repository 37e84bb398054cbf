import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { matchLines } from "../../../shared/article/match-line.ts";
import { runs } from "../../support/property-runs.ts";

const cases: [pattern: string, line: string, fits: boolean][] = [
  ["All rights reserved.", "All rights reserved.", true],
  ["All rights reserved.", "ALL  RIGHTS\u00a0RESERVED.", true],
  ["All rights reserved.", "All rights reserved. Nothing may be copied.", false],
  ["All rights reserved.", "Notice: All rights reserved.", false],
  ["“Our app”", '"our app"', true],
  ["Gazette – the paper", "Gazette - the paper", true],
  ["© * Gazette", "© 2026 Gazette", true],
  ["© * Gazette", "© 2026 by the Gazette", true],
  ["© * Gazette", "© 2026 Gazette Ltd", false],
  ["© * Gazette*", "© 2026 Gazette Ltd", true],
  ["*newsroom@gazette.example", "Write to newsroom@gazette.example", true],
  ["*newsroom@gazette.example*", "newsroom@gazette.example", true],
  ["Read * in * today", "Read all in the app today", true],
  ["Read * in * today", "Read all today in the app", false],
  ["abcabc*abc", "abcabc", false],
  ["abcabc*abc", "abcabcabc", true],
  ["a*aba*a", "aabaa", true],
  ["a*aba*a", "ababa", false],
  ["a*aba*ba", "ababa", false],
  ["a.c def", "abc def", false],
  ["(a+)+ [b]", "(a+)+ [b]", true],
  ["five * stars", "five ***** stars", true],
  ["Straße des Gazette-Verlags", "STRASSE DES GAZETTE-VERLAGS", false],
  ["Ωmega * café", "ωMEGA AND CAFE\u0301", true],
];

test.each(cases)("%j and %j: %j", (pattern, line, expected) => {
  expect(matchLines([pattern])(line)).toBe(expected);
});

test("any of several patterns is enough, none fits nothing", () => {
  const matches = matchLines(["first line", "second * line"]);
  expect(["first line", "second long line", "third line"].map(matches)).toEqual([true, true, false]);
  expect(matchLines([])("first line")).toBe(false);
});

test("a line longer than a thousand characters is a paragraph", () => {
  const matches = matchLines(["Subscribe*"]);
  expect(matches(`Subscribe ${"x".repeat(990)}`)).toBe(true);
  expect(matches(`Subscribe ${"x".repeat(991)}`)).toBe(false);
});

/** What `*` means, by trying every way: the table of all beginnings of the pattern and of the line. */
function fitsByTrying(pattern: string, line: string): boolean {
  let fits = Array.from({ length: line.length + 1 }, (_, length) => length === 0);
  for (const sign of pattern) {
    const next: boolean[] = [];
    for (let length = 0; length <= line.length; length++) {
      next.push(
        sign === "*"
          ? (fits[length] ?? false) || (next[length - 1] ?? false)
          : line[length - 1] === sign && (fits[length - 1] ?? false),
      );
    }
    fits = next;
  }
  return fits[line.length] ?? false;
}

describe("any pattern and line of few letters", () => {
  test("fit as they do when every way is tried", () => {
    const text = (signs: string[]) => fc.array(fc.constantFrom(...signs), { maxLength: 14 }).map((all) => all.join(""));
    let fitting = 0;
    fc.assert(
      fc.property(text(["a", "b", "*"]), text(["a", "b"]), (pattern, line) => {
        const expected = fitsByTrying(pattern, line);
        if (expected) fitting++;
        expect(matchLines([pattern])(line)).toBe(expected);
      }),
      { numRuns: runs(5000) },
    );
    expect(fitting).toBeGreaterThan(runs(300));
  });
});
