import { expect, test } from "vitest";
import { matchesFilter } from "../../../infra/local/matches-filter.ts";

test.each([
  ["everything fits an empty filter", {}, {}, true],
  ["one of the texts", { a: { b: "x" } }, { a: { b: ["w", "x"] } }, true],
  ["none of the texts", { a: { b: "y" } }, { a: { b: ["w", "x"] } }, false],
  ["a text that begins so", { a: "entries#1" }, { a: [{ prefix: "entries#" }] }, true],
  ["a text that begins otherwise", { a: "head" }, { a: [{ prefix: "entries#" }] }, false],
  ["no text where one should begin so", {}, { a: [{ prefix: "" }] }, false],
  ["one of both kinds", { a: "x" }, { a: [{ prefix: "y" }, "x"] }, true],
  ["a part that is missing", {}, { a: { b: ["x"] } }, false],
  ["one part of two", { a: "x", b: "y" }, { a: ["x"], b: ["z"] }, false],
])("%s", (_name, event, pattern, expected) => {
  expect(matchesFilter(event, pattern)).toBe(expected);
});

test("a rule that is not known is no silent miss", () => {
  expect(() => matchesFilter({ a: "x" }, { a: ["x", { suffix: "x" }] })).toThrow('by {"suffix":"x"}');
});
