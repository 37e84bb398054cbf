import { makeArticleId } from "../../shared/article/article-id.ts";
import type { ArticleWrite, SnapshotKeys } from "../../shared/stores/article-writes.ts";

/** What a part of a snapshot is about. */
export function describeKeys(keys: SnapshotKeys): string {
  return Object.entries(keys)
    .filter(([, list]) => list.length > 0)
    .map(([kind]) => kind)
    .join(", ");
}

/** A transaction in a few words. */
export function describeWrites(writes: readonly ArticleWrite[]): string {
  const keys = writes.filter(({ kind }) => kind === "candidate").length;
  const others = writes.filter(({ kind }) => kind !== "candidate").map(describeWrite);
  return [...others, ...(keys > 0 ? [`${keys} keys`] : [])].join("; ");
}

/** What a transaction does to the cluster of somebody else, or to what had gone. */
export function describeEvents(writes: readonly ArticleWrite[]): string[] {
  return writes.flatMap((write) => {
    if (write.kind === "article" && write.article.status === "live") {
      const isReturn = write.expectedVersion !== undefined && !writes.some(({ kind }) => kind === "revision");
      return isReturn && writes[0] === write ? ["tombstones brought back"] : [];
    }
    if (write.kind !== "cluster") return [];
    if (write.promoted !== undefined) return ["originals handed over"];
    if (write.cluster.mergedInto !== undefined) return ["clusters merged"];
    return write.cluster.originalId === undefined ? ["clusters left vacant"] : ["vacant clusters revived"];
  });
}

function describeWrite(write: ArticleWrite): string {
  switch (write.kind) {
    case "article": {
      const { article } = write;
      if (article.status === "retracted") return `${article.id} v${article.version} retracted`;
      const { id, version, clusterId, duplicate, contentHash } = article;
      const role = duplicate === undefined ? "original" : `duplicate (${duplicate.match}) of ${duplicate.originalId}`;
      return `${id} v${version} text ${contentHash?.slice(0, 4)}: ${role} in ${clusterId}`;
    }
    case "claim": {
      const { clusterId, articleId } = write.claim;
      return `${write.claimKind} ${write.hash.slice(0, 4)} belongs to ${clusterId} by ${articleId}`;
    }
    case "cluster":
      return `${write.clusterId} = ${JSON.stringify(write.cluster)}`;
    case "join":
    case "member":
    case "leave":
      return `${write.articleId} ${write.kind} ${write.clusterId}`;
    case "sketch":
    case "forget":
      return `${write.kind} ${write.sketchId}`;
    default:
      return write.kind;
  }
}

/** Puts names that a reader knows where a line has IDs: `agency/a`, and `article1` for what came without an ID. */
export function openNames(): { shorten(line: string): string } {
  const names = new Map<string, string>();
  for (const partner of ["agency", "gazette", "newcomer", ...[0, 1, 2, 3, 4].map((client) => `partner${client}`)]) {
    for (const id of ["a", "b"]) {
      names.set(makeArticleId(partner, { kind: "partnerArticleId", value: id }), `${partner}/${id}`);
    }
  }
  const knownCount = names.size;
  const name = (id: string) => {
    const found = names.get(id) ?? `article${names.size - knownCount + 1}`;
    names.set(id, found);
    return found;
  };
  return { shorten: (line) => line.replace(/[0-9a-f]{32,64}/g, name) };
}
