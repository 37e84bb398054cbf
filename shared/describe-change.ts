import type { Change } from "./api/change.ts";
import type { ArticleRecord, LiveArticle } from "./stores/article-record.ts";

/**
 * What a reader has to know of a write of an article; undefined where the write shows nothing new.
 *
 * @param before the article as it was; absent when it is new
 */
export function describeChange(before: ArticleRecord | undefined, after: ArticleRecord): Change | undefined {
  const type = findType(before, after);
  if (type === undefined) return undefined;
  const { id, revision, clusterId, partner, source, modifiedAt } = after;
  const isDerivedAnew = type === "updated" && after.status === "live" && after.revision === before?.revision;
  const language = findLanguage(after.status === "live" ? after : before);
  return {
    type,
    id,
    revision,
    clusterId,
    partner,
    ...(source !== undefined && { source }),
    ...(language !== undefined && { language }),
    at: (isDerivedAnew && after.derivedAt) || modifiedAt,
  };
}

function findType(before: ArticleRecord | undefined, after: ArticleRecord): Change["type"] | undefined {
  if (after.status === "retracted") return before?.status === "retracted" ? undefined : "retracted";
  // One that comes back from retraction is new to whoever took the retraction for what it is.
  if (before?.status !== "live") return after.duplicate === undefined ? "created" : "duplicate";
  if (after.revision !== before.revision || !looksAlike(before, after)) return "updated";
  const isSameRole = after.duplicate?.originalId === before.duplicate?.originalId;
  return isSameRole && after.clusterId === before.clusterId ? undefined : "clusterChanged";
}

/** A tombstone has none, but who follows a language has to hear of its retractions. */
function findLanguage(article: ArticleRecord | undefined): string | undefined {
  return article?.status === "live" ? article.language : undefined;
}

/** Whether readers see the same of two states of a revision, which may have been derived by different rules. */
function looksAlike(before: LiveArticle, after: LiveArticle): boolean {
  return readersSee.every((name) => JSON.stringify(before[name]) === JSON.stringify(after[name]));
}

const readersSee = [
  "readingDigest",
  "url",
  "title",
  "source",
  "language",
  "authors",
  "tags",
  "publishedAt",
  "updatedAt",
] as const satisfies readonly (keyof LiveArticle)[];
