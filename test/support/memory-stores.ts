import type {
  ArticleRecord,
  CandidateKey,
  Claim,
  Cluster,
  ClusterSketch,
  Day,
  DuplicateRecord,
  RevisionRecord,
} from "../../shared/stores/article-record.ts";
import type { ArticleTable } from "../../shared/stores/article-table.ts";
import type { ArticleWrite, Snapshot } from "../../shared/stores/article-writes.ts";
import type { RawBucket } from "../../shared/stores/raw-bucket.ts";
import { type DayIndex, readSketchId } from "../../shared/stores/table-keys.ts";

type IngestTable = Pick<ArticleTable, "readSnapshot" | "readCandidates" | "commit" | "getOldestMember">;

/** The stores of the pipeline in memory, behind the types of the real ones, with their contents open to look at. */
export interface MemoryStores {
  readonly table: IngestTable;
  readonly raw: Pick<RawBucket, "putRaw" | "quarantineRaw">;
  readonly articles: ReadonlyMap<string, ArticleRecord>;
  readonly revisions: ReadonlyMap<string, RevisionRecord>;
  readonly claims: ReadonlyMap<string, Claim>;
  readonly clusters: ReadonlyMap<string, Cluster>;
  /** By cluster, then by article. */
  readonly members: ReadonlyMap<string, ReadonlyMap<string, DuplicateRecord>>;
  readonly sketches: ReadonlyMap<string, ClusterSketch>;
  readonly candidateKeys: ReadonlyMap<string, CandidateKey>;
  readonly days: ReadonlyMap<string, Day>;
  /** Over how many shards the writer of an article took its days to be spread, by article. */
  readonly shards: ReadonlyMap<string, Readonly<Record<DayIndex, number>>>;
  readonly objects: ReadonlySet<string>;
}

/** @param options.unchecked kinds of writes whose conditions are not looked at, to see what they are for */
export function openMemoryStores(options: { readonly unchecked?: readonly ArticleWrite["kind"][] } = {}): MemoryStores {
  const { unchecked = [] } = options;
  const articles = new Map<string, ArticleRecord>();
  const revisions = new Map<string, RevisionRecord>();
  const claims = new Map<string, Claim>();
  const clusters = new Map<string, Cluster>();
  const members = new Map<string, Map<string, DuplicateRecord>>();
  const sketches = new Map<string, ClusterSketch>();
  const candidateKeys = new Map<string, CandidateKey>();
  const days = new Map<string, Day>();
  const shards = new Map<string, Readonly<Record<DayIndex, number>>>();
  const objects = new Set<string>();

  /** Whether the condition of a write holds, as the table's own conditions would have it. */
  function holds(write: ArticleWrite): boolean {
    switch (write.kind) {
      case "article":
        return articles.get(write.article.id)?.version === write.expectedVersion;
      case "claim":
        return claims.get(`${write.claimKind}#${write.hash}`)?.articleId === write.expectedArticleId;
      case "join": {
        const cluster = clusters.get(write.clusterId);
        return cluster === undefined || cluster.originalId === write.duplicate.originalId;
      }
      case "leave":
        return members.get(write.clusterId)?.has(write.articleId) === true;
      case "cluster": {
        const standing = clusters.get(write.clusterId);
        const isSame =
          write.expected === undefined
            ? standing === undefined
            : standing !== undefined &&
              standing.members === write.expected.members &&
              standing.originalId === write.expected.originalId &&
              (write.expected.originalId !== undefined || standing.mergedInto === undefined);
        return (
          isSame &&
          (write.promoted === undefined || members.get(write.clusterId)?.has(write.promoted.articleId) === true)
        );
      }
      case "candidate":
        return JSON.stringify(candidateKeys.get(write.hash)) === JSON.stringify(write.expected);
      default:
        return true;
    }
  }

  function apply(write: ArticleWrite): void {
    switch (write.kind) {
      case "article":
        articles.set(write.article.id, keep(write.article));
        shards.set(write.article.id, write.shards ?? { byDay: 1, byArrival: 1 });
        return;
      case "revision":
        revisions.set(`${write.articleId}#${write.revision.revision}`, keep(write.revision));
        return;
      case "claim":
        claims.set(`${write.claimKind}#${write.hash}`, keep(write.claim));
        return;
      case "join": {
        const cluster = clusters.get(write.clusterId);
        clusters.set(write.clusterId, { originalId: write.duplicate.originalId, members: (cluster?.members ?? 0) + 1 });
        membersOf(write.clusterId).set(write.articleId, write.duplicate);
        return;
      }
      case "member":
        membersOf(write.clusterId).set(write.articleId, write.duplicate);
        return;
      case "leave": {
        const cluster = clusters.get(write.clusterId);
        if (cluster !== undefined) clusters.set(write.clusterId, { ...cluster, members: cluster.members - 1 });
        membersOf(write.clusterId).delete(write.articleId);
        return;
      }
      case "cluster":
        clusters.set(write.clusterId, write.cluster);
        if (write.promoted !== undefined) membersOf(write.clusterId).delete(write.promoted.articleId);
        return;
      case "sketch":
        sketches.set(write.sketchId, structuredClone(write.sketch));
        return;
      case "forget":
        sketches.delete(write.sketchId);
        return;
      case "candidate":
        candidateKeys.set(write.hash, keep(write.key));
        return;
      case "day":
        days.set(write.day, {
          day: write.day,
          lists: new Set([...(days.get(write.day)?.lists ?? []), ...write.lists]),
          shards: days.get(write.day)?.shards ?? write.shards ?? 1,
        });
        return;
      case "related":
        // Nobody asks these stores for it.
        return;
      default:
        throw new Error(`There is no such write: ${JSON.stringify(write satisfies never)}`);
    }
  }

  function membersOf(clusterId: string): Map<string, DuplicateRecord> {
    const found = members.get(clusterId) ?? new Map<string, DuplicateRecord>();
    members.set(clusterId, found);
    return found;
  }

  const pick = <T>(map: ReadonlyMap<string, T>, keys: readonly string[]) =>
    new Map(keys.flatMap((key) => (map.has(key) ? [[key, map.get(key) as T] as const] : [])));

  return {
    articles,
    revisions,
    claims,
    clusters,
    members,
    sketches,
    candidateKeys,
    shards,
    days,
    objects,
    raw: {
      async putRaw(partner, sha256) {
        objects.add(`${partner}/${sha256}`);
      },
      async quarantineRaw({ partner, articleId, sha256 }) {
        objects.add(`quarantine/${partner}/${articleId}/${sha256}`);
      },
    },
    table: {
      async readSnapshot(keys): Promise<Snapshot> {
        return {
          articles: pick(articles, keys.articleIds),
          claims: pick(
            claims,
            keys.claims.map(({ kind, hash }) => `${kind}#${hash}`),
          ),
          clusters: pick(clusters, keys.clusterIds),
          candidateKeys: pick(candidateKeys, keys.candidateKeys),
          days: pick(days, keys.days),
        };
      },
      async readCandidates(sketchIds) {
        const clusterIds = sketchIds.map((id) => readSketchId(id).clusterId);
        return { sketches: pick(sketches, sketchIds), clusters: pick(clusters, clusterIds) };
      },
      async commit(writes) {
        refuseRepeatedItems(writes);
        const failing = writes.filter((write) => !unchecked.includes(write.kind) && !holds(write));
        if (failing.length > 0) {
          return {
            committed: false,
            learnedClusterIds: failing.flatMap((write) => ("clusterId" in write ? [write.clusterId] : [])),
          };
        }
        for (const write of writes) apply(write);
        return { committed: true };
      },
      async getOldestMember(clusterId) {
        const all = [...(members.get(clusterId) ?? [])];
        all.sort(([a, x], [b, y]) => (`${x.joinedAt}#${a}` < `${y.joinedAt}#${b}` ? -1 : 1));
        return all[0]?.[0];
      },
    },
  };
}

/** DynamoDB refuses a transaction with two writes of one item, and one of more than a hundred. */
function refuseRepeatedItems(writes: readonly ArticleWrite[]): void {
  const items = writes.flatMap(listItems);
  const repeated = items.find((item, index) => items.indexOf(item) !== index);
  if (repeated !== undefined) throw new Error(`The transaction writes ${repeated} twice.`);
  if (items.length > 100) throw new Error(`The transaction has ${items.length} writes.`);
}

/** The items that a write is about, as the table lays them out. */
function listItems(write: ArticleWrite): string[] {
  switch (write.kind) {
    case "article":
      return [`article#${write.article.id}`];
    case "revision":
      return [`article#${write.articleId} revision#${write.revision.revision}`];
    case "claim":
      return [`${write.claimKind}#${write.hash}`];
    case "join":
    case "leave":
      return [`cluster#${write.clusterId}`, `cluster#${write.clusterId} member#${write.articleId}`];
    case "member":
      return [`cluster#${write.clusterId} member#${write.articleId}`];
    case "cluster": {
      const { clusterId, promoted } = write;
      return [`cluster#${clusterId}`, ...(promoted ? [`cluster#${clusterId} member#${promoted.articleId}`] : [])];
    }
    case "sketch":
    case "forget":
      return [`sketch#${write.sketchId}`];
    case "candidate":
      return [`candidate#${write.hash}`];
    case "related":
      return [`cluster#${write.clusterId} related#${write.articleId}`];
    case "day":
      return [`days#${write.day}`];
  }
}

/** A copy that nobody can change, so that it can be given to every reader as it is. */
function keep<T extends object>(value: T): T {
  return freezeDeep(structuredClone(value));
}

function freezeDeep<T extends object>(value: T): T {
  for (const part of Object.values(value)) if (typeof part === "object" && part !== null) freezeDeep(part);
  return Object.freeze(value);
}
