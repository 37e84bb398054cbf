import { describe, expect, test } from "vitest";
import {
  maxCandidateKeys,
  maxClustersPerKey,
  writtenCandidateKeys,
} from "../../../../shared/article/near/key-limits.ts";
import { loadCorpus } from "../../../bench/dedup/load-corpus.ts";
import { measureLinker } from "../../../bench/dedup/measure-linker.ts";
import { createNearLinker } from "../../../bench/dedup/near-linker.ts";

const corpus = loadCorpus();

describe.skipIf(corpus === undefined)("the development corpus", () => {
  test("is taken apart as promised", { timeout: 120_000 }, () => {
    if (corpus === undefined) return;
    const linker = createNearLinker({
      keysRead: maxCandidateKeys,
      keysWritten: writtenCandidateKeys,
      idsPerKey: maxClustersPerKey,
      maxCandidates: 16,
      writers: "representatives",
      hasProfiles: true,
    });
    const { score, requestsMax } = measureLinker(linker, corpus);
    expect(score.precision).toBeGreaterThanOrEqual(0.997);
    expect(score.recall).toBeGreaterThanOrEqual(0.93);
    expect(score.f1).toBeGreaterThanOrEqual(0.96);
    expect(score.familyPairsMerged).toBe(0);
    expect(score.merged.derived.count).toBe(0);
    expect(score.merged.hand.count / score.merged.hand.of).toBeLessThanOrEqual(0.01);
    expect(requestsMax).toBeLessThanOrEqual(2);
  });
});
