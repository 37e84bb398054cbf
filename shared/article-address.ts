import { articleIdPattern } from "./api/article-id.ts";
import { ProblemError } from "./api/problem.ts";
import { makeArticleId } from "./article/article-id.ts";

/** How a partner names one of its articles: by its own ID, or, for one submitted without, by ours. */
export type ArticleAddress = { readonly partnerArticleId: string } | { readonly articleId: string };

/**
 * Reads the path parameter: `~` and an article ID, or else the partner's own ID.
 *
 * @throws ProblemError `invalid-parameter` when something else than an article ID follows `~`
 */
export function parseAddress(parameter: string): ArticleAddress {
  if (!parameter.startsWith("~")) return { partnerArticleId: parameter };
  const articleId = parameter.slice(1);
  if (articleIdPattern.test(articleId)) return { articleId };
  throw new ProblemError("invalid-parameter", "Behind ~ an article ID is expected: 32 hexadecimal digits.", {
    errors: [{ pointer: "path:partnerArticleId", detail: "must not begin with ~, or be ~ and an article ID" }],
  });
}

/** The ID of the article that a partner means. */
export function resolveAddress(partner: string, address: ArticleAddress): string {
  if ("articleId" in address) return address.articleId;
  return makeArticleId(partner, { kind: "partnerArticleId", value: address.partnerArticleId });
}
