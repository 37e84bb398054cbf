import type { Linker, Placement } from "../linker.ts";
import type { CorpusArticle } from "../load-corpus.ts";
import { rankCandidates } from "../rank-candidates.ts";

/** A method with signatures that are cut into bands: articles that share a band are candidates. */
export interface BandMethod<Signature> {
  readonly sign: (article: CorpusArticle) => Signature | undefined;
  readonly bands: (signature: Signature) => readonly string[];
  /** Asked for each candidate; absent where sharing a band is enough. */
  readonly verify?: (first: Signature, second: Signature) => number;
  /** From which value on `verify` says that two are copies. */
  readonly minSimilarity: number;
  /** Write units of the signature itself. */
  readonly signatureUnits: number;
  /** Unlimited for a peer: what it finds does not depend on how it is stored. */
  readonly maxCandidates: number;
}

/** Links an article to the best verified, or else to the oldest article under its bands. */
export function createBandLinker<Signature>(method: BandMethod<Signature>): Linker {
  const buckets = new Map<string, string[]>();
  const signatures = new Map<string, Signature>();
  const arrivals = new Map<string, number>();

  return {
    add: (article): Placement => {
      const signature = method.sign(article);
      arrivals.set(article.id, arrivals.size);
      if (signature === undefined) return { cost: { requests: 0, readUnits: 0, writeUnits: 0 } };
      const bands = method.bands(signature);
      const candidates = rankCandidates(bands.map((band) => buckets.get(band) ?? [])).slice(0, method.maxCandidates);
      const originalId = choose(candidates, signature);
      if (originalId === undefined) {
        signatures.set(article.id, signature);
        for (const band of bands) {
          const bucket = buckets.get(band);
          if (bucket === undefined) buckets.set(band, [article.id]);
          else bucket.push(article.id);
        }
      }
      const reads = method.verify === undefined ? 0 : candidates.length;
      return {
        ...(originalId !== undefined && { originalId }),
        cost: {
          requests: reads === 0 ? 1 : 2,
          readUnits: (bands.length + reads) / 2,
          writeUnits: originalId === undefined ? 2 * bands.length + method.signatureUnits : 0,
        },
      };
    },
  };

  function choose(candidates: readonly string[], signature: Signature): string | undefined {
    const ranked = candidates.flatMap((id) => {
      const known = signatures.get(id);
      const similarity = known === undefined || method.verify === undefined ? 1 : method.verify(signature, known);
      return similarity >= method.minSimilarity ? [{ id, similarity }] : [];
    });
    ranked.sort((a, b) => b.similarity - a.similarity || (arrivals.get(a.id) ?? 0) - (arrivals.get(b.id) ?? 0));
    return ranked[0]?.id;
  }
}
