import * as z from "zod";
import { ArticleId } from "./article-id.ts";

/** What became of a submission. */
export const Outcome = z.enum(["created", "updated", "unchanged", "duplicate"]);
export type Outcome = z.infer<typeof Outcome>;

/** Which evidence made an article a duplicate. */
export const Match = z.enum(["url", "content", "near"]);
export type Match = z.infer<typeof Match>;

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
