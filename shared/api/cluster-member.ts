import * as z from "zod";
import { ArticleSummary } from "./article-summary.ts";
import { instant } from "./instant.ts";

/** An article as a member of its cluster; the original has no `match`. */
export const ClusterMember = ArticleSummary.extend({
  similarity: z.number().min(0).max(1).optional().describe("To the original, when it joined"),
  joinedAt: instant.optional().describe("When it was linked to the original"),
}).meta({ id: "ClusterMember" });
export type ClusterMember = z.infer<typeof ClusterMember>;
