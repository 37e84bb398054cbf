import type { LiveArticle } from "./stores/article-record.ts";
import type { ArticleWrite } from "./stores/article-writes.ts";

/** The write that keeps an article's current revision when another one, or a tombstone, takes its place. */
export function keepRevision(article: LiveArticle): Extract<ArticleWrite, { kind: "revision" }> {
  const { id, revision, modifiedAt, title, url, contentHash, raw } = article;
  return {
    kind: "revision",
    articleId: id,
    revision: { revision, acceptedAt: modifiedAt, title, url, contentHash, raw },
  };
}
