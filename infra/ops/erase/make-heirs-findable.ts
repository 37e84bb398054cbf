import type { ArticleRules } from "../../../shared/article/article-rules.ts";
import type { NearFingerprint } from "../../../shared/article/near/fingerprint-article.ts";
import { deriveStoredArticle, fingerprintStoredArticle } from "../../../shared/derive-stored-article.ts";
import { leaveSketch } from "../../../shared/ingest-article.ts";
import type { LineProfiles } from "../../../shared/line-profiles.ts";
import { resolveSettings } from "../../../shared/partner-policy.ts";
import { settleRace } from "../../../shared/settle-race.ts";
import type { ArticleTable } from "../../../shared/stores/article-table.ts";
import type { PartnerTable } from "../../../shared/stores/partner-table.ts";
import type { RawBucket } from "../../../shared/stores/raw-bucket.ts";

export interface HeirContext {
  readonly articles: Pick<ArticleTable, "getCluster" | "getArticle" | "readCandidates" | "readSnapshot" | "commit">;
  readonly partners: Pick<PartnerTable, "getSettings">;
  readonly raw: Pick<RawBucket, "getRaw">;
  readonly profiles: LineProfiles;
  readonly now: () => Date;
  readonly pause: (round: number) => Promise<void>;
}

/** What the original of a cluster, which an erased article has left, is to be found by. */
export interface Heir {
  readonly articleId: string;
  readonly near: NearFingerprint;
  readonly sketchedAt: string;
  readonly expiresAt: number;
}

/** Reads the heir of a cluster; undefined where there is none, or it has no text: nothing is then found by the cluster. */
export async function readHeir(clusterId: string, context: HeirContext): Promise<Heir | undefined> {
  const { articles, raw, profiles } = context;
  const cluster = await articles.getCluster(clusterId);
  const article = cluster?.originalId === undefined ? undefined : await articles.getArticle(cluster.originalId);
  if (article?.status !== "live" || article.clusterId !== clusterId) return undefined;
  const standing = (await articles.readCandidates([clusterId])).sketches.get(clusterId);
  if (standing === undefined) return undefined;
  const bytes = await raw.getRaw(article.partner, article.raw.sha256);
  const rules: ArticleRules | undefined = resolveSettings(await context.partners.getSettings(article.partner)).rules;
  const derived = await deriveStoredArticle(article, bytes, { now: context.now(), rules });
  const near = await fingerprintStoredArticle(article, derived, profiles);
  return near && { articleId: article.id, near, sketchedAt: article.modifiedAt, expiresAt: standing.expiresAt };
}

/** Puts the sketch of the heir in the place of that of the erased article, with the keys that lead to it. */
export function leaveHeirSketch(clusterId: string, heir: Heir, context: HeirContext): Promise<void> {
  return settleRace(context.pause, async () => {
    const snapshot = await context.articles.readSnapshot({
      articleIds: [],
      claims: [],
      clusterIds: [],
      candidateKeys: heir.near.candidateKeys,
      days: [],
    });
    const sketch = { ...heir, sketchId: clusterId, originalId: heir.articleId };
    const commit = await context.articles.commit(leaveSketch(sketch, snapshot, context.now()));
    return commit.committed ? { done: undefined } : { again: {}, lostRace: true };
  });
}
