import { expect, test } from "vitest";
import { excerpt } from "../../../shared/article/excerpt.ts";

test.for([
  ["", ""],
  ["a".repeat(80), "a".repeat(80)],
  ["a".repeat(81), `${"a".repeat(79)}…`],
  // A character of two code units is not cut in half.
  [`${"a".repeat(78)}😀aa`, `${"a".repeat(78)}\ufffd…`],
] as const)("%j in short is %j", ([text, short]) => {
  expect(excerpt(text)).toBe(short);
});
