import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeLineProfile, encodeLineProfile } from "../../../../shared/article/near/encode-line-profile.ts";
import {
  addArticle,
  emptyLineProfile,
  joinMarks,
  joinProfiles,
  type LineProfile,
  maxProfileLines,
  recurrences,
} from "../../../../shared/article/near/line-profile.ts";
import { recurringLines, removeRecurringLines } from "../../../../shared/article/near/recurring-lines.ts";

const footer = "Follow our desk for more of this.";
const own = (id: string) => `What only ${id} says of its matter.`;
const article = (id: string, ...more: string[]) => ({ id, lines: [own(id), footer, ...more] });
const learn = (ids: readonly string[], ...more: string[]): LineProfile =>
  ids.reduce((profile, id) => addArticle(profile, article(id, ...more)), emptyLineProfile);

describe("a line recurs", () => {
  test("from the fourth article on, that one counted", () => {
    expect(recurringLines(learn(["a", "b"]), article("c")).size).toBe(0);
    expect([...recurringLines(learn(["a", "b", "c"]), article("d"))]).toEqual([footer]);
  });

  test("not where one article comes again and again", () => {
    expect(recurringLines(learn(["a", "a", "a", "a", "a"]), article("a")).size).toBe(0);
  });

  test.each([
    ["Net 3,614,000 against 7,000 a year ago.", false],
    ["Copyright 2026 Example Media Group.", true],
    ["Leave a comment. https://example.com/a/65123?ref=feed", true],
    ["A paragraph. ".repeat(40), false],
  ])("%.30s", (line, recurs) => {
    expect(recurringLines(learn(["a", "b", "c", "d"], line), article("e", line)).has(line)).toBe(recurs);
  });
});

test("something always remains of an article", () => {
  const profile = learn(["a", "b", "c", "d"]);
  expect(removeRecurringLines(profile, article("e"))).toEqual([own("e")]);
  for (const lines of [[footer], [footer, " "], [footer, ""]]) {
    expect(removeRecurringLines(profile, { id: "e", lines })).toEqual(lines);
  }
});

describe("laws", () => {
  const ids = fc.array(fc.constantFrom(..."abcdefgh"), { maxLength: 8 });

  test("joining is commutative, associative and idempotent", () => {
    fc.assert(
      fc.property(ids, ids, ids, (first, second, third) => {
        const [a, b, c] = [learn(first), learn(second), learn(third)];
        expect(joinProfiles(a, b)).toEqual(joinProfiles(b, a));
        expect(joinProfiles(joinProfiles(a, b), c)).toEqual(joinProfiles(a, joinProfiles(b, c)));
        expect(joinProfiles(a, a)).toEqual(a);
      }),
    );
  });

  test("a lost update delays and never invents", () => {
    fc.assert(
      fc.property(ids, ids, (first, lost) => {
        const found = recurringLines(learn(first), article("z"));
        const all = recurringLines(joinProfiles(learn(first), learn(lost)), article("z"));
        expect([...found].every((line) => all.has(line))).toBe(true);
        if (new Set([...first, ...lost, "z"]).size < recurrences) expect(all.size).toBe(0);
      }),
    );
  });

  test("a profile survives encoding, and other bytes are an empty one", () => {
    fc.assert(
      fc.property(ids, (some) => {
        expect(decodeLineProfile(encodeLineProfile(learn(some)))).toEqual(learn(some));
      }),
    );
    fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), (noise) => void decodeLineProfile(noise)));
    const bytes = encodeLineProfile(learn(["a", "b"]));
    for (const other of [bytes.subarray(0, 4), bytes.with(0, 9), bytes.subarray(0, -1), bytes.subarray(0, 9)]) {
      expect(decodeLineProfile(other)).toBe(emptyLineProfile);
    }
    expect(decodeLineProfile(bytes.subarray(0, 5))).toEqual({ articleCount: 2, lines: new Map() });
  });
});

const letters = (index: number) => [...String(index)].map((digit) => "abcdefghij"[Number(digit)]).join("");

test("of an article of more than twelve lines the first four and the last eight are looked at", () => {
  const profiled = (lines: readonly string[]): number[] =>
    [...addArticle(emptyLineProfile, { id: "a", lines }).lines.keys()].sort();
  const lines = Array.from({ length: 20 }, (_, index) => `A line that is called ${letters(index)}.`);
  expect(profiled(lines.slice(0, 12))).toHaveLength(12);
  expect(profiled(lines.slice(0, 13))).toEqual(profiled(lines.slice(0, 13).toSpliced(4, 1)));
  expect(profiled(lines)).toEqual(profiled([...lines.slice(0, 4), ...lines.slice(12)]));
});

test("lines that never recur are not kept", () => {
  expect(addArticle(emptyLineProfile, { id: "a", lines: ["", "7,000 a year ago"] }).lines.size).toBe(0);
});

test("of the marks of a line the four smallest are kept", () => {
  expect(joinMarks([2, 200], [30, 2, 4])).toEqual([2, 4, 30, 200]);
  expect(joinMarks([2, 5, 200], [3, 4])).toEqual([2, 3, 4, 5]);
});

describe("of more than 400 lines", () => {
  const articleCount = 10_000;
  const profile = (...lines: (readonly [hash: number, marks: number, seenAt: number])[]): LineProfile => ({
    articleCount,
    lines: new Map(lines.map(([hash, marks, seenAt]) => [hash, { marks: [1, 2, 3, 4].slice(0, marks), seenAt }])),
  });
  const many = (count: number, marks: number, seenAt: number, from = 0) =>
    Array.from({ length: count }, (_, index) => [from + index, marks, seenAt] as const);
  const kept = (joined: LineProfile): number[] => [...joined.lines.keys()].sort((a, b) => a - b);
  const fresh = { articleCount: 1, lines: new Map() };

  test("320 are kept", () => {
    const full = profile(...many(400, 1, 9000));
    expect(joinProfiles(full, fresh)).toEqual(full);
    expect(joinProfiles(fresh, full)).toEqual(full);
    expect(joinProfiles(profile(...many(401, 1, 9000)), fresh)).toMatchObject({ articleCount, lines: { size: 320 } });
  });

  test.for([
    [
      "those of most articles",
      many(200, 3, 9000),
      many(201, 2, 9500, 1000),
      [...many(200, 0, 0), ...many(120, 0, 0, 1000)],
    ],
    [
      "of these the ones seen last",
      many(201, 2, 9000),
      many(200, 2, 9001, 1000),
      [...many(120, 0, 0), ...many(200, 0, 0, 1000)],
    ],
    ["of these those of the smallest hash", many(401, 2, 9000), [], many(320, 0, 0)],
    ["none that was not seen in 4096 articles", many(300, 4, 5904), many(101, 1, 5905, 1000), many(101, 0, 0, 1000)],
  ] as const)("%s", ([, some, others, expected]) => {
    for (const lines of [[...some, ...others], [...others, ...some].reverse()]) {
      expect(kept(joinProfiles(profile(...lines), fresh))).toEqual(expected.map(([hash]) => hash));
    }
  });
});

test("it stays bounded, keeps what recurs and forgets what does not come again", () => {
  let profile = learn(["one", "two", "three", "four"], "An old footer of theirs.");
  for (let index = 0; index < 1000; index += 1) profile = addArticle(profile, article(letters(index)));
  expect(profile.lines.size).toBeLessThanOrEqual(maxProfileLines);
  expect(encodeLineProfile(profile).length).toBeLessThanOrEqual(4096);
  expect(recurringLines(profile, article("new", "An old footer of theirs.")).size).toBe(2);
  for (let index = 1000; index < 6000; index += 1) profile = addArticle(profile, article(letters(index)));
  expect([...recurringLines(profile, article("new", "An old footer of theirs."))]).toEqual([footer]);
});
