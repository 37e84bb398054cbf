import * as z from "zod";
import { ArticleDetail } from "../article-detail.ts";
import { defineOperation } from "../operation.ts";
import { articleParams } from "../parameters/article-params.ts";
import { cacheHeaders } from "../parameters/cache-headers.ts";
import { etag } from "../response-headers.ts";

export const getArticle = defineOperation({
  id: "get-article",
  method: "GET",
  path: "/v1/articles/{id}",
  summary: "Get an article's metadata",
  scope: "read",
  params: articleParams,
  query: z.strictObject({}),
  headers: cacheHeaders,
  responses: {
    200: { description: "The article", schema: ArticleDetail, headers: etag },
    304: { description: "Nothing has changed", headers: etag },
  },
});
