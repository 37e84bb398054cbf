import * as z from "zod";
import { ArticleSummary } from "../article-summary.ts";
import { ClusterMember } from "../cluster-member.ts";
import { defineOperation } from "../operation.ts";
import { page } from "../parameters/page-query.ts";
import { nextPage } from "../response-headers.ts";

/** A cluster is named after the article that started it, with the revision behind it where that was not the first. */
const ClusterId = z.string().regex(/^[0-9a-f]{32}(?:-\d+)?$/, "must be a cluster ID");

export const getCluster = defineOperation({
  id: "get-cluster",
  method: "GET",
  path: "/v1/clusters/{id}",
  summary: "Get a story: its original, its duplicates, and what is related",
  description: "The ID of a cluster that went over to another one answers with that one.",
  scope: "read",
  params: z.strictObject({ id: ClusterId }),
  query: z.strictObject(page),
  headers: z.object({}),
  responses: {
    200: {
      description: "A page of its members, the original first",
      schema: z
        .object({
          id: z.string().describe("Of the cluster that answers"),
          originalId: z.string().optional().describe("Absent where all of its articles were retracted or have left"),
          duplicates: z.int().min(0),
          sources: z
            .array(z.object({ source: z.string(), articles: z.int().min(1) }))
            .describe("How many of its articles each source has, of the first 500; on the first page"),
          items: z.array(ClusterMember),
          related: z.array(ArticleSummary).describe("The same story in other words, the latest 20; on the first page"),
          nextCursor: z.string().optional(),
        })
        .meta({ id: "Cluster" }),
      headers: nextPage,
    },
  },
});
