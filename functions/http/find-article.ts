import { ProblemError } from "../../shared/api/problem.ts";
import type { LiveArticle } from "../../shared/stores/article-record.ts";
import type { ArticleTable } from "../../shared/stores/article-table.ts";

/** @throws ProblemError `not-found`, or `retracted` for a tombstone */
export async function findArticle(articles: Pick<ArticleTable, "getArticle">, id: string): Promise<LiveArticle> {
  const article = await articles.getArticle(id);
  if (article === undefined) throw new ProblemError("not-found", `There is no article ${id}.`);
  if (article.status === "retracted") {
    throw new ProblemError("retracted", `Its partner retracted the article at ${article.modifiedAt}.`);
  }
  return article;
}
