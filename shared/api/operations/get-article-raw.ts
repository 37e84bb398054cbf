import * as z from "zod";
import { defineOperation } from "../operation.ts";
import { articleParams } from "../parameters/article-params.ts";
import { cacheHeaders } from "../parameters/cache-headers.ts";
import { etag } from "../response-headers.ts";

export const getArticleRaw = defineOperation({
  id: "get-article-raw",
  method: "GET",
  path: "/v1/articles/{id}/raw",
  summary: "Get what the partner sent, byte for byte",
  description: "Hostile as it came: it is answered as an attachment, in a sandbox. `Content-Digest` is after RFC 9530.",
  scope: "read",
  params: articleParams,
  query: z.strictObject({}),
  headers: cacheHeaders,
  responses: {
    200: {
      description: "The raw HTML or text",
      mediaTypes: ["text/html", "text/plain"],
      headers: { ...etag, "Content-Digest": "SHA-256 of the answer's content" },
    },
    304: { description: "Nothing has changed", headers: etag },
  },
});
