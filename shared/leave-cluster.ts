import type { Replacement } from "./open-days.ts";
import type { LiveArticle } from "./stores/article-record.ts";
import type { ArticleTable } from "./stores/article-table.ts";
import type { ArticleWrite, Snapshot } from "./stores/article-writes.ts";
import { sketchIdOf } from "./stores/table-keys.ts";

export type Departure =
  | {
      readonly writes: readonly ArticleWrite[];
      /** The duplicate that becomes the original; its days have to be open for that. */
      readonly heir?: Replacement;
    }
  /** The snapshot lacks these; read again with them. */
  | { readonly missing: { readonly clusterIds?: readonly string[]; readonly articleIds?: readonly string[] } };

/**
 * The writes that take an article out of its cluster, because it is retracted or because its new text belongs elsewhere.
 *
 * A duplicate just leaves. An original hands over to the duplicate that joined first, so that the story still counts once.
 * One without duplicates leaves the cluster vacant, or takes it along into `mergeInto`: whoever matches its former text
 * later then meets it there.
 */
export async function leaveCluster(
  article: LiveArticle,
  options: {
    readonly snapshot: Snapshot;
    /** Clusters that the snapshot was asked for: one that is known and absent has no item. */
    readonly knownClusterIds: ReadonlySet<string>;
    readonly mergeInto?: string;
    readonly articles: Pick<ArticleTable, "getOldestMember">;
  },
): Promise<Departure> {
  const { id, clusterId, duplicate } = article;
  if (duplicate !== undefined) {
    const forget: ArticleWrite[] = duplicate.hasSketch ? [{ kind: "forget", sketchId: sketchIdOf(clusterId, id) }] : [];
    return { writes: [{ kind: "leave", clusterId, articleId: id, joinedAt: duplicate.joinedAt }, ...forget] };
  }
  if (!options.knownClusterIds.has(clusterId)) return { missing: { clusterIds: [clusterId] } };
  const expected = options.snapshot.clusters.get(clusterId);
  if (expected === undefined || expected.members === 0) {
    const mergedInto = options.mergeInto === undefined ? {} : { mergedInto: options.mergeInto };
    return { writes: [{ kind: "cluster", clusterId, cluster: { members: 0, ...mergedInto }, expected }] };
  }

  const heirId = await options.articles.getOldestMember(clusterId);
  if (heirId === undefined) return { missing: { clusterIds: [clusterId] } };
  const heir = options.snapshot.articles.get(heirId);
  if (heir?.status !== "live" || heir.duplicate === undefined) return { missing: { articleIds: [heirId] } };
  const { duplicate: membership, ...kept } = heir;
  const promoted = { ...kept, version: heir.version + 1 };
  return {
    writes: [
      { kind: "article", article: promoted, expectedVersion: heir.version },
      {
        kind: "cluster",
        clusterId,
        cluster: { originalId: heirId, members: expected.members - 1 },
        expected,
        promoted: { articleId: heirId, joinedAt: membership.joinedAt },
      },
    ],
    heir: { article: promoted, before: heir },
  };
}
