import * as z from "zod";
import { ArticleId } from "./article-id.ts";
import { instant } from "./instant.ts";
import { Match } from "./submission-result.ts";

export const ArticleStatus = z.enum(["live", "retracted"]);

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
