import * as z from "zod";
import { defineOperation } from "../operation.ts";
import { articleParams } from "../parameters/article-params.ts";
import { cacheHeaders } from "../parameters/cache-headers.ts";
import { etag } from "../response-headers.ts";

export const getArticleHtml = defineOperation({
  id: "get-article-html",
  method: "GET",
  path: "/v1/articles/{id}/html",
  summary: "Get an article's sanitized HTML",
  description: "Derived from the raw HTML on every read, so that a better policy protects the whole archive at once.",
  scope: "read",
  params: articleParams,
  query: z.strictObject({}),
  headers: cacheHeaders,
  responses: {
    200: { description: "A fragment of sanitized HTML", mediaTypes: ["text/html"], headers: etag },
    304: { description: "Nothing has changed", headers: etag },
  },
});
