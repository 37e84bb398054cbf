import { expect, test } from "vitest";
import { matchesFilter } from "../../../infra/local/matches-filter.ts";

test.each([
  ["everything fits an empty filter", {}, {}, true],
  ["one of the texts", { a: { b: "x" } }, { a: { b: ["w", "x"] } }, true],
  ["none of the texts", { a: { b: "y" } }, { a: { b: ["w", "x"] } }, false],
  ["a part that is missing", {}, { a: { b: ["x"] } }, false],
  ["one part of two", { a: "x", b: "y" }, { a: ["x"], b: ["z"] }, false],
])("%s", (_name, event, pattern, expected) => {
  expect(matchesFilter(event, pattern)).toBe(expected);
});

test("a rule that is not known is no silent miss", () => {
  expect(() => matchesFilter({ a: "x" }, { a: [{ prefix: "x" }] })).toThrow('by [{"prefix":"x"}]');
});
