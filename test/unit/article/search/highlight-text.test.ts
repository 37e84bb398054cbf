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
  ['"neue kai*"', "neuere Kaimauer, neue Mole, neue", "de", "neuere Kaimauer, neue Mole, neue"],
  ['"die neue kai*"', "die neuere Kaimauer, die neue Kaimauer", "de", "die neuere Kaimauer, [die neue Kaimauer]"],
  ['"die neue Kai"', "die neue Kaimauer, die neue Kai", "de", "die neue Kaimauer, [die neue Kai]"],
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

test("no part is empty", () => {
  expect(highlightText("Hafen", readSearch("hafen"))).toEqual([{ text: "Hafen", isMatch: true }]);
  expect(highlightPassage("Hafen", readSearch("hafen"))).toEqual([{ text: "Hafen", isMatch: true }]);
  expect(highlightText("", readSearch("hafen"))).toEqual([]);
});

describe("a passage", () => {
  const filler = "Und so weiter und so fort, wie es in Berichten steht. ".repeat(20);
  const passage = (text: string, search: string) => show(highlightPassage(text, readSearch(search), "de"));
  const dots = (count: number) => ".".repeat(count);

  test("begins at a word at most 50 characters before, and ends with one after at most 260", () => {
    expect(passage(`${filler}Der Hafen. ${filler}Hafen`, "hafen")).toBe(
      "…und so fort, wie es in Berichten steht. Der [Hafen]. Und so weiter und so fort, wie es in Berichten steht. " +
        "Und so weiter und so fort, wie es in Berichten steht. Und so weiter und so fort, wie es in Berichten steht. " +
        "Und so weiter und so fort, wie es in Berichten…",
    );
  });

  test.for([
    [50, 205, `${dots(50)}[Hafen]${dots(205)}`],
    [50, 206, `${dots(50)}[Hafen]${dots(205)}…`],
    [51, 205, `…${dots(50)}[Hafen]${dots(205)}`],
    [51, 206, `…${dots(50)}[Hafen]${dots(205)}…`],
  ] as const)(
    "of a text with %d characters before and %d behind is cut where that is too much",
    ([before, behind, shown]) => {
      expect(passage(`${dots(before)}Hafen${dots(behind)}`, "hafen")).toBe(shown);
    },
  );

  test.for([
    ["is whole where nothing has to be cut", `${"ab ".repeat(86)}xy`, `${"ab ".repeat(86)}xy`],
    [
      "ends before a word that is too long, and its spaces",
      `${"ab ".repeat(80)}  ${"c".repeat(50)}`,
      `${"ab ".repeat(79)}ab…`,
    ],
  ] as const)("%s", ([, text, shown]) => {
    expect(passage(text, "hafen")).toBe(shown);
  });

  test("begins with the text where at most 50 characters come before, and ends with it where there is room", () => {
    expect(passage(`${"a ".repeat(25)}Hafen`, "hafen")).toBe(`${"a ".repeat(25)}[Hafen]`);
    expect(passage(`${"ab ".repeat(100)}Hafen${" ab".repeat(60)}`, "hafen")).toBe(
      `…${"ab ".repeat(16)}[Hafen]${" ab".repeat(60)}`,
    );
    expect(passage(`${"\u0301".repeat(60)}-Hafen`, "hafen")).toBe(`${"\u0301".repeat(60)}-[Hafen]`);
  });

  test("shows the place where most of what was searched for stands", () => {
    const text = `Der Hafen. ${filler}Der Hafen und der Hafen. ${filler}Der Hafen hat eine Schleuse.\n${filler}`;
    const shown = show(highlightPassage(text, readSearch("hafen schleuse"), "de"));
    expect(shown).toMatch(/^….{20,60} Der \[Hafen\] hat eine \[Schleuse\]\. Und .*\S…$/);
    expect(shown.length).toBeLessThan(300);
    expect(show(highlightPassage(text, readSearch("hafen"), "de"))).toMatch(/Der \[Hafen\] und der \[Hafen\]\./);
  });

  test("is no longer than 180 characters from the first match that it is chosen for to the last", () => {
    const text = (between: number): string => `Hafen, Hafen${dots(500)}Hafen${dots(between)}Schleuse${dots(500)}`;
    expect(passage(text(180 - 13), "hafen schleuse")).toContain(`.[Hafen]${dots(180 - 13)}[Schleuse].`);
    expect(passage(text(181 - 13), "hafen schleuse")).toMatch(/^\[Hafen\], \[Hafen\]\.+…$/);
  });

  test.for([
    ["the first of equals", "Hafen{}Schleuse{}Hafen", /^\[Hafen\]\./],
    ["of equals the one with more matches", "Hafen{}Schleuse, Schleuse{}Hafen", /\[Schleuse\], \[Schleuse\]/],
    ["the one of more terms, not of more matches", "Hafen, Schleuse{}Hafen, Hafen, Hafen", /^\[Hafen\], \[Schleuse\]/],
    ["not the one behind many", "Hafen, Hafen{}Schleuse", /^\[Hafen\], \[Hafen\]/],
    [
      "the one of three terms, though its first was counted before",
      "Hafen[160]Hafen, Schleuse[100]Kran{}Schleuse, Kran, Schleuse, Kran, Schleuse",
      /\[Hafen\], \[Schleuse\]\.+\[Kran\]/,
    ],
  ] as const)("is %s", ([, shape, shown]) => {
    const text = shape.replaceAll("{}", dots(500)).replace(/\[(\d+)\]/g, (_, count) => dots(Number(count)));
    expect(passage(text, "hafen schleuse kran")).toMatch(shown);
  });

  test("is not chosen for a phrase longer than itself where other words stand together", () => {
    const phrase = "wie es in Berichten steht Und so weiter und so fort ".repeat(6);
    expect(passage(`${filler}Hafen, Hafen${dots(500)}`, `"${phrase}" hafen`)).toContain("[Hafen], [Hafen]");
  });

  test("is chosen for what stands together behind such a phrase", () => {
    const phrase = "wie es in Berichten steht Und so weiter und so fort ".repeat(6);
    const text = `${phrase}${dots(500)}Hafen${dots(100)}Schleuse${dots(500)}`;
    expect(passage(text, `"${phrase}" hafen schleuse`)).toContain(`[Hafen]${dots(100)}[Schleuse]`);
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
    const odd = `${"😀".repeat(200)}x東京${"e\u0301".repeat(300)}`;
    expect(join(highlightPassage(odd, readSearch("東京")))).toBe(`…${"😀".repeat(25)}x東京${"e\u0301".repeat(103)}…`);
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
