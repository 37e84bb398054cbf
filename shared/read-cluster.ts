import type { ArticleSummary } from "./api/article-summary.ts";
import type { ClusterMember } from "./api/cluster-member.ts";
import { findClusterStarter } from "./article/article-id.ts";
import type { ArticleRecord } from "./stores/article-record.ts";
import type { ArticleTable } from "./stores/article-table.ts";
import { timeOfKey } from "./stores/table-keys.ts";

type ClusterReads = Pick<ArticleTable, "getArticles" | "getCluster" | "listMembers">;

/** A cluster as it stands today. */
export interface FoundCluster {
  /** Another one than was asked for, when that has gone over to it. */
  readonly clusterId: string;
  /** Absent when all of its articles were retracted or have left. */
  readonly originalId: string | undefined;
  readonly duplicates: number;
}

/** Finds a cluster, also one that has no item of its own because nobody has joined its first article yet. */
export async function findCluster(id: string, articles: ClusterReads): Promise<FoundCluster | undefined> {
  let clusterId = id;
  let cluster = await articles.getCluster(clusterId);
  while (cluster?.mergedInto !== undefined) {
    clusterId = cluster.mergedInto;
    cluster = await articles.getCluster(clusterId);
  }
  if (cluster !== undefined) return { clusterId, originalId: cluster.originalId, duplicates: cluster.members };
  const [starter] = await articles.getArticles([findClusterStarter(clusterId)]);
  return starter?.clusterId === clusterId ? { clusterId, originalId: starter.id, duplicates: 0 } : undefined;
}

/** The position behind the original, which stands first. */
const behindOriginal = "original";

/**
 * Members of a cluster: the original, then its duplicates in the order in which they joined.
 *
 * @param options.after position of the last member of the page before
 */
export async function readMembers(
  { clusterId, originalId }: FoundCluster,
  options: { readonly after: string | undefined; readonly limit: number; readonly articles: ClusterReads },
): Promise<{ members: { member: ClusterMember; listedAt: string; position: string }[]; hasMore: boolean }> {
  const { after, limit, articles } = options;
  const isFirst = after === undefined;
  const listed = await articles.listMembers(clusterId, {
    limit: Math.min(limit, 99),
    after: isFirst || after === behindOriginal ? undefined : after,
  });
  const wanted = isFirst && originalId !== undefined ? [{ articleId: originalId, position: behindOriginal }] : [];
  const entries = [...wanted, ...listed.members];
  const records = await articles.getArticles(entries.map((entry) => entry.articleId));
  const byId = new Map(records.map((record) => [record.id, record]));
  const members = entries.flatMap(({ articleId, position }) => {
    const record = byId.get(articleId);
    // An article may leave between the two reads.
    if (record?.clusterId !== clusterId) return [];
    return [{ member: describeMember(record), listedAt: timeOfKey(record.timelineKey), position }];
  });
  return { members, hasMore: listed.hasMore };
}

/** Members that are counted; what lies behind is a story that everybody has. */
const maxCounted = 500;

/** How many articles of a story each source has, the most first. Articles without a source are not counted. */
export async function countSources(
  { clusterId, originalId }: FoundCluster,
  articles: ClusterReads,
): Promise<{ source: string; articles: number }[]> {
  const [original] = originalId === undefined ? [] : await articles.getArticles([originalId]);
  const counts = new Map<string, number>();
  const count = (source: string | undefined) => source && counts.set(source, (counts.get(source) ?? 0) + 1);
  count(original?.source);
  let after: string | undefined;
  for (let counted = 0; counted < maxCounted; ) {
    const { members, hasMore } = await articles.listMembers(clusterId, { limit: maxCounted - counted, after });
    for (const { source } of members) count(source);
    counted += members.length;
    after = members.at(-1)?.position;
    if (after === undefined || !hasMore) break;
  }
  return [...counts]
    .map(([source, articles]) => ({ source, articles }))
    .sort((a, b) => b.articles - a.articles || (a.source < b.source ? -1 : 1));
}

function describeMember(record: ArticleRecord): ClusterMember {
  const duplicate = record.status === "live" ? record.duplicate : undefined;
  return { ...summarize(record), similarity: duplicate?.similarity, joinedAt: duplicate?.joinedAt };
}

/** What the list shows of a record that was read whole. */
export function summarize(record: ArticleRecord): ArticleSummary {
  return record.status === "live" ? { ...record, match: record.duplicate?.match } : record;
}
