import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { foldCharacter, foldGerman } from "../../../../shared/article/search/fold-character.ts";
import { foldText, foldToTerms } from "../../../../shared/article/search/fold-text.ts";
import { runs } from "../../../support/property-runs.ts";
import { arbitraryText } from "./arbitrary-text.ts";

describe("terms of a text", () => {
  test.each([
    ["", ""],
    ["  \n–!?  ", ""],
    ["Hello, World!", "hello world"],
    ["STRAẞE Straße strasse", "strasse strasse strasse"],
    ["Müller Über Öl", "muller uber ol"],
    ["L’été, l'élève", "l ete l eleve"],
    ["cœur Æther ﬁnal", "coeur aether final"],
    ["Zażółć gęślą jaźń, Łódź", "zazolc gesla jazn lodz"],
    ["IŞIK ışık İstanbul", "isik isik istanbul"],
    ["Århus smørrebrød Þór đak", "arhus smorrebrod thor dak"],
    ["Οδυσσεύς ΟΔΥΣΣΕΥΣ Ὀδυσσεύς", "οδυσσευσ οδυσσευσ οδυσσευσ"],
    ["Ёлка йод за́мок Київ", "елка йод замок київ"],
    ["м'ята мʼята м’ята", "м ята м ята м ята"],
    ["שָׁלוֹם", "שלום"],
    ["المَدرسةُ أحمد", "المدرسه احمد"],
    ["کتاب علی", "كتاب علي"],
    ["हिन्दी में", "हिन्दी में"],
    ["4.5 1,000 ２０２６ ٢٠٢٦ ½", "4 5 1 000 2026 2026 12"],
    ["covid-19 a_b C++", "covid 19 a b c"],
    ["Ver\u00adwaltungs\u200bgericht", "verwaltungsgericht"],
    ["北京大学", "北京 京大 大学 学"],
    ["東", "東"],
    ["東\u00ad京", "東京 京"],
    ["東京、大阪", "東京 京 大阪 阪"],
    ["がﾊﾞﾅﾅ", "がバ バナ ナナ ナ"],
    ["データ", "デー ータ タ"],
    ["대통령이 말", "대통 통령 령이 이 말"],
    ["한국".normalize("NFD"), "한국 국"],
    ["AI技術と5G網", "ai 技術 術と と 5g 網"],
    ["ฝนตก", "ฝน นต ตก ก"],
    ["😀 a😀b", "a b"],
    ["a\ud800b\udc00", "a b"],
  ])("%j: %j", (text, terms) => {
    expect(foldToTerms(text)).toBe(terms);
  });

  test.each([
    ["Mueller Müller Muller", "muller muller muller"],
    ["neue Feuer Trauer Bauer quelle", "neue feuer trauer bauer quelle"],
    ["Oel Poet Aerzte aktuell", "ol pot arzte aktull"],
    ["Goethe Göthe", "gothe gothe"],
  ])("in German %j: %j", (text, terms) => {
    expect(foldToTerms(text, "de")).toBe(terms);
    expect(foldToTerms(text, "de-AT")).toBe(terms);
  });

  test("umlauts are spelled out in German alone: elsewhere ue is ue", () => {
    for (const language of [undefined, "en", "den", "nl"]) expect(foldToTerms("blue", language)).toBe("blue");
  });

  test("a word of any length is cut at 64", () => {
    expect(foldToTerms(`${"x".repeat(64)}y ${"ä".repeat(100)}`)).toBe(`${"x".repeat(64)} ${"a".repeat(64)}`);
    expect(foldToTerms(`${"𐐨".repeat(100)}`).isWellFormed()).toBe(true);
  });
});

test("where a term stands: the word, and of a pair both characters", () => {
  expect(foldText("Der „Müller“, 東京都.")).toEqual([
    { term: "der", start: 0, end: 3 },
    { term: "muller", start: 5, end: 11 },
    { term: "東京", start: 14, end: 16, firstEnd: 15 },
    { term: "京都", start: 15, end: 17, firstEnd: 16 },
    { term: "都", start: 16, end: 17, firstEnd: 17 },
  ]);
});

describe("laws", () => {
  test("what a character is folded to stays as it is, whatever the character", () => {
    const changed: string[] = [];
    for (let code = 0; code <= 0x10ffff; code++) {
      const character = String.fromCodePoint(code);
      if (!/[\p{L}\p{N}\p{M}]/u.test(character)) continue;
      const folded = foldCharacter(character);
      const again = folded.replace(/\P{M}\p{M}*/gu, (unit) => foldCharacter(unit));
      if (again !== folded) changed.push(character);
    }
    expect(changed).toEqual([]);
  });

  test("terms have letters, digits and marks in them and nothing else, and stand where they say, in order", () => {
    fc.assert(
      fc.property(arbitraryText, fc.constantFrom(undefined, "de", "ja"), (text, language) => {
        let before = -1;
        for (const { term, start, end, firstEnd } of foldText(text, language)) {
          expect(term).toMatch(/^[\p{L}\p{N}\p{M}]{1,64}$/u);
          expect(start).toBeGreaterThan(before);
          expect(end).toBeGreaterThan(start);
          expect(firstEnd === undefined || (firstEnd > start && firstEnd <= end)).toBe(true);
          expect(foldText(text.slice(start, end), language)[0]?.term).toBe(term);
          before = start;
        }
      }),
      { numRuns: runs(500) },
    );
  });

  test("folding what is folded changes nothing, where there are spaces", () => {
    fc.assert(
      fc.property(arbitraryText, (text) => {
        const terms = foldText(text).filter(({ firstEnd }) => firstEnd === undefined);
        const folded = terms.map(({ term }) => term).join(" ");
        expect(foldToTerms(folded)).toBe(folded);
      }),
      { numRuns: runs(500) },
    );
  });

  test("Unicode's forms of a text have the same terms", () => {
    fc.assert(
      fc.property(arbitraryText, (text) => {
        const composed = foldToTerms(text.normalize("NFC"));
        expect(foldToTerms(text.normalize("NFD"))).toBe(composed);
      }),
      { numRuns: runs(500) },
    );
  });

  test("German folding keeps the beginning of a word a beginning, but for its last letter", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[aeouqxy]{0,12}$/), fc.nat(12), (word, length) => {
        expect(foldGerman(word).startsWith(foldGerman(word.slice(0, length)))).toBe(true);
      }),
      { numRuns: runs(1000) },
    );
  });
});
