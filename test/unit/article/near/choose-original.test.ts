import fc from "fast-check";
import { expect, test } from "vitest";
import { chooseOriginal } from "../../../../shared/article/near/choose-original.ts";
import type { Verdict } from "../../../../shared/article/near/decide-match.ts";

const candidate = (id: string, verdict: Verdict, similarity: number, acceptedAt = "2026-03-03T09:00:00Z") => ({
  id,
  acceptedAt,
  match: {
    verdict,
    similarity,
    evidence: { containment: 1, jaccard: 1, sharedNumbers: 0, differingNumbers: 0, sharedNames: 0, differingNames: 0 },
  },
});

test.each([
  ["a duplicate before what is only related", [candidate("a", "related", 0.9), candidate("b", "duplicate", 0.6)], "b"],
  ["the most similar", [candidate("a", "duplicate", 0.6), candidate("b", "duplicate", 0.7)], "b"],
  [
    "the oldest of equals",
    [candidate("a", "duplicate", 0.6, "2026-03-04T09:00:00Z"), candidate("b", "duplicate", 0.6)],
    "b",
  ],
  ["the least ID of twins", [candidate("b", "duplicate", 0.6), candidate("a", "duplicate", 0.6)], "a"],
  ["none of the new", [candidate("a", "new", 0.2)], undefined],
])("%s", (_, candidates, id) => {
  expect(chooseOriginal(candidates)?.id).toBe(id);
});

test("the order of reading does not matter", () => {
  const one = fc.record({
    id: fc.string(),
    verdict: fc.constantFrom<Verdict>("duplicate", "related", "new"),
    similarity: fc.constantFrom(0.4, 0.6),
  });
  fc.assert(
    fc.property(fc.uniqueArray(one, { selector: ({ id }) => id, maxLength: 8 }), (all) => {
      const candidates = all.map(({ id, verdict, similarity }) => candidate(id, verdict, similarity));
      expect(chooseOriginal(candidates.toReversed())?.id).toBe(chooseOriginal(candidates)?.id);
    }),
  );
});
