import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { foldText } from "../../../../shared/article/search/fold-text.ts";
import { highlightPassage, highlightText } from "../../../../shared/article/search/highlight-text.ts";
import { readSearch } from "../../../../shared/article/search/read-search.ts";
import { runs } from "../../../support/property-runs.ts";
import { arbitraryText } from "./arbitrary-text.ts";

type Parts = ReturnType<typeof highlightText>;

/** Matches in brackets. */
const show = (parts: Parts) => parts.map(({ text, isMatch }) => (isMatch ? `[${text}]` : text)).join("");
const join = (parts: Parts) => parts.map(({ text }) => text).join("");

test.each([
  ["Hafen", "Der Hafen. Häfen, Hafenamt, HAFEN", undefined, "Der [Hafen]. [Häfen], Hafenamt, [HAFEN]"],
  ["hafen*", "Der Hafen. Hafenamt", undefined, "Der [Hafen]. [Hafenamt]"],
  ["mueller", "Müller, Mueller, Muller", "de", "[Müller], [Mueller], [Muller]"],
  ["Müller", "Müller, Mueller, Muller", "en", "[Müller], [Mueller], [Muller]"],
  [
    '"neue Kaimauer"',
    "neue Kaimauer, Kaimauer neue, neue, Kaimauer",
    "de",
    "[neue Kaimauer], Kaimauer neue, [neue, Kaimauer]",
  ],
  ['"der Hafen"', "der große Hafen", "de", "der große Hafen"],
  ['"neue kai*"', "Die neue Kaimauer", "de", "Die [neue Kaimauer]"],
  ["東京都庁", "昨日、東京都庁で", "ja", "昨日、[東京都庁]で"],
  ["東", "東京と関東", "ja", "[東]京と関[東]"],
  ["京都 東京", "東京都", "ja", "[東京都]"],
  ["eleve", "l’élève", "fr", "l’[élève]"],
  ["e\u0301te\u0301", "l'été", "fr", "l'[été]"],
  ["gericht", "<b>Gericht</b> &amp; Verwaltungs\u00adgericht", "de", "<b>[Gericht]</b> &amp; Verwaltungs\u00adgericht"],
  ["nothing", "Der Hafen", "de", "Der Hafen"],
  ["a", "", undefined, ""],
])("%j in %j (%s): %j", (search, text, language, shown) => {
  expect(show(highlightText(text, readSearch(search), language))).toBe(shown);
});

describe("a passage", () => {
  const filler = "Und so weiter und so fort, wie es in Berichten steht. ".repeat(20);

  test("shows the place where most of what was searched for stands", () => {
    const text = `Der Hafen. ${filler}Der Hafen und der Hafen. ${filler}Der Hafen hat eine Schleuse.\n${filler}`;
    const shown = show(highlightPassage(text, readSearch("hafen schleuse"), "de"));
    expect(shown).toMatch(/^….{20,60} Der \[Hafen\] hat eine \[Schleuse\]\. Und .*\S…$/);
    expect(shown.length).toBeLessThan(300);
    expect(show(highlightPassage(text, readSearch("hafen"), "de"))).toMatch(/Der \[Hafen\] und der \[Hafen\]\./);
  });

  test("is the beginning where only the title has it, and the whole text where that is short", () => {
    expect(show(highlightPassage(filler, readSearch("hafen"), "de"))).toMatch(/^Und so weiter .*…$/);
    expect(show(highlightPassage("Ein Satz.\nNoch einer.", readSearch("einer"), "de"))).toBe("Ein Satz. Noch [einer].");
  });

  test("is cut between words, and never within a character", () => {
    const shown = join(highlightPassage(`${filler}Schleuse ${filler}`, readSearch("schleuse"), "de"));
    for (const word of shown.replaceAll("…", "").split(" ")) expect(`${filler} Schleuse`).toContain(word);
    const emoji = `${"😀".repeat(200)}東京${"é".normalize("NFD").repeat(300)}`;
    const cut = join(highlightPassage(emoji, readSearch("東京")));
    expect(cut.isWellFormed()).toBe(true);
    expect(cut).toContain("東京");
  });

  test("also a phrase longer than itself is shown from its beginning", () => {
    const phrase = "wie es in Berichten steht Und so weiter und so fort ".repeat(6);
    const shown = show(highlightPassage(filler, readSearch(`"${phrase}"`), "de"));
    expect(shown).toMatch(/^Und so weiter und so fort, \[wie es in Berichten/);
  });
});

describe("laws", () => {
  const cases = fc.tuple(arbitraryText, fc.constantFrom(undefined, "de", "ja"), fc.nat(1000));

  test("the parts are the text, and its passage a part of it", () => {
    fc.assert(
      fc.property(cases, arbitraryText, ([text, language], search) => {
        const terms = readSearch(search);
        expect(join(highlightText(text, terms, language))).toBe(text);
        const passage = join(highlightPassage(text.repeat(9), terms, language)).replace(/^…|…$/gu, "");
        expect(text.repeat(9).replace(/\s/gu, " ")).toContain(passage);
        expect(passage.length).toBeLessThan(300);
      }),
      { numRuns: runs(300) },
    );
  });

  test("whatever a text has is found by itself, and shown", () => {
    fc.assert(
      fc.property(cases, ([text, language, choice]) => {
        const tokens = foldText(text, language);
        const token = tokens[choice % Math.max(1, tokens.length)];
        if (token === undefined) return;
        const terms = readSearch(`"${text.slice(token.start, token.end)}"`);
        expect(terms).toHaveLength(1);
        for (const parts of [highlightText(text, terms, language), highlightPassage(text, terms, language)]) {
          expect(parts.some(({ isMatch }) => isMatch)).toBe(true);
        }
      }),
      { numRuns: runs(500) },
    );
  });
});
