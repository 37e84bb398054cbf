import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { candidateKeys } from "../../../../shared/article/near/candidate-keys.ts";
import { candidateKeysOf, compareArticles, sketchOf } from "../../../../shared/article/near/compare-articles.ts";
import type { ComparableArticle } from "../../../../shared/article/near/fingerprint-article.ts";
import { readWords } from "../../../../shared/article/near/read-words.ts";
import { story } from "../../../fixtures/story.ts";

const { lines, title } = story;
const compare = (first: ComparableArticle, second: ComparableArticle) =>
  compareArticles(sketchOf(first), sketchOf(second));
const swapFigures = (text: string) => text.replace(/\d/g, (digit) => String((Number(digit) + 3) % 10));
const short = (company: string, day: string) => ({
  title: `${company} sets payout`,
  lines: ["Quarterly dividend three cents, as before", `Payable ${day}`],
});
const dailyReport = (publishedAt: string, amount: string) => ({
  title: "Bank adds reserves",
  publishedAt,
  lines: [
    `The central bank entered the securities market to arrange ${amount} of repurchase agreements, a spokesman said.`,
    "Dealers said funds were trading at six percent when the bank began its indirect supply of reserves to the system.",
  ],
});

describe("articles that are copies", () => {
  test.each<[string, ComparableArticle]>([
    ["the same", story],
    ["another headline", { ...story, title: "Nineteen days of strike are over" }],
    ["no headline and no date", { lines }],
    ["the first half", { ...story, lines: lines.slice(0, 4) }],
    ["one paragraph less", { ...story, lines: lines.toSpliced(3, 1) }],
    ["a corrected figure", { ...story, lines: lines.map((line) => line.replace("83 million", "38 million")) }],
    [
      "a footer",
      { ...story, lines: [...lines, "Follow us for more.", "Copyright 2026 Example Media, all rights reserved."] },
    ],
    [
      "entities escaped twice, and addresses",
      { ...story, lines: lines.map((line) => `${line.replace("4.5", "4&amp;#46;5")} https://example.com/a/12345`) },
    ],
    [
      "white space, soft hyphens, ligatures",
      {
        ...story,
        lines: lines.map((line) => line.replaceAll(" ", "\u00a0 ").replaceAll("ti", "t\u00adi").replaceAll("fi", "ﬁ")),
      },
    ],
    ["a week later, unchanged", { ...story, publishedAt: "2026-03-10T09:00:00Z" }],
  ])("%s", (_, copy) => {
    const match = compare(story, copy);
    expect(match.verdict).toBe("duplicate");
    expect(match.evidence.containment).toBeGreaterThan(0.8);
    expect(match.evidence.objection).toBeUndefined();
    expect(candidateKeysOf(copy).some((key) => candidateKeysOf(story).includes(key))).toBe(true);
  });
});

describe("articles that are not", () => {
  test.each<[string, ComparableArticle, ComparableArticle, string]>([
    ["other figures", story, { ...story, lines: lines.map(swapFigures) }, "other-figures"],
    [
      "a figure of several, a day later",
      story,
      {
        ...story,
        lines: lines.map((line) => line.replace("83 million", "38 million")),
        publishedAt: "2026-03-04T09:00:00Z",
      },
      "new-edition",
    ],
    [
      "a daily report whose figures are words",
      dailyReport("2026-03-03T09:00:00Z", "two billion"),
      dailyReport("2026-03-04T09:00:00Z", "three billion"),
      "new-edition",
    ],
    ["the notice of another company", short("Graco", "April 20"), short("Brenco", "April 20"), "other-title"],
    [
      "the notice of another company with a longer title",
      { ...short("Graco", "April 20"), title: "Graco Inc sets quarterly payout" },
      { ...short("Graco", "April 20"), title: "Brenco Inc sets quarterly payout" },
      "other-title",
    ],
    [
      "other names in the same words",
      story,
      {
        ...story,
        lines: lines.map((line) =>
          line.replaceAll(
            /(Oskar|Lindqvist|Maria|Okafor|Nordhavn|Baltic|Star|Ilse|Brandt|Tuesday|March|May|Wire|CITY)/g,
            "Xaver$1",
          ),
        ),
      },
      "other-names",
    ],
    [
      "another text",
      story,
      { title, lines: ["Rain is expected in the south, with strong winds from Thursday and falling temperatures."] },
      "little-text-in-common",
    ],
    ["no text", story, { lines: [] }, "little-text-in-common"],
  ])("%s", (_, first, second, objection) => {
    const match = compare(first, second);
    expect(match.evidence.objection).toBe(objection);
    expect(match.verdict).not.toBe("duplicate");
  });

  test("boilerplate in common", () => {
    const footer = [
      "Sign up for the evening letter and never miss a story of your town.",
      "All comments are read before they are shown to the public.",
      "This report was made by a service and was not edited by the desk.",
      "Reproduction only with the consent of the publishing house in writing.",
    ];
    const first = { lines: ["The mayor wants to widen the bridge over the river before the summer.", ...footer] };
    const second = { lines: ["Three new trams were delivered to the depot on a special train at night.", ...footer] };
    expect(compare(first, second).verdict).not.toBe("duplicate");
  });
});

test("the same story in other words is related", () => {
  const other = {
    ...story,
    lines: [
      ...lines.slice(0, 2).map((line) => line.replace("said", "told")),
      "Oskar Lindqvist spoke of 4.5 percent from May, Maria Okafor had wanted 9 percent for the crane drivers of Harbor City.",
      "The minister, Ilse Brandt, was content after the long conflict between the two parties had ended with a handshake on the quay in the evening.",
      "Nobody could say when the last of the ships would leave for the open sea again, or who would pay for the lost weeks.",
    ],
  };
  expect(compare(story, other).verdict).toBe("related");
});

describe("laws", () => {
  const paragraph = fc
    .array(fc.constantFrom(...lines.join(" ").split(" ")), { minLength: 0, maxLength: 40 })
    .map((words) => words.join(" "));
  const article = fc.record({
    lines: fc.array(paragraph, { maxLength: 6 }),
    title: fc.option(paragraph, { nil: undefined }),
    publishedAt: fc.option(fc.constantFrom("2026-03-03T09:00:00Z", "2026-03-05T09:00:00Z"), { nil: undefined }),
  });

  test("comparing is symmetric", () => {
    fc.assert(
      fc.property(article, article, (first, second) => {
        expect(compare(first, second)).toEqual(compare(second, first));
      }),
    );
  });

  test("white space and Unicode form change nothing", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "grapheme", maxLength: 60 }), { maxLength: 5 }), (texts) => {
        const spaced = texts.map((text) => text.normalize("NFD").replaceAll(" ", " \t "));
        expect(sketchOf({ lines: spaced })).toEqual(sketchOf({ lines: texts.map((text) => text.normalize("NFC")) }));
      }),
    );
  });

  test("a copy with all figures swapped is never a duplicate", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: lines.length }), (shift, count) => {
        const swapped = lines.map((line) => line.replace(/\d/g, (digit) => String((Number(digit) + shift) % 10)));
        expect(compare({ title, lines }, { title, lines: swapped.slice(0, count) }).verdict).not.toBe("duplicate");
      }),
    );
  });

  test("what is cut from the end stands in the whole", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: "grapheme-ascii", minLength: 20, maxLength: 200 }), { minLength: 2, maxLength: 20 }),
        fc.nat(),
        (texts, seed) => {
          const cut = texts.slice(0, 1 + (seed % (texts.length - 1)));
          const whole = sketchOf({ lines: texts });
          const part = sketchOf({ lines: cut });
          if (part.wordCount < 20) return;
          expect(compareArticles(whole, part).evidence.containment).toBeGreaterThan(0.9);
        },
      ),
    );
  });
});

test.each([
  ["东京股市周二收盘上涨，日经指数创下三个月以来的新高。", 2],
  ["ราคาน้ำมันดิบในตลาดโลกปรับตัวสูงขึ้น", 2],
  ["短い", 1],
])("keys of a text without spaces: %s", (text, least) => {
  expect(candidateKeysOf({ lines: [text] }).length).toBeGreaterThanOrEqual(least);
});

test("a text without words has no keys and no sequences, and a date of long ago is one", () => {
  const article = { lines: ["– – –"], title: "–", publishedAt: "1970-01-01T00:00:00Z" };
  expect(candidateKeysOf(article)).toEqual([]);
  expect(sketchOf(article)).toMatchObject({ wordCount: 0, publishedMinute: 0, shingles: new Uint32Array() });
});

describe("keys", () => {
  const words = (count: number, from = 0) => Array.from({ length: count }, (_, index) => `w${from + index}`).join(" ");

  test("are as many as there are sequences, up to ten, also where the beginning repeats itself", () => {
    expect(candidateKeysOf({ lines: [words(7)] })).toHaveLength(2);
    const keys = candidateKeysOf({ lines: ["la ".repeat(80), words(40)] });
    expect(keys).toHaveLength(10);
    for (const key of keys) expect(key).toMatch(/^[0-9a-f]{16}$/);
  });

  test("are the first of more keys, where fewer are asked for", () => {
    fc.assert(
      fc.property(
        fc.nat(10_000),
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 1, max: 9 }),
        (from, count, limit) => {
          const read = readWords([words(count, from)]);
          expect(candidateKeys(read, limit)).toEqual(candidateKeys(read, 10).slice(0, limit));
        },
      ),
    );
  });
});

test("keys are 64 bits in hexadecimal, different and the same each time", () => {
  const keys = candidateKeysOf(story);
  expect(keys.every((key) => /^[0-9a-f]{16}$/.test(key))).toBe(true);
  expect(new Set(keys).size).toBe(keys.length);
  expect(candidateKeysOf(story)).toEqual(keys);
});
