import * as z from "zod";
import { defineOperation } from "../operation.ts";
import { cacheHeaders } from "../parameters/cache-headers.ts";
import { revisionParams } from "../parameters/revision-params.ts";
import { etag } from "../response-headers.ts";
import { RevisionDetail, RevisionDiff } from "../revision.ts";

export const getArticleRevision = defineOperation({
  id: "get-article-revision",
  method: "GET",
  path: "/v1/articles/{id}/revisions/{revisions}",
  summary: "Get a revision's text, or what has changed from one to another",
  description: "`3` gives the third revision, `1..3` compares the first with it, line by line and word by word.",
  scope: "read",
  params: revisionParams,
  query: z.strictObject({}),
  headers: cacheHeaders,
  responses: {
    200: {
      description: "The revision, or the difference",
      schema: z.union([RevisionDiff, RevisionDetail]),
      headers: etag,
    },
    304: { description: "Nothing has changed", headers: etag },
  },
});
