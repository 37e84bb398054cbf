import type {
  ArticleRecord,
  CandidateKey,
  Claim,
  Cluster,
  ClusterSketch,
  Day,
  DuplicateRecord,
  RevisionRecord,
} from "./article-record.ts";
import type { DayIndex } from "./table-keys.ts";

export type ClaimKind = "content" | "url";

/**
 * What a transaction may do, one entry an item, each with the condition that settles its race. The table store turns them
 * into DynamoDB's words, the simulator into those of its memory.
 */
export type ArticleWrite =
  /** The article as read must still stand (`version`), or be absent: settles two writers of one article. */
  | {
      readonly kind: "article";
      readonly article: ArticleRecord;
      readonly expectedVersion: number | undefined;
      /** Over how many shards its days are known to be spread; one that is not known is taken for one. */
      readonly shards?: Readonly<Record<DayIndex, number>>;
    }
  /** No condition: its content follows from the article that the same transaction replaces. */
  | { readonly kind: "revision"; readonly articleId: string; readonly revision: RevisionRecord }
  /** Absent, or still made by `expectedArticleId`: settles two equal articles that arrive at once. */
  | {
      readonly kind: "claim";
      readonly claimKind: ClaimKind;
      readonly hash: string;
      readonly claim: Claim;
      readonly expectedArticleId: string | undefined;
    }
  /** The cluster's original is still `originalId`, or nobody has said otherwise: settles joining against its leaving. */
  | {
      readonly kind: "join";
      readonly clusterId: string;
      readonly articleId: string;
      readonly source: string | undefined;
      readonly duplicate: DuplicateRecord;
    }
  /** A member that stays, with new evidence. */
  | {
      readonly kind: "member";
      readonly clusterId: string;
      readonly articleId: string;
      readonly source: string | undefined;
      readonly duplicate: DuplicateRecord;
    }
  | { readonly kind: "leave"; readonly clusterId: string; readonly articleId: string; readonly joinedAt: string }
  /** The cluster is still as read: settles a hand-over against joining. The heir is no longer a member. */
  | {
      readonly kind: "cluster";
      readonly clusterId: string;
      readonly cluster: Cluster;
      readonly expected: Cluster | undefined;
      readonly promoted?: { readonly articleId: string; readonly joinedAt: string };
    }
  /** No condition: the sketch is that of the article of the same transaction. */
  | { readonly kind: "sketch"; readonly sketchId: string; readonly sketch: ClusterSketch }
  /** No condition: keys that name a sketch which is gone lead nowhere. */
  | { readonly kind: "forget"; readonly sketchId: string }
  /** The key is still as read: settles two similar articles that arrive at once. */
  | {
      readonly kind: "candidate";
      readonly hash: string;
      readonly key: CandidateKey;
      readonly expected: CandidateKey | undefined;
    }
  /** No condition: it is a hint, and the article stands for itself. */
  | { readonly kind: "related"; readonly clusterId: string; readonly articleId: string; readonly relatedAt: string }
  /** No condition: it only ever adds lists in which a day has articles. `shards` is for a day that is not there yet. */
  | { readonly kind: "day"; readonly day: string; readonly lists: readonly string[]; readonly shards?: number };

/** The items that a decision rests on. */
export interface SnapshotKeys {
  readonly articleIds: readonly string[];
  readonly claims: readonly { readonly kind: ClaimKind; readonly hash: string }[];
  readonly clusterIds: readonly string[];
  readonly candidateKeys: readonly string[];
  readonly days: readonly string[];
}

export interface Snapshot {
  readonly articles: ReadonlyMap<string, ArticleRecord>;
  /** By `kind#hash`. */
  readonly claims: ReadonlyMap<string, Claim>;
  readonly clusters: ReadonlyMap<string, Cluster>;
  readonly candidateKeys: ReadonlyMap<string, CandidateKey>;
  readonly days: ReadonlyMap<string, Day>;
}

/** What two texts are compared by, and where their clusters stand today. */
export interface Candidates {
  /** By `CLUSTER` or `CLUSTER/ID`. */
  readonly sketches: ReadonlyMap<string, ClusterSketch>;
  readonly clusters: ReadonlyMap<string, Cluster>;
}

/** `conflict`: somebody was faster; read again and decide anew. Clusters that a failed condition has shown come along. */
export type CommitResult =
  | { readonly committed: true }
  | { readonly committed: false; readonly learnedClusterIds: readonly string[] };
