import type { RelatedTo } from "./api/submission-result.ts";
import { orderCandidates } from "./article/near/choose-original.ts";
import { decideMatch, type Match } from "./article/near/decide-match.ts";
import { decodeSketch } from "./article/near/encode-sketch.ts";
import { extendsOriginal } from "./article/near/extends-original.ts";
import type { NearFingerprint } from "./article/near/fingerprint-article.ts";
import type { ComparedText } from "./place-article.ts";
import type { Cluster } from "./stores/article-record.ts";
import type { ArticleTable } from "./stores/article-table.ts";
import type { Snapshot } from "./stores/article-writes.ts";
import { readSketchId } from "./stores/table-keys.ts";

/** More candidates than this are not compared: they come from phrases that everybody uses. */
const maxCandidates = 16;

export interface Compared {
  /** What the text was compared with, the best match first. */
  readonly compared: readonly ComparedText[];
  /** The best cluster that tells the same story in other words. */
  readonly relatedTo: RelatedTo | undefined;
  /** The items of these clusters, as far as they have one. */
  readonly clusters: ReadonlyMap<string, Cluster>;
}

/**
 * Compares the text of an article with those that share sequences of words with it, in at most one request.
 *
 * @param options.alsoClusterIds clusters to compare with for another reason: the one that the article is in, that of its URL
 * @param options.ownSketchId what the article itself has left to be found by, if it is a copy; it would always match
 */
export async function compareWithCandidates(
  near: NearFingerprint,
  options: {
    readonly snapshot: Snapshot;
    readonly alsoClusterIds: readonly string[];
    readonly ownSketchId: string | undefined;
    readonly now: Date;
    readonly articles: Pick<ArticleTable, "readCandidates">;
  },
): Promise<Compared> {
  const { snapshot, now } = options;
  const found = new Set([...options.alsoClusterIds, ...rankCandidates(near, snapshot, now)]);
  if (options.ownSketchId !== undefined) found.delete(options.ownSketchId);
  if (found.size === 0) return { compared: [], relatedTo: undefined, clusters: new Map() };

  const { sketches, clusters } = await options.articles.readCandidates([...found].slice(0, maxCandidates));
  const candidates = [...sketches].flatMap(([id, { sketch, originalId, sketchedAt, expiresAt }]) => {
    const decoded = isExpired(expiresAt, now) ? undefined : decodeSketch(sketch);
    if (decoded === undefined) return [];
    const { clusterId, articleId } = readSketchId(id);
    const match = decideMatch(near.sketch, decoded);
    const isCopyOfOriginal = articleId === undefined && match.verdict === "duplicate";
    return [
      {
        id,
        acceptedAt: sketchedAt,
        match,
        text: {
          clusterId,
          articleId: articleId ?? originalId,
          originalId,
          comparison: match,
          extendsOriginal: isCopyOfOriginal && extendsOriginal(near.sketch, decoded),
        },
      },
    ];
  });
  const ordered = orderCandidates(candidates);
  const related = ordered.find(({ match }) => match.verdict === "related");
  return {
    compared: ordered.map(({ text }) => text),
    relatedTo: related && { clusterId: related.text.clusterId, ...describeMatch(related.match) },
    clusters,
  };
}

/** What is told and stored of a comparison. */
export function describeMatch({ similarity, evidence }: Match): Pick<RelatedTo, "similarity" | "evidence"> {
  return { similarity, evidence };
}

/** The sketches that share the most keys with the article come first. */
function rankCandidates(near: NearFingerprint, snapshot: Snapshot, now: Date): string[] {
  const shared = new Map<string, number>();
  for (const hash of near.candidateKeys) {
    const key = snapshot.candidateKeys.get(hash);
    if (key === undefined || isExpired(key.expiresAt, now)) continue;
    for (const sketchId of key.sketchIds) shared.set(sketchId, (shared.get(sketchId) ?? 0) + 1);
  }
  return [...shared].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).map(([sketchId]) => sketchId);
}

/** DynamoDB deletes what has expired within days, not at once. */
export function isExpired(expiresAt: number, now: Date): boolean {
  return expiresAt * 1000 <= now.getTime();
}
