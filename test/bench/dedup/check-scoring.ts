import assert from "node:assert/strict";
import { scoreLinks } from "./score-links.ts";

/** Scores three links that are known to be right, wrong and not to be counted. */
export function checkScoring(): void {
  const score = scoreLinks(
    {
      articles: [],
      pairs: [
        { a: "a", b: "b", label: "duplicate", by: "hand" },
        { a: "a", b: "c", label: "duplicate", by: "auto" },
        { a: "b", b: "d", label: "different", by: "hand" },
      ],
      families: { template: ["e", "f"] },
    },
    new Map([
      ["a", "a"],
      ["b", "a"],
      ["c", "c"],
      // Different from b, so different from its copy a.
      ["d", "a"],
      ["e", "e"],
      ["f", "e"],
      ["g", "a"],
    ]),
  );
  assert.equal(score.precision, 1 / 3);
  assert.equal(score.recall, 1 / 2);
  assert.equal(score.familyPairsMerged, 1);
  assert.deepEqual(score.merged.hand, { count: 1, of: 1 });
  assert.deepEqual(score.unlabelledLinks, [["g", "a"]]);
}
