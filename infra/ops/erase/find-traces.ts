import { findClusterStarter } from "../../../shared/article/article-id.ts";
import type { ArticleTable } from "../../../shared/stores/article-table.ts";
import type { ErasureTable } from "../../../shared/stores/erasure-table.ts";
import type { TableItem } from "../../../shared/stores/scan-table.ts";
import { articleKeys } from "../../../shared/stores/table-keys.ts";

/** All articles of a partner, also those that an index does not have yet. */
export async function findArticleIds(table: Pick<ErasureTable, "scan">, partner: string): Promise<Set<string>> {
  const ids = new Set<string>();
  for await (const items of table.scan()) {
    for (const item of items) {
      if (item.sk !== articleKeys.article("").sk || item["partner"] !== partner) continue;
      ids.add(item.pk.slice(articleKeys.article("").pk.length));
    }
  }
  return ids;
}

/** The cluster whose sketch this is, if an erased article has left it, or has started the cluster. */
export function findSketchedCluster(item: TableItem, isErased: (id: string) => boolean): string | undefined {
  if (!item.pk.startsWith("cluster#") || item.sk !== "sketch") return undefined;
  const clusterId = item.pk.slice("cluster#".length);
  return isErased(String(item["originalId"])) || isErased(findClusterStarter(clusterId)) ? clusterId : undefined;
}

/** Finds who else refers to raw objects of an article, by whatever revision, while all items pass by. */
export function watchReferences(own: {
  readonly articleId: string;
  readonly partner: string;
  readonly digests: ReadonlySet<string>;
}) {
  const references = new Map<string, string[]>();
  return {
    see(item: TableItem): void {
      const sha256 = (item["raw"] as { sha256?: string } | undefined)?.sha256;
      if (sha256 === undefined || !own.digests.has(sha256) || item.pk === articleKeys.article(own.articleId).pk) return;
      references.set(sha256, [...(references.get(sha256) ?? []), item.pk.slice("article#".length)]);
    },
    /** A revision does not say whose it is, and another partner's bytes lie elsewhere. */
    async findShared(articles: Pick<ArticleTable, "getArticles">): Promise<Set<string>> {
      const referring = await articles.getArticles([...references.values()].flat());
      const ids = new Set(referring.filter(({ partner }) => partner === own.partner).map(({ id }) => id));
      return new Set([...references].filter(([, found]) => found.some((id) => ids.has(id))).map(([sha256]) => sha256));
    },
  };
}
