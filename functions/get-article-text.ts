import { getArticleText } from "../shared/api/operations/get-article-text.ts";
import { makeReadingEtag, readStoredArticle } from "../shared/read-stored-article.ts";
import { documentFunction } from "./http/document-function.ts";

export const handler = documentFunction(getArticleText, {
  makeEtag: makeReadingEtag,
  render: (article, raw) => ({ bytes: readStoredArticle(article, raw).text, contentType: "text/plain; charset=utf-8" }),
});
