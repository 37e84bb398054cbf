import type { Match } from "./api/submission-result.ts";
import { makeClusterId } from "./article/article-id.ts";
import type { Match as TextMatch } from "./article/near/decide-match.ts";
import type { Claim, Cluster } from "./stores/article-record.ts";

/** Where an article belongs. */
export type Placed =
  /** The article is the original of its cluster; `revives` when it takes over a cluster that had lost its own. */
  | { readonly role: "original"; readonly clusterId: string; readonly revives?: Cluster }
  | {
      readonly role: "duplicate";
      readonly clusterId: string;
      readonly originalId: string;
      readonly match: Match;
      /** Whose text or URL it has: the original's, or that of another copy. */
      readonly throughId: string;
      /** Where the texts were compared. */
      readonly compared?: ComparedText;
    };

/** `unknown`: it depends on the cluster's item, which has to be read first. */
export type Placement = Placed | { readonly role: "unknown"; readonly clusterId: string };

export interface Evidence {
  readonly id: string;
  /** The revision that is about to be written. */
  readonly revision: number;
  /** Where the article stands now; absent when it is new or comes back from retraction. */
  readonly current?: { readonly clusterId: string; readonly originalId: string } | undefined;
  readonly contentClaim?: Claim | undefined;
  readonly urlClaim?: Claim | undefined;
  /** What the text was compared with, best first. */
  readonly compared?: readonly ComparedText[];
  /** Cluster items as far as they were read; one that is absent here may still exist. */
  readonly clusters: ReadonlyMap<string, Cluster>;
}

/** A text that the article's was compared with. */
export interface ComparedText {
  readonly clusterId: string;
  /** Whose text it is: the original, or a copy that says more. */
  readonly articleId: string;
  /** The original when the text was sketched; right until a cluster item says otherwise. */
  readonly originalId: string;
  readonly comparison: TextMatch;
  /** The article is a copy of the original, and says more. */
  readonly extendsOriginal: boolean;
}

/**
 * Decides which cluster an article belongs to, and whether it is the original there.
 *
 * The same text is stronger evidence than the same URL, and that stronger than a similar text; an article that fits two
 * clusters goes where the stronger evidence is. Before it leaves, a revision is compared with the cluster that it is in.
 * That its own URL was claimed by the article itself says nothing.
 *
 * The answer may rest on a guess (that a cluster without an item here still has the original that its claim names); the
 * condition of the write then fails, and the next round knows better.
 */
export function placeArticle(evidence: Evidence): Placement {
  const { id, current, compared = [] } = evidence;
  for (const { match, claim } of listCandidates(evidence)) {
    const text = compared.find(({ clusterId }) => clusterId === claim.clusterId);
    const found = { match, throughId: claim.articleId, ...(text && { compared: text }) };
    const { clusterId, cluster } = followMerges(claim.clusterId, evidence.clusters);
    const claimedOriginalId = clusterId === claim.clusterId ? claim.originalId : undefined;
    if (clusterId === current?.clusterId) {
      // The article is there already, and its role cannot have changed without a change of the article.
      const originalId = cluster?.originalId ?? current.originalId;
      return current.originalId === id
        ? { role: "original", clusterId }
        : { role: "duplicate", clusterId, originalId, ...found };
    }
    // Without the cluster's item, the claim is believed; unless it names the article itself, which has left the cluster.
    if (cluster === undefined && (claimedOriginalId === undefined || claimedOriginalId === id)) {
      return { role: "unknown", clusterId };
    }
    const originalId = cluster === undefined ? claimedOriginalId : cluster.originalId;
    if (originalId === undefined) return { role: "original", clusterId, ...(cluster && { revives: cluster }) };
    return { role: "duplicate", clusterId, originalId, ...found };
  }
  // An original whose text has become another one stays where it is, unless that would take the story of its copies along.
  const hasCopies = current !== undefined && (evidence.clusters.get(current.clusterId)?.members ?? 0) > 0;
  const stays = current?.originalId === id && !(hasCopies && evidence.compared !== undefined);
  if (current !== undefined && stays) return { role: "original", clusterId: current.clusterId };
  return { role: "original", clusterId: makeClusterId(id, evidence.revision) };
}

/** The evidence, the strongest first. */
function listCandidates(evidence: Evidence): { match: Match; claim: Claim }[] {
  const { id, contentClaim, urlClaim, current, compared = [] } = evidence;
  const candidates: { match: Match; claim: Claim }[] = [];
  const near = compared
    .filter(({ comparison }) => comparison.verdict === "duplicate")
    .map(({ clusterId, articleId, originalId }) => ({
      match: "near" as const,
      claim: { clusterId, articleId, originalId },
    }));
  if (contentClaim !== undefined) candidates.push({ match: "content", claim: contentClaim });
  candidates.push(...near.filter(({ claim }) => claim.clusterId === current?.clusterId));
  if (urlClaim !== undefined && urlClaim.articleId !== id) candidates.push({ match: "url", claim: urlClaim });
  candidates.push(...near.filter(({ claim }) => claim.clusterId !== current?.clusterId));
  return candidates;
}

/** The cluster that a claim leads to today. */
function followMerges(
  start: string,
  clusters: ReadonlyMap<string, Cluster>,
): { clusterId: string; cluster: Cluster | undefined } {
  let clusterId = start;
  let cluster = clusters.get(clusterId);
  while (cluster?.mergedInto !== undefined) {
    clusterId = cluster.mergedInto;
    cluster = clusters.get(clusterId);
  }
  return { clusterId, cluster };
}
