import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hashContent } from "../../../shared/article/content-hash.ts";
import { normalizeForComparison } from "../../../shared/article/normalize-for-comparison.ts";

/** More than enough that the title no longer counts. */
const long =
  "Der Hafen öffnet nach drei Wochen wieder für den Verkehr, wie die Behörde am Montag mitteilte. Schiffe dürfen bis auf Weiteres nur bei Tageslicht einlaufen. ".repeat(
    4,
  );
const short = "Der Hafen öffnet wieder.";
const hash = (...lines: string[]) => hashContent({ lines });
const titled = (title: string, ...lines: string[]) => hashContent({ lines, title });

describe("the same text", () => {
  test.each([
    ["in other lines", "Erster Satz. Zweiter Satz.", ["Erster Satz.", "Zweiter Satz."]],
    ["with other white space", "Der Hafen. Er\u00a0öffnet \t wieder.", ["Der  Hafen.", " ", "Er öffnet\u2003wieder. "]],
    [
      "in the other Unicode form",
      "Größe, naïve, Ångström.".normalize("NFC"),
      ["Größe, naïve, Ångström.".normalize("NFD")],
    ],
    ["with ligatures and full width", "ﬁnden Ｗörter.", ["finden Wörter."]],
    ["with German quotes", 'Er sagte: "Nein."', ["Er sagte: „Nein.“"]],
    ["with English quotes", 'Er sagte: "Nein."', ["Er sagte: “Nein.”"]],
    ["with guillemets", 'Er sagte: "Nein."', ["Er sagte: »Nein.«"]],
    ["with single quotes", "Er sagte: 'Nein.'", ["Er sagte: ‚Nein.‘"]],
    ["with a typographic apostrophe", "Wie geht's.", ["Wie geht’s."]],
    ["with an acute accent for an apostrophe", "Wie geht's.", ["Wie geht´s."]],
    ["with a grave accent for an apostrophe", "Wie geht's.", ["Wie geht`s."]],
    ["with a prime", "Wie geht's.", ["Wie geht′s."]],
    ["with a double prime", '12" lang.', ["12″ lang."]],
    ["with quotes of full width", 'Er sagte: "Nein."', ["Er sagte: ＂Nein.＂"]],
    ["with an en dash", "Montag - so die Behörde.", ["Montag – so die Behörde."]],
    ["with an em dash", "Montag - so die Behörde.", ["Montag — so die Behörde."]],
    ["with a minus sign", "Bei -5 Grad.", ["Bei −5 Grad."]],
    ["with hyphens that do not break", "E-Mail.", ["E\u2011Mail."]],
    ["with soft hyphens", "Hafenbehörde.", ["Hafen\u00adbehör\u00adde."]],
    ["with characters of no width", "Hafenbehörde.", ["\ufeffHafen\u200bbe\u200dhörde\u2060."]],
    ["with something invisible inside a letter", "Größe.", ["Gro\u00ad\u0308ße."]],
    ["with marks of direction", "Hafen.", ["\u200eHafen.\u200f"]],
    ["with a grave accent of full width", "Wie geht's.", ["Wie geht｀s."]],
    ["with an ellipsis", "Und dann...", ["Und dann…"]],
  ])("%s", (_, one, lines) => {
    expect(hash(...lines)).toBe(hash(one));
    expect(hash(one)).toMatch(/^[0-9a-f]{64}$/);
  });
});

test("a title is the same in its field and in the first line, and a line alone is a text", () => {
  expect(titled("A title", "A title", short)).toBe(titled("A title", short));
  expect(hash("A title", short)).toBe(titled("A title", short));
  expect(hash("Kurz")).toMatch(/^[0-9a-f]{64}$/);
});

test("a first line is a title up to 250 characters, and a title counts in texts of less than 400", () => {
  const text = (length: number) => "x".repeat(length);
  expect(hash(text(250), text(500))).toBe(hash(text(500)));
  expect(hash(text(251), text(500))).not.toBe(hash(text(500)));
  expect(titled("a", text(400))).toBe(titled("b", text(400)));
  expect(titled("a", text(399))).not.toBe(titled("b", text(399)));
});

describe("other text", () => {
  test.each([
    ["another word", "Der Hafen öffnet.", "Der Hafen schließt."],
    ["other letters", "Der Hafen.", "der hafen."],
    ["another accent", "Große.", "Grosse."],
    ["another number", "Es sind 10.", "Es sind 100."],
    ["a word more", "Der Hafen öffnet.", "Der Hafen öffnet nicht."],
    ["words run together", "Der Hafen öffnet.", "Der Hafenöffnet."],
    ["no full stop", "Der Hafen öffnet.", "Der Hafen öffnet"],
    ["another order", "Erst das. Dann dies.", "Dann dies. Erst das."],
    ["a quote that is none", 'Er sagte "Nein".', "Er sagte Nein."],
    ["a dash that is none", "Nord-Ost.", "Nord Ost."],
  ])("%s", (_, one, other) => {
    expect(hash(one)).not.toBe(hash(other));
  });
});

test.each([[[]], [[""]], [[" ", "\n", "\u200b"]]])("no text, no hash: %j", (lines) => {
  expect(hashContent({ lines })).toBeUndefined();
  expect(hashContent({ lines, title: "Hafen öffnet" })).toBeUndefined();
});

describe("the title", () => {
  const cases: [name: string, one: string | undefined, other: string | undefined, isSame: boolean][] = [
    ["counts above a short text", titled("Hafen öffnet", short), titled("Hafen schließt", short), false],
    ["absent is another one above a short text", hash(short), titled("Hafen öffnet", short), false],
    ["does not count above a long text", titled("Hafen öffnet", long), titled("Wieder freie Fahrt", long), true],
    ["absent is the same above a long text", hash(long), titled("Hafen öffnet", long), true],
    ["may stand in the text", titled("Hafen öffnet", long), titled("Hafen öffnet", "Hafen öffnet", long), true],
    ["may stand in the short text", titled("Hafen öffnet", short), titled("Hafen öffnet", "Hafen öffnet", short), true],
    ["may stand in the text in other quotes", titled('"Hafen"', short), titled("„Hafen“", "»Hafen«", short), true],
    ["may stand in the text alone", titled("Hafen öffnet", short), hash("Hafen öffnet", short), true],
    [
      "in the text alone does not count above a long one",
      hash("Hafen öffnet", long),
      hash("Wieder freie Fahrt", long),
      true,
    ],
    ["is none when it ends like a sentence", hash("Hafen öffnet.", long), hash(long), false],
    ["is none when it ends in a quote like a sentence", hash("„Hafen öffnet.“", long), hash(long), false],
    ["is none when it is a paragraph", hash(`${"x".repeat(251)}`, long), hash(long), false],
    [
      "given, the first line is text",
      titled("Wieder freie Fahrt", "Hafen öffnet", long),
      titled("Wieder freie Fahrt", long),
      false,
    ],
    ["alone is the text", titled("Hafen öffnet", "Hafen öffnet"), hash("Hafen öffnet"), false],
  ];

  test.each(cases)("%s", (_, one, other, isSame) => {
    expect(one).toBeDefined();
    expect(one === other).toBe(isSame);
  });
});

test("no character is passed over that would be folded beside an invisible one", () => {
  for (let unit = 0; unit <= 0xffff; unit += 1) {
    const character = String.fromCharCode(unit);
    const text = ` a${character}b ${character} `;
    if (normalizeForComparison(text) !== normalizeForComparison(`${text}\u200b`)) expect.fail(`U+${unit.toString(16)}`);
  }
});

describe("laws", () => {
  const letter = fc.constantFrom(..."abcäöüßéèñåAÄ0123");
  const word = fc.string({ unit: letter, minLength: 1, maxLength: 8 });
  const mark = fc.constantFrom("", "", ".", ",", "-", '"', "'");
  const words = fc.array(
    fc.tuple(mark, word, mark).map((parts) => parts.join("")),
    { minLength: 1, maxLength: 80 },
  );
  // A given title keeps the first line from being taken for one, which depends on where it breaks.
  const title = "Überschrift";
  const invisible = ["\u00ad", "\u200b", "\u2060", "\ufeff", "\u200d"];
  const disguises: Record<string, string[]> = {
    '"': ["„", "“", "”", "»", "«", "″", "＂"],
    "'": ["‘", "’", "‚", "´", "`", "′"],
    "-": ["–", "—", "‐", "\u2011", "−"],
  };

  test("a text is the same re-wrapped, in another form, in other quotes and dashes, with what nobody sees", () => {
    fc.assert(
      fc.property(words, fc.infiniteStream(fc.nat({ max: 999 })), (text, random) => {
        const chance = (of: number) => (random.next().value ?? 0) % of;
        const pick = (from: readonly string[]) => from[chance(from.length)] ?? "";
        const lines: string[] = [""];
        for (const one of text) {
          const form = chance(2) === 0 ? one.normalize("NFD") : one;
          let dressed = "";
          for (const character of form) {
            const disguise = disguises[character];
            dressed += disguise !== undefined && chance(2) === 0 ? pick(disguise) : character;
            if (chance(4) === 0) dressed += pick(invisible);
          }
          if (chance(3) === 0) lines.push(dressed);
          else lines.push(`${lines.pop()}${pick([" ", "  ", "\t", "\u00a0", "\n", "\u2028"])}${dressed}`);
        }
        expect(hashContent({ lines, title })).toBe(hashContent({ lines: [text.join(" ")], title }));
      }),
    );
  });

  test("two texts are the same only if their words are", () => {
    const plain = fc.array(fc.string({ unit: letter, minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(plain, plain, (one, other) => {
        const isSame = one.join(" ") === other.join(" ");
        expect(hashContent({ lines: one, title }) === hashContent({ lines: other, title })).toBe(isSame);
      }),
    );
  });
});
