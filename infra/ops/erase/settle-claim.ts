import { canonicalizeUrl } from "../../../shared/article/canonical-url.ts";
import { hashParts } from "../../../shared/article/hash-parts.ts";
import { findCluster, readMembers } from "../../../shared/read-cluster.ts";
import type { LiveArticle } from "../../../shared/stores/article-record.ts";
import type { ArticleTable } from "../../../shared/stores/article-table.ts";
import type { ClaimKind } from "../../../shared/stores/article-writes.ts";
import type { ErasureTable } from "../../../shared/stores/erasure-table.ts";

/** Members that are looked through for an heir at a time. */
const membersPerPage = 99;

/**
 * Hands the claim of an erased article over to the first of its cluster that has the same text, or the same URL, so that later
 * copies still come to it. Where there is none, the claim goes.
 */
export async function settleClaim(
  claim: { readonly kind: ClaimKind; readonly hash: string; readonly clusterId: string; readonly articleId: string },
  context: {
    readonly articles: Pick<ArticleTable, "getCluster" | "getArticles" | "listMembers" | "commit">;
    readonly table: Pick<ErasureTable, "removeClaim">;
  },
): Promise<void> {
  const { articles, table } = context;
  const { kind, hash, articleId } = claim;
  const cluster = await findCluster(claim.clusterId, articles);
  const heirId = cluster?.originalId === undefined ? undefined : await findHeir();
  if (cluster?.originalId === undefined || heirId === undefined) {
    await table.removeClaim({ pk: `${kind}#${hash}`, sk: "claim" }, articleId);
    return;
  }
  const { clusterId, originalId } = cluster;
  await articles.commit([
    {
      kind: "claim",
      claimKind: kind,
      hash,
      claim: { clusterId, articleId: heirId, originalId },
      expectedArticleId: articleId,
    },
  ]);

  async function findHeir(): Promise<string | undefined> {
    let after: string | undefined;
    for (;;) {
      if (cluster === undefined) return undefined;
      const { members, hasMore } = await readMembers(cluster, { after, limit: membersPerPage, articles });
      const records = await articles.getArticles(members.map(({ member }) => member.id));
      const byId = new Map(records.map((record) => [record.id, record]));
      const heir = members.map(({ member }) => byId.get(member.id)).find((one) => one?.status === "live" && fits(one));
      if (heir !== undefined) return heir.id;
      after = members.at(-1)?.position;
      if (after === undefined || !hasMore) return undefined;
    }
  }

  function fits({ id, contentHash, url }: LiveArticle): boolean {
    if (id === articleId) return false;
    if (kind === "content") return contentHash === hash;
    const canonicalUrl = url === undefined ? undefined : canonicalizeUrl(url);
    return canonicalUrl !== undefined && hashParts(["url", canonicalUrl]) === hash;
  }
}
