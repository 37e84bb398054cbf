import { getArticleHtml } from "../shared/api/operations/get-article-html.ts";
import { makeReadingEtag, readStoredArticle } from "../shared/read-stored-article.ts";
import { documentFunction } from "./http/document-function.ts";

export const handler = documentFunction(getArticleHtml, {
  makeEtag: makeReadingEtag,
  render: (article, raw) => ({ bytes: readStoredArticle(article, raw).html, contentType: "text/html; charset=utf-8" }),
});
