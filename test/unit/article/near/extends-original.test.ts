import { expect, test } from "vitest";
import { sketchOf } from "../../../../shared/article/near/compare-articles.ts";
import { extendsOriginal } from "../../../../shared/article/near/extends-original.ts";
import { story } from "../../../fixtures/story.ts";

const full = sketchOf(story);
const teaser = sketchOf({ ...story, lines: story.lines.slice(0, 2) });

test.for([
  ["the full article after its teaser", full, teaser, true],
  ["a teaser after its full article", teaser, full, false],
  ["the same again", full, full, false],
] as const)("%s: %s", ([, copy, original, isExtended]) => {
  expect(extendsOriginal(copy, original)).toBe(isExtended);
});

test("nine tenths of a copy in its original are all of it", () => {
  const shingles = (count: number) => ({ ...full, shingles: Uint32Array.from({ length: count }, (_, index) => index) });
  expect(extendsOriginal(shingles(10), shingles(9))).toBe(false);
  expect(extendsOriginal(shingles(10), shingles(8))).toBe(true);
});
