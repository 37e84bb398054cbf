import { describe, expect, test } from "vitest";
import { compareSketches } from "../../../../shared/article/near/compare-sketches.ts";
import { decideMatch } from "../../../../shared/article/near/decide-match.ts";
import type { Sketch } from "../../../../shared/article/near/sketch.ts";

/** Of two sets: how many elements both have, only the first has, and only the second. */
type Sets = readonly [number, number, number];

interface Pair {
  readonly words?: readonly [number, number];
  readonly shingles?: Sets;
  readonly numbers?: Sets;
  readonly names?: Sets;
  readonly title?: Sets;
  readonly lead?: Sets;
  readonly minutesApart?: number;
}

const range = (from: number, count: number): number[] => Array.from({ length: count }, (_, index) => from + index);

/** Sketches of two texts that have in common what is said; for the rest they are the same 200 words, without a title. */
function sketches({ words = [200, 200], minutesApart, ...pair }: Pair): [Sketch, Sketch] {
  const { shingles = [100, 0, 0], numbers = [0, 0, 0], names = [0, 0, 0], title = [0, 0, 0], lead = [10, 0, 0] } = pair;
  // Beginnings are looked for among all sequences, so theirs are others, and greater.
  const sets = { shingles, numbers, names, title };
  const make = (own: 1 | 2): Sketch => {
    const list = (sets: Sets, base: number): Uint32Array =>
      Uint32Array.from([...range(base + 1, sets[0]), ...range(base + own * 1000, sets[own])]);
    return {
      wordCount: words[own - 1] ?? 0,
      ...(minutesApart !== undefined && { publishedMinute: own === 1 ? 1000 : 1000 + minutesApart }),
      shingles: list(sets.shingles, 0),
      numbers: list(sets.numbers, 0),
      names: list(sets.names, 0),
      title: list(sets.title, 0),
      lead: list(lead, 1_000_000),
    };
  };
  return [make(1), make(2)];
}

const edited: Sets = [60, 40, 40];

describe("two texts are copies, or what keeps them from it is", () => {
  test.for<[string, Pair, string | undefined]>([
    ["half of the text in common", { shingles: [50, 50, 50] }, undefined],
    ["less than half", { shingles: [49, 51, 51] }, "little-text-in-common"],
    ["all of the shorter, a fifth of the longer", { shingles: [20, 0, 80] }, undefined],
    ["three sequences", { shingles: [3, 0, 0] }, undefined],
    ["two sequences", { shingles: [2, 0, 0] }, "little-text-in-common"],

    ["65 % of the figures", { numbers: [13, 7, 7] }, undefined],
    ["less", { numbers: [12, 7, 7] }, "other-figures"],
    ["figures that were only added", { numbers: [1, 0, 19] }, undefined],
    ["75 % of the figures, edited", { shingles: edited, numbers: [15, 5, 5] }, undefined],
    ["less, edited", { shingles: edited, numbers: [14, 5, 5] }, "other-figures"],
    ["at four fifths a text is not edited", { shingles: [80, 20, 20], numbers: [13, 7, 7] }, undefined],
    ["below it is", { shingles: [79, 21, 21], numbers: [13, 7, 7] }, "other-figures"],

    ["a figure replaced, 20 hours later", { numbers: [9, 1, 1], minutesApart: 1200 }, undefined],
    ["a figure replaced, more than 20 hours later", { numbers: [9, 1, 1], minutesApart: 1201 }, "new-edition"],
    ["a figure replaced, more than 20 hours before", { numbers: [9, 1, 1], minutesApart: -900 - 301 }, "new-edition"],
    ["a figure added, days later", { numbers: [9, 0, 1], minutesApart: 9000 }, undefined],
    ["edited, days later", { shingles: edited, minutesApart: 9000 }, "new-edition"],
    [
      "a word in twenty, short, days later",
      { words: [80, 80], shingles: [95, 3, 3], minutesApart: 9000 },
      "new-edition",
    ],
    ["a word in sixty, short, days later", { words: [80, 80], shingles: [95, 2, 3], minutesApart: 9000 }, undefined],
    ["a word in twenty, longer, days later", { words: [81, 90], shingles: [95, 3, 3], minutesApart: 9000 }, undefined],

    ["half of the names", { names: [2, 2, 2] }, undefined],
    ["less", { names: [1, 2, 2] }, "other-names"],
    ["one name replaced", { names: [0, 1, 1] }, undefined],
    ["names that were only added", { names: [1, 0, 9] }, undefined],
    ["65 % of the names, edited", { shingles: edited, names: [13, 7, 7] }, undefined],
    ["less, edited", { shingles: edited, names: [12, 7, 7] }, "other-names"],
    ["two names added to a tiny text", { words: [39, 39], names: [9, 0, 2] }, "other-names"],
    ["a name replaced in a tiny text", { words: [39, 39], names: [9, 1, 1] }, "other-names"],
    ["one name added to a tiny text", { words: [39, 39], names: [9, 0, 1] }, undefined],
    ["two names added, one text not tiny", { words: [39, 40], names: [9, 0, 2] }, undefined],

    ["a short text with another title", { words: [80, 200], title: [5, 3, 3], lead: [7, 3, 3] }, "other-title"],
    ["a short text with two thirds of its title", { words: [80, 200], title: [4, 2, 2], lead: [0, 9, 9] }, undefined],
    [
      "a short text with another title, and its beginning",
      { words: [80, 200], title: [0, 9, 9], lead: [8, 2, 2] },
      undefined,
    ],
    ["the same, a figure replaced", { words: [80, 200], title: [0, 9, 9], numbers: [9, 1, 1] }, "other-title"],
    ["the same, edited", { words: [80, 200], title: [0, 9, 9], shingles: edited }, "other-title"],
    ["the same, at four fifths", { words: [80, 200], title: [0, 9, 9], shingles: [80, 20, 20] }, undefined],
    ["the same of 40 words", { words: [40, 200], title: [0, 9, 9] }, undefined],
    ["the same of 39", { words: [39, 200], title: [0, 9, 9] }, "other-title"],
    ["tiny texts with six words of seven in the title", { words: [39, 39], title: [6, 1, 1] }, undefined],
    ["tiny texts with five words of six in the title", { words: [39, 39], title: [5, 1, 1] }, "other-title"],
    ["one of them not tiny", { words: [39, 40], title: [5, 1, 1] }, undefined],
    ["a short text without a title, and 60 % of its beginning", { words: [80, 80], lead: [6, 4, 4] }, undefined],
    ["less", { words: [80, 80], lead: [5, 4, 4] }, "other-beginning"],
    ["a short text without a title, at four fifths", { words: [80, 80], shingles: [80, 20, 20] }, undefined],
    ["a short text without a title, edited", { words: [80, 80], shingles: edited }, "other-beginning"],
    ["a title that only one has is none", { words: [80, 80], title: [0, 0, 5] }, undefined],
    ["and does not stand for a beginning", { words: [80, 80], title: [0, 0, 5], lead: [0, 9, 9] }, "other-beginning"],

    [
      "a longer text, title and beginning others",
      { words: [81, 81], title: [5, 3, 3], lead: [5, 4, 4] },
      "other-beginning",
    ],
    ["its title the same", { words: [81, 81], title: [4, 2, 2], lead: [0, 9, 9] }, undefined],
    ["its beginning the same", { title: [0, 9, 9], lead: [6, 4, 4] }, undefined],
    ["three figures the same", { lead: [0, 9, 9], numbers: [3, 0, 0] }, undefined],
    ["two", { lead: [0, 9, 9], numbers: [2, 0, 0] }, "other-beginning"],
    ["eight names the same", { lead: [0, 9, 9], names: [8, 0, 0] }, undefined],
    ["seven", { lead: [0, 9, 9], names: [7, 0, 0] }, "other-beginning"],
    ["nine figures of ten", { lead: [0, 9, 9], numbers: [9, 1, 1] }, undefined],
    ["eight of nine", { lead: [0, 9, 9], numbers: [8, 1, 1] }, "other-beginning"],
    ["figures the same, and nine names of ten", { lead: [0, 9, 9], numbers: [3, 0, 0], names: [9, 1, 1] }, undefined],
    ["figures the same, names not", { lead: [0, 9, 9], numbers: [9, 0, 0], names: [8, 1, 1] }, "other-beginning"],
    ["a beginning too short to tell", { lead: [1, 4, 4] }, "other-beginning"],
  ])("%s", ([, pair, objection]) => {
    const [first, second] = sketches(pair);
    const match = decideMatch(first, second);
    expect(match.evidence.objection).toBe(objection);
    expect(match.verdict === "duplicate").toBe(objection === undefined);
    expect(decideMatch(second, first)).toEqual(match);
  });
});

describe("two texts that are no copies tell the same story", () => {
  const retold: Pair = { shingles: [25, 75, 75], names: [6, 4, 4], numbers: [6, 4, 4], minutesApart: 72 * 60 };
  test.for<[string, Pair, string]>([
    ["a quarter of the text, 60 % of names and figures, within three days", retold, "related"],
    ["less text", { ...retold, shingles: [24, 76, 76] }, "new"],
    ["fewer names", { ...retold, names: [5, 4, 4] }, "new"],
    ["fewer figures", { ...retold, numbers: [5, 4, 4] }, "new"],
    ["later", { ...retold, minutesApart: 72 * 60 + 1 }, "new"],
    ["two names", { ...retold, names: [2, 0, 0] }, "related"],
    ["one name", { ...retold, names: [1, 0, 0] }, "new"],
    ["two figures", { ...retold, numbers: [2, 0, 0] }, "related"],
    ["one figure", { ...retold, numbers: [1, 0, 0] }, "new"],
    ["one figure, but the title", { ...retold, numbers: [1, 0, 0], title: [2, 1, 1] }, "related"],
    ["one figure, and another title", { ...retold, numbers: [1, 0, 0], title: [5, 3, 3] }, "new"],
    ["nobody knows when", { shingles: [25, 75, 75], names: [6, 4, 4], numbers: [6, 4, 4] }, "related"],
    ["a new edition", { numbers: [9, 1, 1], names: [9, 0, 0], minutesApart: 1201 }, "new"],
    ["copies of one template about other companies", { names: [1, 2, 2], numbers: [9, 0, 0] }, "new"],
  ])("%s", ([, pair, verdict]) => {
    expect(decideMatch(...sketches(pair)).verdict).toBe(verdict);
  });
});

test("the evidence counts what is shared and what is replaced, rounded to thousandths", () => {
  const pair: Pair = {
    shingles: [2, 1, 4],
    numbers: [5, 2, 3],
    names: [4, 3, 1],
    title: [2, 1, 2],
    lead: [7, 2, 3],
    minutesApart: 100,
  };
  expect(decideMatch(...sketches(pair))).toEqual({
    verdict: "related",
    similarity: 0.476,
    evidence: {
      containment: 0.667,
      jaccard: 0.286,
      sharedNumbers: 5,
      differingNumbers: 2,
      sharedNames: 4,
      differingNames: 1,
      titleAgreement: 0.667,
      leadAgreement: 0.778,
      hoursApart: 1.667,
      objection: "little-text-in-common",
    },
  });
});

test("what is not known is not told, and one date alone says nothing of the time between", () => {
  const [first, second] = sketches({});
  const long = { ...second, shingles: Uint32Array.from(range(1, 128)), publishedMinute: 7 };
  const lead = { lead: Uint32Array.from(range(1_000_000, 6)) };
  const comparison = compareSketches(
    { ...first, ...lead },
    { ...long, lead: new Uint32Array(7).map((_, i) => 2e6 + i) },
  );
  expect(Object.keys(comparison)).toEqual([
    ...["jaccard", "firstInSecond", "secondInFirst", "shingles", "numbers", "names", "title", "leadAgreement"],
  ]);
  expect(comparison.leadAgreement).toBe(0);
  const unknown = [
    { ...long, ...lead },
    { ...long, lead: Uint32Array.from(range(2_000_000, 7)) },
  ] as const;
  expect(compareSketches(...unknown)).not.toHaveProperty("leadAgreement");
  expect(decideMatch(...unknown).evidence).not.toHaveProperty("leadAgreement");
  expect(decideMatch(first, { ...second, publishedMinute: 7 }).evidence).toStrictEqual({
    ...{ containment: 1, jaccard: 1, sharedNumbers: 0, differingNumbers: 0, sharedNames: 0, differingNames: 0 },
    leadAgreement: 1,
  });
});

test("the last that a full sketch holds is known, too", () => {
  const full = { ...sketches({})[0], shingles: Uint32Array.from(range(1, 128)), lead: new Uint32Array() };
  expect(compareSketches(full, full).shingles).toEqual({ shared: 128, onlyFirst: 0, onlySecond: 0 });
  const lead = Uint32Array.from([1, 2, 3, 4, 5, 128]);
  expect(compareSketches({ ...full, lead }, full).leadAgreement).toBe(1);
});

test("of a long text only what its sketch holds is compared", () => {
  const whole = range(1, 128).map((value) => value * 2);
  const [base] = sketches({});
  const sampled: Sketch = { ...base, shingles: Uint32Array.from(whole) };
  // Beyond 256 the longer text may have anything.
  const part: Sketch = { ...base, shingles: Uint32Array.from([2, 4, 6, 8, 300, 302, 304]) };
  expect(decideMatch(sampled, part).evidence).toMatchObject({ containment: 1, jaccard: 0.031 });
  const beyond = { ...part, lead: Uint32Array.from([2, 4, 6, 8, 10, 12, 500, 502]) };
  expect(decideMatch({ ...sampled, lead: new Uint32Array() }, beyond).evidence.leadAgreement).toBe(1);
});
