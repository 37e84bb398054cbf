import * as z from "zod";
import { defineOperation } from "../operation.ts";
import { articleParams } from "../parameters/article-params.ts";
import { page } from "../parameters/page-query.ts";
import { nextPage } from "../response-headers.ts";
import { Revision } from "../revision.ts";

export const listArticleRevisions = defineOperation({
  id: "list-article-revisions",
  method: "GET",
  path: "/v1/articles/{id}/revisions",
  summary: "List an article's revisions, newest first",
  scope: "read",
  params: articleParams,
  query: z.strictObject(page),
  headers: z.object({}),
  responses: {
    200: {
      description: "A page",
      schema: z.object({ items: z.array(Revision), nextCursor: z.string().optional() }).meta({ id: "RevisionList" }),
      headers: nextPage,
    },
  },
});
