import { findClusterStarter } from "../../../shared/article/article-id.ts";
import type { TableItem } from "../../../shared/stores/scan-table.ts";
import { articleKeys, readSketchId } from "../../../shared/stores/table-keys.ts";

/** What is erased, as far as the items of the tables tell it. */
export interface Erased {
  readonly kind: "article" | "partner";
  readonly partner: string;
  readonly isErased: (articleId: string) => boolean;
  /** Sketches of clusters that an erased article has left behind, and by which keys the cluster's heir is found by them. */
  readonly sketches: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Which of them go shows only when the heirs of the clusters are known: not before articles are withdrawn. */
export const candidateKeys = "candidate keys";

/** Where something of what is erased may lie, in the words of the report. */
export const articlePlaces = [
  "articles",
  "revisions",
  "claims",
  "sketches",
  candidateKeys,
  "memberships",
  "related",
  "line profile",
] as const;
export type Place = (typeof articlePlaces)[number];

/**
 * Says what an item of the articles table is to an erasure; undefined where it is nothing.
 *
 * IDs in the items of others stay: a cluster has the name of the article that started it, and a copy that of the original it
 * was linked to. An ID is a hash of names and says nothing by itself.
 */
export function judgeItem(item: TableItem, { kind, partner, isErased, sketches }: Erased): Place | undefined {
  const { pk, sk } = item;
  const name = pk.slice(pk.indexOf("#") + 1);
  const last = sk.slice(sk.lastIndexOf("#") + 1);
  switch (pk.slice(0, pk.indexOf("#"))) {
    case "article":
      if (!isErased(name)) return undefined;
      if (sk !== articleKeys.article(name).sk) return "revisions";
      return kind === "article" && item["erasedAt"] !== undefined ? undefined : "articles";
    case "content":
    case "url":
      return isErased(String(item["articleId"])) ? "claims" : undefined;
    case "cluster":
      if (sk === "sketch") return isErased(String(item["originalId"])) ? "sketches" : undefined;
      if (!isErased(last)) return undefined;
      if (sk.startsWith("sketch#")) return "sketches";
      return sk.startsWith("related#") ? "related" : "memberships";
    case "candidate":
      return (item["sketchIds"] as string[]).some((id) => isSketchGone(id, name, { isErased, sketches }))
        ? candidateKeys
        : undefined;
    case "profile":
      return kind === "partner" && name === partner ? "line profile" : undefined;
    default:
      return undefined;
  }
}

/** Whether a candidate key leads to the sketch of an erased article, or by its words to the one that took its place. */
export function isSketchGone(
  sketchId: string,
  hash: string,
  { isErased, sketches }: Pick<Erased, "isErased" | "sketches">,
): boolean {
  const { clusterId, articleId } = readSketchId(sketchId);
  if (articleId !== undefined) return isErased(articleId);
  const kept = sketches.get(clusterId);
  return kept === undefined ? isErased(findClusterStarter(clusterId)) : !kept.has(hash);
}
