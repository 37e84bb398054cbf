import type { Change } from "./api/change.ts";
import type { ArticleRecord } from "./stores/article-record.ts";

/**
 * What a reader has to know of a write of an article; undefined where the write shows nothing new.
 *
 * @param before the article as it was; absent when it is new
 */
export function describeChange(before: ArticleRecord | undefined, after: ArticleRecord): Change | undefined {
  const type = findType(before, after);
  if (type === undefined) return undefined;
  const { id, revision, clusterId, partner, source, modifiedAt } = after;
  const language = findLanguage(after.status === "live" ? after : before);
  return {
    type,
    id,
    revision,
    clusterId,
    partner,
    ...(source !== undefined && { source }),
    ...(language !== undefined && { language }),
    at: modifiedAt,
  };
}

function findType(before: ArticleRecord | undefined, after: ArticleRecord): Change["type"] | undefined {
  if (after.status === "retracted") return before?.status === "retracted" ? undefined : "retracted";
  // One that comes back from retraction is new to whoever took the retraction for what it is.
  if (before?.status !== "live") return after.duplicate === undefined ? "created" : "duplicate";
  if (after.revision !== before.revision) return "updated";
  const isSameRole = after.duplicate?.originalId === before.duplicate?.originalId;
  return isSameRole && after.clusterId === before.clusterId ? undefined : "clusterChanged";
}

/** A tombstone has none, but who follows a language has to hear of its retractions. */
function findLanguage(article: ArticleRecord | undefined): string | undefined {
  return article?.status === "live" ? article.language : undefined;
}
