import { getArticle } from "../shared/api/operations/get-article.ts";
import type { DuplicateOf } from "../shared/api/submission-result.ts";
import { canonicalizeUrl } from "../shared/article/canonical-url.ts";
import { describeDuplicateOf } from "../shared/ingest-article.ts";
import type { LiveArticle } from "../shared/stores/article-record.ts";
import { connectReader } from "./http/connect-reader.ts";
import { findArticle } from "./http/find-article.ts";
import { httpFunction } from "./http/http-function.ts";

const { articles, keys } = connectReader();

export const handler = httpFunction(
  getArticle,
  async ({ params }) => {
    const article = await findArticle(articles, params.id);
    const canonicalUrl = article.url === undefined ? undefined : canonicalizeUrl(article.url);
    return { status: 200, json: { ...article, canonicalUrl, duplicateOf: await findOriginal(article) } };
  },
  { keys },
);

/** The original as of today: the one that the article was linked to may have left the cluster since. */
async function findOriginal({ duplicate, clusterId }: LiveArticle): Promise<DuplicateOf | undefined> {
  if (duplicate === undefined) return undefined;
  const cluster = await articles.getCluster(clusterId);
  return describeDuplicateOf(duplicate, cluster?.originalId ?? duplicate.originalId);
}
