import { expect, test } from "vitest";
import { type Departure, leaveCluster } from "../../../shared/leave-cluster.ts";
import type { ArticleRecord, Cluster, DuplicateRecord, LiveArticle } from "../../../shared/stores/article-record.ts";

const joinedAt = "2026-11-23T10:00:00.000Z";
const membership: DuplicateRecord = { originalId: "o", match: "content", similarity: 1, joinedAt };

function makeArticle(id: string, duplicate?: DuplicateRecord): LiveArticle {
  return {
    id,
    partner: "p",
    status: "live",
    outcome: "created",
    revision: 1,
    version: 3,
    ingestedAt: joinedAt,
    modifiedAt: joinedAt,
    timelineKey: `${joinedAt}#${id}`,
    clusterId: "c",
    ...(duplicate && { duplicate }),
    metadataDigest: "m",
    raw: { sha256: "s", bytes: 1, contentType: "text/plain", charset: "utf-8" },
    sanitation: { removed: [] },
    warnings: [],
  };
}

const original = makeArticle("o");
const heir = makeArticle("h", membership);
const { duplicate: _, ...promoted } = heir;
const tombstone: ArticleRecord = {
  id: "h",
  partner: "p",
  status: "retracted",
  revision: 1,
  version: 4,
  ingestedAt: joinedAt,
  modifiedAt: joinedAt,
  timelineKey: `${joinedAt}#h`,
  clusterId: "c",
};

interface World {
  readonly article?: LiveArticle;
  readonly cluster?: Cluster;
  readonly isKnown?: boolean;
  readonly articles?: readonly ArticleRecord[];
  readonly oldestMember?: string;
  readonly mergeInto?: string;
}

const vacate = (cluster: Cluster, expected: Cluster | undefined): Departure => ({
  writes: [{ kind: "cluster", clusterId: "c", cluster, expected }],
});
const withHeir: Cluster = { originalId: "o", members: 2 };

const cases: [name: string, world: World, departure: Departure][] = [
  [
    "a duplicate just leaves",
    { article: heir },
    { writes: [{ kind: "leave", clusterId: "c", articleId: "h", joinedAt }] },
  ],
  [
    "a duplicate that others are found by is forgotten",
    { article: makeArticle("h", { ...membership, hasSketch: true }) },
    {
      writes: [
        { kind: "leave", clusterId: "c", articleId: "h", joinedAt },
        { kind: "forget", sketchId: "c/h" },
      ],
    },
  ],
  ["whether an original has heirs has to be read first", { isKnown: false }, { missing: { clusterIds: ["c"] } }],
  ["an original that nobody joined leaves a vacant cluster", {}, vacate({ members: 0 }, undefined)],
  [
    "so does one that all have left",
    { cluster: { originalId: "o", members: 0 } },
    vacate({ members: 0 }, { originalId: "o", members: 0 }),
  ],
  [
    "one that becomes a copy takes its cluster along",
    { mergeInto: "d" },
    vacate({ members: 0, mergedInto: "d" }, undefined),
  ],
  ["the oldest member has to be read", { cluster: withHeir, oldestMember: "h" }, { missing: { articleIds: ["h"] } }],
  [
    "the member that was there a moment ago is gone: the cluster is read again",
    { cluster: withHeir },
    { missing: { clusterIds: ["c"] } },
  ],
  [
    "the oldest member has just been retracted: it is read again",
    { cluster: withHeir, oldestMember: "h", articles: [tombstone] },
    { missing: { articleIds: ["h"] } },
  ],
  [
    "the oldest member has just become an original of its own: it is read again",
    { cluster: withHeir, oldestMember: "h", articles: [makeArticle("h")] },
    { missing: { articleIds: ["h"] } },
  ],
  [
    "the oldest member becomes the original, and is no member any more",
    { cluster: withHeir, oldestMember: "h", articles: [heir], mergeInto: "d" },
    {
      writes: [
        { kind: "article", article: { ...promoted, version: 4 }, expectedVersion: 3 },
        {
          kind: "cluster",
          clusterId: "c",
          cluster: { originalId: "h", members: 1 },
          expected: withHeir,
          promoted: { articleId: "h", joinedAt },
        },
      ],
      heir: { article: { ...promoted, version: 4 }, before: heir },
    },
  ],
];

test.each(cases)("%s", async (_name, world, departure) => {
  const { article = original, cluster, isKnown = true, articles = [], oldestMember, mergeInto } = world;
  const left = await leaveCluster(article, {
    snapshot: {
      articles: new Map(articles.map((one) => [one.id, one])),
      claims: new Map(),
      clusters: new Map(cluster === undefined ? [] : [["c", cluster]]),
      candidateKeys: new Map(),
      days: new Map(),
    },
    knownClusterIds: new Set(isKnown ? ["c"] : []),
    ...(mergeInto !== undefined && { mergeInto }),
    articles: { getOldestMember: async () => oldestMember },
  });
  expect(left).toStrictEqual(departure);
});
