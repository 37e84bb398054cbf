import * as z from "zod";
import { defineOperation } from "../operation.ts";
import { cacheHeaders } from "../parameters/cache-headers.ts";
import { revisionParams } from "../parameters/revision-params.ts";
import { etag } from "../response-headers.ts";

export const getArticleRevisionHtml = defineOperation({
  id: "get-article-revision-html",
  method: "GET",
  path: "/v1/articles/{id}/revisions/{revisions}/html",
  summary: "Get a revision's sanitized HTML, or a page that shows what has changed",
  scope: "read",
  params: revisionParams,
  query: z.strictObject({}),
  headers: cacheHeaders,
  responses: {
    200: { description: "Sanitized HTML, or a page to read", mediaTypes: ["text/html"], headers: etag },
    304: { description: "Nothing has changed", headers: etag },
  },
});
