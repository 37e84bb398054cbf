import * as z from "zod";
import { ClusterMember } from "../cluster-member.ts";
import { defineOperation } from "../operation.ts";
import { articleParams } from "../parameters/article-params.ts";
import { page } from "../parameters/page-query.ts";
import { nextPage } from "../response-headers.ts";

export const listArticleDuplicates = defineOperation({
  id: "list-article-duplicates",
  method: "GET",
  path: "/v1/articles/{id}/duplicates",
  summary: "List the other articles of the same story",
  description: "The original first, where it is another one; then its duplicates in the order in which they came.",
  scope: "read",
  params: articleParams,
  query: z.strictObject(page),
  headers: z.object({}),
  responses: {
    200: {
      description: "A page",
      schema: z
        .object({ items: z.array(ClusterMember), nextCursor: z.string().optional() })
        .meta({ id: "DuplicateList" }),
      headers: nextPage,
    },
  },
});
