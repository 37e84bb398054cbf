import { hashParts } from "./hash-parts.ts";

/** What identifies an article of a partner: the first of these that is there. */
export type ArticleIdentity =
  | { readonly kind: "partnerArticleId"; readonly value: string }
  | { readonly kind: "canonicalUrl"; readonly value: string }
  | { readonly kind: "contentHash"; readonly value: string };

/**
 * The ID of an article: 128 bits, hexadecimal. It depends on nothing but the partner and the identity, so that a submission
 * sent twice meets itself.
 */
export function makeArticleId(partner: string, identity: ArticleIdentity): string {
  return hashParts(["article", partner, identity.kind, identity.value]).slice(0, 32);
}

/**
 * The ID of the cluster that an article starts with the given revision: its own ID, and from the second revision on, when it
 * has left another cluster, the revision behind it.
 */
export function makeClusterId(articleId: string, revision: number): string {
  return revision === 1 ? articleId : `${articleId}-${revision}`;
}

/** The article that started a cluster. */
export function findClusterStarter(clusterId: string): string {
  return clusterId.slice(0, 32);
}
