import * as z from "zod";

const instant = z.iso.datetime();

export const articleIdPattern = /^[0-9a-f]{32}$/;
export const ArticleId = z.string().regex(articleIdPattern, "must be an article ID: 32 hexadecimal digits");

/** A cluster is named after the article that started it, with the revision behind it where that was not the first. */
export const ClusterId = z.string().regex(/^[0-9a-f]{32}(?:-\d+)?$/, "must be a cluster ID");

/** What became of a submission. */
export const Outcome = z.enum(["created", "updated", "unchanged", "duplicate"]);
export type Outcome = z.infer<typeof Outcome>;

/** Which evidence made an article a duplicate. */
export const Match = z.enum(["url", "content", "near"]);
export type Match = z.infer<typeof Match>;

export const ArticleStatus = z.enum(["live", "retracted"]);

/** Why a similar text is a copy, or is not: shares from 0 to 1, counts of sampled words. */
export const MatchEvidence = z
  .object({
    containment: z.number().describe("Share of the shorter text that stands in the longer"),
    jaccard: z.number(),
    sharedNumbers: z.int(),
    differingNumbers: z.int(),
    sharedNames: z.int(),
    differingNames: z.int(),
    titleAgreement: z.number().optional(),
    leadAgreement: z.number().optional(),
    hoursApart: z.number().optional(),
    objection: z.string().optional().describe("What kept it from being a copy"),
  })
  .meta({ id: "MatchEvidence" });
export type MatchEvidence = z.infer<typeof MatchEvidence>;

/** The same story in other words, or with other figures: an article of its own. */
export const RelatedTo = z
  .object({ clusterId: z.string(), similarity: z.number().min(0).max(1), evidence: MatchEvidence })
  .meta({ id: "RelatedTo" });
export type RelatedTo = z.infer<typeof RelatedTo>;

export const DuplicateOf = z
  .object({
    id: ArticleId.describe("The original"),
    match: Match,
    through: ArticleId.optional().describe("The copy whose text or URL it has, where that is not the original"),
    similarity: z.number().min(0).max(1).optional().describe("0 to 1; absent where the texts were not compared"),
    evidence: MatchEvidence.optional().describe("Present where the texts were compared"),
  })
  .meta({ id: "DuplicateOf" });
export type DuplicateOf = z.infer<typeof DuplicateOf>;

export const Sanitation = z
  .object({
    removed: z.array(z.object({ what: z.string(), rule: z.string(), count: z.int().min(1) })),
  })
  .meta({ id: "Sanitation" });
export type Sanitation = z.infer<typeof Sanitation>;

export const Warning = z
  .object({
    code: z.string(),
    detail: z.string(),
    pointer: z.string().optional().describe("JSON Pointer into the submission, or the line of the text"),
  })
  .meta({ id: "Warning" });
export type Warning = z.infer<typeof Warning>;

/** The answer to a submission. */
export const SubmissionResult = z
  .object({
    id: ArticleId,
    partnerArticleId: z.string().optional(),
    revision: z.int().min(1),
    outcome: Outcome,
    clusterId: z.string(),
    duplicateOf: DuplicateOf.optional(),
    relatedTo: RelatedTo.optional(),
    sanitation: Sanitation,
    warnings: z.array(Warning),
  })
  .meta({ id: "SubmissionResult" });
export type SubmissionResult = z.infer<typeof SubmissionResult>;

/** What the list shows of an article. A tombstone has no title, URL, authors or tags. */
export const ArticleSummary = z
  .object({
    id: ArticleId,
    partner: z.string(),
    partnerArticleId: z.string().optional(),
    revision: z.int().min(1),
    status: ArticleStatus,
    title: z.string().optional(),
    url: z.string().optional(),
    source: z.string().optional(),
    language: z.string().optional(),
    authors: z.array(z.string()).optional(),
    tags: z.array(z.string()).optional(),
    publishedAt: instant.optional(),
    ingestedAt: instant.describe("When Copydesk first accepted the article"),
    clusterId: z.string(),
    match: Match.optional().describe("Present on a duplicate: the evidence that links it to its original"),
  })
  .meta({ id: "ArticleSummary" });
export type ArticleSummary = z.infer<typeof ArticleSummary>;

/** A text in pieces, in its order: what was searched for, and what stands between. It is plain text, never markup. */
const HighlightParts = z.array(z.object({ text: z.string(), isMatch: z.boolean() }));

export const Highlights = z
  .object({
    title: HighlightParts.optional().describe("The whole title"),
    text: HighlightParts.describe("The passage of the text that shows most of what was searched for"),
  })
  .meta({ id: "Highlights" });
export type Highlights = z.infer<typeof Highlights>;

/** An article on a list, with the fields that were asked for. */
export const ListedArticle = ArticleSummary.partial()
  .required({ id: true })
  .extend({
    score: z.number().optional().describe("Only with `q`: how well it fits, comparable within one search"),
    highlights: Highlights.optional().describe("Only with `q`"),
  })
  .meta({ id: "ListedArticle" });
export type ListedArticle = z.infer<typeof ListedArticle>;

/** How a page of the list was read. */
export const Explanation = z
  .object({
    index: z.enum(["byDay", "byArrival", "bySource", "byPartner", "members", "search"]),
    residual: z.array(z.string()).describe("Filters that the index does not answer: each entry is looked at for these"),
    evaluated: z.int().describe("Entries that were looked at, at most 500 for a page"),
    readUnits: z.number().describe("DynamoDB's read units, of all requests"),
    requests: z.array(
      z.object({
        operation: z.string(),
        partition: z.string().optional(),
        items: z.int(),
        readUnits: z.number(),
      }),
    ),
  })
  .meta({ id: "Explanation" });
export type Explanation = z.infer<typeof Explanation>;

/** An article as a member of its cluster; the original has no `match`. */
export const ClusterMember = ArticleSummary.extend({
  similarity: z.number().min(0).max(1).optional().describe("To the original, when it joined"),
  joinedAt: instant.optional().describe("When it was linked to the original"),
}).meta({ id: "ClusterMember" });
export type ClusterMember = z.infer<typeof ClusterMember>;

/** An article with everything but its text. */
export const ArticleDetail = ArticleSummary.omit({ match: true })
  .extend({
    canonicalUrl: z.string().optional(),
    updatedAt: instant.optional().describe("As the partner says"),
    modifiedAt: instant.describe("When Copydesk accepted this revision"),
    duplicateOf: DuplicateOf.optional(),
    relatedTo: RelatedTo.optional(),
    contentHash: z
      .string()
      .optional()
      .describe("SHA-256 of the normalised text, hexadecimal; absent where there is no text"),
    raw: z.object({ sha256: z.string(), bytes: z.int(), contentType: z.string() }),
    sanitation: Sanitation,
    warnings: z.array(Warning),
  })
  .meta({ id: "Article" });
export type ArticleDetail = z.infer<typeof ArticleDetail>;

export const Revision = z
  .object({
    revision: z.int().min(1),
    acceptedAt: instant,
    title: z.string().optional(),
    contentHash: z.string().optional(),
    raw: z.object({ sha256: z.string(), bytes: z.int(), contentType: z.string() }),
  })
  .meta({ id: "Revision" });

/** What has changed within a line, or in the title: pieces that are the same, gone or new, in reading order. */
const DiffPart = z.object({ kind: z.enum(["same", "removed", "added"]), text: z.string() }).meta({ id: "DiffPart" });

export const RevisionDetail = Revision.extend({
  url: z.string().optional(),
  text: z.string().describe("Plain text, a line for each block"),
}).meta({ id: "RevisionDetail" });

export const RevisionDiff = z
  .object({
    from: Revision,
    to: Revision,
    title: z.array(DiffPart),
    lines: z.array(z.object({ kind: z.enum(["same", "removed", "added", "changed"]), parts: z.array(DiffPart) })),
  })
  .meta({ id: "RevisionDiff" });
