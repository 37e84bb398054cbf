import type { Snapshot, SnapshotKeys } from "../../shared/stores/article-writes.ts";

/** BatchGetItem is no transaction: each item is as it was at some moment of the request, and not all at the same one. */
export async function readInParts(
  keys: SnapshotKeys,
  read: (part: SnapshotKeys) => Promise<Snapshot>,
): Promise<Snapshot> {
  const none: SnapshotKeys = { articleIds: [], claims: [], clusterIds: [], candidateKeys: [], days: [] };
  const { articleIds, claims, clusterIds, candidateKeys, days } = keys;
  const parts = [{ articleIds }, { claims }, { clusterIds }, { candidateKeys }, { days }].filter(
    (part) => Object.values(part).flat().length > 0,
  );
  const found = await Promise.all(parts.map((part) => read({ ...none, ...part })));
  const join = <T>(pick: (snapshot: Snapshot) => ReadonlyMap<string, T>) =>
    new Map(found.flatMap((snapshot) => [...pick(snapshot)]));
  return {
    articles: join((snapshot) => snapshot.articles),
    claims: join((snapshot) => snapshot.claims),
    clusters: join((snapshot) => snapshot.clusters),
    candidateKeys: join((snapshot) => snapshot.candidateKeys),
    days: join((snapshot) => snapshot.days),
  };
}
