import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeLineProfile, encodeLineProfile } from "../../../../shared/article/near/encode-line-profile.ts";
import {
  addArticle,
  emptyLineProfile,
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
  expect(removeRecurringLines(profile, { id: "e", lines: [footer] })).toEqual([footer]);
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
    expect(decodeLineProfile(new Uint8Array([9, 9]))).toBe(emptyLineProfile);
  });
});

test("it stays bounded, keeps what recurs and forgets what does not come again", () => {
  const letters = (index: number) => [...String(index)].map((digit) => "abcdefghij"[Number(digit)]).join("");
  let profile = learn(["one", "two", "three", "four"], "An old footer of theirs.");
  for (let index = 0; index < 1000; index += 1) profile = addArticle(profile, article(letters(index)));
  expect(profile.lines.size).toBeLessThanOrEqual(maxProfileLines);
  expect(encodeLineProfile(profile).length).toBeLessThanOrEqual(4096);
  expect(recurringLines(profile, article("new", "An old footer of theirs.")).size).toBe(2);
  for (let index = 1000; index < 6000; index += 1) profile = addArticle(profile, article(letters(index)));
  expect([...recurringLines(profile, article("new", "An old footer of theirs."))]).toEqual([footer]);
});
