import * as z from "zod";
import { Problem } from "./problem-document.ts";
import { SubmissionResult } from "./submission-result.ts";

/** What became of one item of many. */
export const ItemAnswer = z
  .object({
    index: z.int().min(0).describe("Place among the items, from 0"),
    line: z.int().min(1).optional().describe("Of NDJSON: the line, from 1"),
    partnerArticleId: z.string().optional().describe("Your ID for it, as far as the item could be read"),
    status: z.int().describe("The status that the item would have had alone; 204 where it was a retraction"),
    result: SubmissionResult.optional().describe("With 200 and 201"),
    problem: Problem.optional().describe("With 4xx and 5xx; its pointers are relative to the item"),
  })
  .meta({ id: "ItemAnswer" });
export type ItemAnswer = z.infer<typeof ItemAnswer>;

const count = z.int().min(0);

/** How many items came to what. */
export const OutcomeCounts = z
  .object({
    created: count,
    updated: count,
    unchanged: count,
    duplicate: count,
    retracted: count,
    refused: count.describe("4xx: to be changed before they are sent again"),
    deferred: count.describe("429 and 5xx: to be sent again as they are"),
  })
  .meta({ id: "OutcomeCounts" });
export type OutcomeCounts = z.infer<typeof OutcomeCounts>;
