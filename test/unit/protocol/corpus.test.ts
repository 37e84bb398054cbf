import { describe, expect, test } from "vitest";
import { ingestCorpus } from "../../bench/dedup/ingest-corpus.ts";
import { loadCorpus } from "../../bench/dedup/load-corpus.ts";
import { measureLinker } from "../../bench/dedup/measure-linker.ts";
import { ours } from "../../bench/dedup/methods.ts";
import { createNearLinker } from "../../bench/dedup/near-linker.ts";
import { scoreLinks } from "../../bench/dedup/score-links.ts";

const corpus = loadCorpus();

describe.skipIf(corpus === undefined)("the development corpus", { timeout: 240_000 }, () => {
  test("is taken apart as promised, and the benchmark counts what the pipeline does", async () => {
    if (corpus === undefined) return;
    const score = scoreLinks(corpus, await ingestCorpus(corpus.articles));
    expect(score.precision).toBeGreaterThanOrEqual(0.997);
    expect(score.recall).toBeGreaterThanOrEqual(0.93);
    expect(score.f1).toBeGreaterThanOrEqual(0.96);
    expect(score.familyPairsMerged).toBe(0);
    expect(score.merged.derived.count).toBe(0);
    expect(score.merged.hand.count / score.merged.hand.of).toBeLessThanOrEqual(0.01);

    const benchmark = measureLinker(createNearLinker(ours), corpus);
    expect(benchmark.score).toMatchObject({ recall: score.recall, precision: score.precision, f1: score.f1 });
    expect(benchmark.requestsMax).toBeLessThanOrEqual(2);
  });
});
