import fc from "fast-check";
import { expect, test } from "vitest";
import { foldToTerms } from "../../../../shared/article/search/fold-text.ts";
import { readSearch } from "../../../../shared/article/search/read-search.ts";
import { runs } from "../../../support/property-runs.ts";
import { arbitraryText } from "./arbitrary-text.ts";

/** A search as a person would tell it: its terms, the words of each in all ways, a star for a beginning. */
function tell(search: string): string {
  return readSearch(search)
    .map(({ variants, isPrefix }) => variants.map((words) => words.join(" ")).join("/") + (isPrefix ? "*" : ""))
    .join(" + ");
}

test.each([
  ["", ""],
  ['"" * – !', ""],
  ["harbour", "harbour"],
  ["Hafen öffnet", "hafen + offnet/oeffnet"],
  ["Müller", "muller/mueller"],
  ["mueller", "mueller/muller"],
  ["blue", "blue/blu"],
  ["Ærø smørrebrød", "aero/aro/aeroe + smorrebrod/smoerrebroed"],
  ["haf*", "haf*"],
  ["haf* *", "haf*"],
  ["* haf", "haf"],
  ["*haf", "haf"],
  ["ha*fen", "ha fen"],
  ["haf**", "haf"],
  ['"neue Kaimauer"', "neue kaimauer"],
  ['"neue Kai*"', "neue kai*"],
  ["„neue Kaimauer“ «im Hafen»", "neue kaimauer + im hafen"],
  ['Hafen Kai "neue Mole"', "hafen + kai + neue mole"],
  ['Hafen "neue', "hafen + neue"],
  ['"neue Kaimauer', "neue + kaimauer"],
  ['a" b" c', "a + b + c"],
  ["l'été covid-19 4.5", "l ete + covid 19 + 4 5"],
  ["l'ét*", "l et*"],
  ["hafen hafen HAFEN", "hafen"],
  ["東", "東*"],
  ["東京", "東京"],
  ["東京都庁", "東京 京都 都庁"],
  ["東*", "東*"],
  ["東京*", "東京"],
  ["AI技術", "ai 技術"],
  ["技術AI", "技術 術 ai"],
  ["AI網", "ai 網*"],
  ['"東京 大阪"', "東京 京 大阪"],
  ['"東京 大"', "東京 京 大*"],
  ["4*", "4*"],
  ['"4* "', "4*"],
  ["4*b", "4 b"],
  ["서울", "서울"],
])("%j is read as %j", (search, told) => {
  expect(tell(search)).toBe(told);
});

test("each way of folding that a text may have gone has its words among the variants", () => {
  for (const word of ["Müller", "Mueller", "Goethe", "Göthe", "Straße", "Ökonom", "Häuser"]) {
    const [term] = readSearch(word);
    const known = term?.variants.map((words) => words.join(" ")) ?? [];
    for (const language of ["de", "en", undefined]) expect(known).toContain(foldToTerms(word, language));
  }
});

test("whatever is searched for, words are words: letters, digits and marks", () => {
  fc.assert(
    fc.property(fc.oneof(arbitraryText, fc.string({ unit: "binary" })), fc.nat(3), (text, quotes) => {
      const search = text
        .split("")
        .toSpliced(quotes * 3, 0, '"')
        .join("");
      for (const { variants } of readSearch(search)) {
        expect(variants.length).toBeGreaterThan(0);
        expect(variants.length).toBeLessThanOrEqual(3);
        for (const word of variants.flat()) expect(word).toMatch(/^[\p{L}\p{N}\p{M}]{1,64}$/u);
      }
    }),
    { numRuns: runs(500) },
  );
});
