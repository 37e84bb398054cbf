import * as z from "zod";
import { defineOperation } from "../operation.ts";
import { articleParams } from "../parameters/article-params.ts";
import { cacheHeaders } from "../parameters/cache-headers.ts";
import { etag } from "../response-headers.ts";

export const getArticleText = defineOperation({
  id: "get-article-text",
  method: "GET",
  path: "/v1/articles/{id}/text",
  summary: "Get an article's text",
  scope: "read",
  params: articleParams,
  query: z.strictObject({}),
  headers: cacheHeaders,
  responses: {
    200: { description: "Plain text, a line for each block", mediaTypes: ["text/plain"], headers: etag },
    304: { description: "Nothing has changed", headers: etag },
  },
});
