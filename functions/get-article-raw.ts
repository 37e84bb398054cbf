import { getArticleRaw } from "../shared/api/operations/get-article-raw.ts";
import { documentFunction } from "./http/document-function.ts";

export const handler = documentFunction(getArticleRaw, {
  makeEtag: (article) => `"${article.raw.sha256}"`,
  render: (article, raw) => ({ bytes: raw, contentType: article.raw.contentType }),
  // As hostile as it came: a browser saves it and does not show it.
  headers: { "Content-Disposition": "attachment" },
});
