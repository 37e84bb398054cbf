import type { RelatedTo } from "./api/article.ts";
import { chooseOriginal } from "./article/near/choose-original.ts";
import { decideMatch, type Match } from "./article/near/decide-match.ts";
import { decodeSketch } from "./article/near/encode-sketch.ts";
import type { NearFingerprint } from "./article/near/fingerprint-article.ts";
import type { ComparedCluster } from "./place-article.ts";
import type { Cluster } from "./stores/article-record.ts";
import type { ArticleTable } from "./stores/article-table.ts";
import type { Snapshot } from "./stores/article-writes.ts";

/** More candidates than this are not compared: they come from phrases that everybody uses. */
const maxCandidates = 16;

export interface Compared {
  /** Clusters whose text the article's was compared with, the best match first. */
  readonly compared: readonly ComparedCluster[];
  /** The best cluster that tells the same story in other words. */
  readonly relatedTo: RelatedTo | undefined;
  /** The items of these clusters, as far as they have one. */
  readonly clusters: ReadonlyMap<string, Cluster>;
}

/**
 * Compares the text of an article with the clusters that share sequences of words with it, in at most one request.
 *
 * @param options.alsoClusterIds clusters to compare with for another reason: the one that the article is in, that of its URL
 */
export async function compareWithCandidates(
  near: NearFingerprint,
  options: {
    readonly snapshot: Snapshot;
    readonly alsoClusterIds: readonly string[];
    readonly now: Date;
    readonly articles: Pick<ArticleTable, "readCandidates">;
  },
): Promise<Compared> {
  const { snapshot, now } = options;
  const clusterIds = new Set(
    [...options.alsoClusterIds, ...rankCandidates(near, snapshot, now)].slice(0, maxCandidates),
  );
  if (clusterIds.size === 0) return { compared: [], relatedTo: undefined, clusters: new Map() };

  const { sketches, clusters } = await options.articles.readCandidates([...clusterIds]);
  const candidates = [...sketches].flatMap(([clusterId, { sketch, originalId, sketchedAt, expiresAt }]) => {
    const decoded = isExpired(expiresAt, now) ? undefined : decodeSketch(sketch);
    if (decoded === undefined) return [];
    return [{ id: clusterId, acceptedAt: sketchedAt, originalId, match: decideMatch(near.sketch, decoded) }];
  });
  const best = chooseOriginal(candidates.filter(({ match }) => match.verdict === "duplicate"));
  const related = chooseOriginal(candidates.filter(({ match }) => match.verdict === "related"));
  const ordered = best === undefined ? candidates : [best, ...candidates.filter((candidate) => candidate !== best)];
  return {
    compared: ordered.map(({ id, originalId, match }) => ({ clusterId: id, originalId, comparison: match })),
    relatedTo: related && { clusterId: related.id, ...describeMatch(related.match) },
    clusters,
  };
}

/** What is told and stored of a comparison. */
export function describeMatch({ similarity, evidence }: Match): Pick<RelatedTo, "similarity" | "evidence"> {
  return { similarity, evidence };
}

/** The clusters that share the most keys with the article come first. */
function rankCandidates(near: NearFingerprint, snapshot: Snapshot, now: Date): string[] {
  const shared = new Map<string, number>();
  for (const hash of near.candidateKeys) {
    const key = snapshot.candidateKeys.get(hash);
    if (key === undefined || isExpired(key.expiresAt, now)) continue;
    for (const clusterId of key.clusterIds) shared.set(clusterId, (shared.get(clusterId) ?? 0) + 1);
  }
  return [...shared].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).map(([clusterId]) => clusterId);
}

/** DynamoDB deletes what has expired within days, not at once. */
export function isExpired(expiresAt: number, now: Date): boolean {
  return expiresAt * 1000 <= now.getTime();
}
