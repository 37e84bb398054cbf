import * as z from "zod";
import { ArticleStatus } from "../api/article-summary.ts";
import { Match, MatchEvidence, RelatedTo, Sanitation, Warning } from "../api/submission-result.ts";
import type { ArticleKind } from "./table-keys.ts";

/** The raw bytes of a revision: where they lie follows from partner and digest. */
export const RawRecord = z.object({
  sha256: z.string(),
  bytes: z.int(),
  /** As it is answered on `/raw`. */
  contentType: z.string(),
  /** What the bytes were decoded with; reading them again must give the same text. */
  charset: z.string(),
});
export type RawRecord = z.infer<typeof RawRecord>;

/** Why and to what an article is a duplicate. `originalId` is the original when the link was made; the cluster knows today's. */
export const DuplicateRecord = z.object({
  originalId: z.string(),
  match: Match,
  through: z.string().optional(),
  similarity: z.number().optional(),
  evidence: MatchEvidence.optional(),
  /** It says more than the original, so that later articles are compared with it too. */
  hasSketch: z.literal(true).optional(),
  joinedAt: z.string(),
});
export type DuplicateRecord = z.infer<typeof DuplicateRecord>;

const identity = {
  id: z.string(),
  partner: z.string(),
  partnerArticleId: z.string().optional(),
  source: z.string().optional(),
  revision: z.int(),
  /** Counts every write of this item, also those that are no new revision; what a writer read must still stand. */
  version: z.int(),
  ingestedAt: z.string(),
  modifiedAt: z.string(),
  /** The place in every list: time of publication, but never later than `ingestedAt`, then what keeps it apart. */
  timelineKey: z.string(),
  clusterId: z.string(),
};

/** An article at its current revision. */
export const LiveArticle = z.object({
  ...identity,
  status: z.literal(ArticleStatus.enum.live),
  outcome: z.enum(["created", "updated", "duplicate"]),
  url: z.string().optional(),
  title: z.string().optional(),
  language: z.string().optional(),
  authors: z.array(z.string()).optional(),
  tags: z.array(z.string()).optional(),
  publishedAt: z.string().optional(),
  updatedAt: z.string().optional(),
  duplicate: DuplicateRecord.optional(),
  /** The cluster that tells the same story in other words. */
  relatedTo: RelatedTo.optional(),
  contentHash: z.string().optional(),
  /** Half of a SHA-256 of the metadata as submitted: with the raw digest it tells whether a submission is a repeat. */
  metadataDigest: z.string(),
  /** Tells by which of the partner's rules it was read; absent where there were none. */
  rulesDigest: z.string().optional(),
  /** The names of what the partner gave of the metadata; the rest was found in the document. */
  given: z.array(z.string()).optional(),
  /** By which version it was derived, and what the readers saw then: a hash of HTML and text. */
  derivedBy: z.string().optional(),
  readingDigest: z.string().optional(),
  /** When it was derived anew from the same bytes. */
  derivedAt: z.string().optional(),
  raw: RawRecord,
  sanitation: Sanitation,
  warnings: z.array(Warning),
  /** So many of the warnings, the first, are about the document as it came, and do not follow from the bytes. */
  documentWarnings: z.int().optional(),
});
export type LiveArticle = z.infer<typeof LiveArticle>;

/** What stays of a retracted article: enough to refuse a late retry and to show that something was withdrawn. */
export const Tombstone = z.object({
  ...identity,
  status: z.literal(ArticleStatus.enum.retracted),
  /** Since when nothing of it is left but this item. */
  erasedAt: z.string().optional(),
});
export type Tombstone = z.infer<typeof Tombstone>;

export const ArticleRecord = z.discriminatedUnion("status", [LiveArticle, Tombstone]);
export type ArticleRecord = z.infer<typeof ArticleRecord>;

/** Which lists an article stands in. */
export function kindOf(article: ArticleRecord): ArticleKind {
  if (article.status === "retracted") return "retracted";
  return article.duplicate === undefined ? "original" : "duplicate";
}

/** A revision that is no longer the current one. */
export const RevisionRecord = z.object({
  revision: z.int(),
  acceptedAt: z.string(),
  title: z.string().optional(),
  url: z.string().optional(),
  contentHash: z.string().optional(),
  raw: RawRecord,
});
export type RevisionRecord = z.infer<typeof RevisionRecord>;

/** A text or a canonical URL belongs to a cluster. Never changes once made, but for a URL whose own claimant moves away. */
export const Claim = z.object({
  clusterId: z.string(),
  articleId: z.string().describe("Who made the claim"),
  originalId: z.string().describe("The cluster's original at that time: right until a cluster item says otherwise"),
});
export type Claim = z.infer<typeof Claim>;

/** Sketches of texts that have a certain sequence of words; a few of them, since what many have says nothing. */
export const CandidateKey = z.object({
  sketchIds: z.array(z.string()),
  /** Seconds since 1970. DynamoDB deletes late, so what has expired is passed over here. */
  expiresAt: z.int(),
});
export type CandidateKey = z.infer<typeof CandidateKey>;

/** A duplicate, as its cluster lists it. */
export const ClusterEntry = z.object({
  articleId: z.string(),
  source: z.string().optional(),
  position: z.string().describe("Its place among the members, which are in the order in which they joined"),
});
export type ClusterEntry = z.infer<typeof ClusterEntry>;

/** A day that has articles. */
export const Day = z.object({
  day: z.string(),
  /** In which lists, by `dayListOf`. */
  lists: z.set(z.string()).default(new Set()),
  /** Over so many partitions each of its lists is spread. It only ever grows, and before anything is written to a new one. */
  shards: z.int().min(1).default(1),
});
export type Day = z.infer<typeof Day>;

/** What a text of a cluster looks like, and which original the cluster had then. */
export const ClusterSketch = z.object({
  sketch: z.custom<Uint8Array>((value) => value instanceof Uint8Array),
  originalId: z.string(),
  sketchedAt: z.string(),
  expiresAt: z.int(),
});
export type ClusterSketch = z.infer<typeof ClusterSketch>;

/**
 * A cluster item stands only where a claim does not tell everything: once a duplicate has joined, or the original has left.
 * Without `originalId` the cluster is vacant: the next article that matches it becomes its original. With `mergedInto` it
 * has gone over to another cluster, which has an item.
 */
export const Cluster = z.object({
  originalId: z.string().optional(),
  mergedInto: z.string().optional(),
  members: z.int().describe("Duplicates, without the original"),
});
export type Cluster = z.infer<typeof Cluster>;
