import { setTimeout as sleep } from "node:timers/promises";
import {
  BatchGetItemCommand,
  type CancellationReason,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  type KeysAndAttributes,
  ProvisionedThroughputExceededException,
  PutItemCommand,
  QueryCommand,
  TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import { readArticleItem, toArticleItem } from "./article-item.ts";
import {
  type ArticleRecord,
  CandidateKey,
  Claim,
  Cluster,
  ClusterEntry,
  ClusterSketch,
  type Day,
  RevisionRecord,
} from "./article-record.ts";
import type { ArticleWrite, Candidates, CommitResult, Snapshot, SnapshotKeys } from "./article-writes.ts";
import { readDayItem } from "./day-item.ts";
import { articleKeys, readSketchId, sketchIdOf } from "./table-keys.ts";

export type ArticleTable = ReturnType<typeof openArticleTable>;

/** The articles table: single articles, their revisions, and the transaction of the ingest protocol. */
export function openArticleTable(client: DynamoDBClient, tableName: string) {
  const item = (key: Record<string, string>, attributes: object) =>
    marshall({ ...attributes, ...key }, { removeUndefinedValues: true });

  async function getItem(key: Record<string, string>): Promise<Record<string, unknown> | undefined> {
    const answer = await client.send(
      new GetItemCommand({ TableName: tableName, Key: marshall(key), ConsistentRead: true }),
    );
    return answer.Item && unmarshall(answer.Item);
  }

  /** Everything that a decision rests on, in one consistent BatchGetItem. */
  async function readSnapshot(keys: SnapshotKeys): Promise<Snapshot> {
    const wanted = [
      ...keys.articleIds.map((id) => articleKeys.article(id)),
      ...keys.claims.map((claim) => articleKeys.claim(claim.kind, claim.hash)),
      ...keys.clusterIds.map((id) => articleKeys.cluster(id)),
      ...keys.candidateKeys.map((hash) => articleKeys.candidate(hash)),
      ...keys.days.map((day) => articleKeys.day(day)),
    ];
    const found = await getItems(client, tableName, wanted);
    const articles = new Map<string, ArticleRecord>();
    const claims = new Map<string, Claim>();
    const clusters = new Map<string, Cluster>();
    const candidateKeys = new Map<string, CandidateKey>();
    const days = new Map<string, Day>();
    for (const entry of found) {
      const pk = String(entry["pk"]);
      const name = pk.slice(pk.indexOf("#") + 1);
      if (pk === articleKeys.day("").pk) days.set(String(entry["sk"]), readDayItem(entry));
      else if (pk.startsWith("article#")) articles.set(name, readArticleItem(entry));
      else if (pk.startsWith("candidate#")) candidateKeys.set(name, CandidateKey.parse(entry));
      else if (pk.startsWith("cluster#")) clusters.set(name, Cluster.parse(entry));
      else claims.set(pk, Claim.parse(entry));
    }
    return { articles, claims, clusters, candidateKeys, days };
  }

  /** Sketches of texts that may be the same, and the items of their clusters; those that are absent are left out. */
  async function readCandidates(sketchIds: readonly string[]): Promise<Candidates> {
    const found = await getItems(
      client,
      tableName,
      sketchIds.flatMap((id) => [articleKeys.sketch(id), articleKeys.cluster(readSketchId(id).clusterId)]),
    );
    const sketches = new Map<string, ClusterSketch>();
    const clusters = new Map<string, Cluster>();
    for (const entry of found) {
      const clusterId = String(entry["pk"]).slice("cluster#".length);
      const [kind, articleId] = String(entry["sk"]).split("#");
      if (kind === "sketch") sketches.set(sketchIdOf(clusterId, articleId), ClusterSketch.parse(entry));
      else clusters.set(clusterId, Cluster.parse(entry));
    }
    return { sketches, clusters };
  }

  /** All writes or none. */
  async function commit(writes: readonly ArticleWrite[]): Promise<CommitResult> {
    const items = writes.flatMap((write) => toTransactItems(write));
    try {
      await client.send(new TransactWriteItemsCommand({ TransactItems: items.map(({ request }) => request) }));
      return { committed: true };
    } catch (error) {
      if (!(error instanceof TransactionCanceledException)) throw error;
      const reasons = error.CancellationReasons ?? [];
      if (!reasons.some(isConflict)) throw error;
      const learned = items.filter((_, index) => reasons[index]?.Code === "ConditionalCheckFailed");
      return { committed: false, learnedClusterIds: learned.flatMap(({ clusterId }) => clusterId ?? []) };
    }
  }

  function toTransactItems(write: ArticleWrite): { request: TransactWriteItem; clusterId?: string }[] {
    switch (write.kind) {
      case "article": {
        const { article, expectedVersion, shards = { byDay: 1, byArrival: 1 } } = write;
        const put = {
          TableName: tableName,
          Item: item(articleKeys.article(article.id), toArticleItem(article, shards)),
        };
        const request: TransactWriteItem =
          expectedVersion === undefined
            ? { Put: { ...put, ConditionExpression: "attribute_not_exists(pk)" } }
            : {
                Put: {
                  ...put,
                  ConditionExpression: "version = :version",
                  ExpressionAttributeValues: marshall({ ":version": expectedVersion }),
                },
              };
        return [{ request }];
      }
      case "revision": {
        const key = articleKeys.revision(write.articleId, write.revision.revision);
        return [{ request: { Put: { TableName: tableName, Item: item(key, write.revision) } } }];
      }
      case "claim": {
        const put = { TableName: tableName, Item: item(articleKeys.claim(write.claimKind, write.hash), write.claim) };
        const request: TransactWriteItem =
          write.expectedArticleId === undefined
            ? { Put: { ...put, ConditionExpression: "attribute_not_exists(pk)" } }
            : {
                Put: {
                  ...put,
                  ConditionExpression: "articleId = :claimant",
                  ExpressionAttributeValues: marshall({ ":claimant": write.expectedArticleId }),
                },
              };
        return [{ request }];
      }
      case "join":
        return [
          {
            clusterId: write.clusterId,
            request: {
              Update: {
                TableName: tableName,
                Key: marshall(articleKeys.cluster(write.clusterId)),
                UpdateExpression: "SET originalId = :original ADD members :one",
                ConditionExpression: "attribute_not_exists(pk) OR originalId = :original",
                ExpressionAttributeValues: marshall({ ":original": write.duplicate.originalId, ":one": 1 }),
              },
            },
          },
          { request: putMember(write) },
        ];
      case "member":
        return [{ request: putMember(write) }];
      case "leave":
        return [
          { request: deleteMember(write.clusterId, write) },
          {
            request: {
              Update: {
                TableName: tableName,
                Key: marshall(articleKeys.cluster(write.clusterId)),
                UpdateExpression: "ADD members :minusOne",
                ExpressionAttributeValues: marshall({ ":minusOne": -1 }),
              },
            },
          },
        ];
      case "cluster": {
        const { clusterId, cluster, expected } = write;
        const put = { TableName: tableName, Item: item(articleKeys.cluster(clusterId), cluster) };
        const original = expected?.originalId;
        const request: TransactWriteItem =
          expected === undefined
            ? { Put: { ...put, ConditionExpression: "attribute_not_exists(pk)" } }
            : {
                Put: {
                  ...put,
                  ConditionExpression: `members = :members AND ${original === undefined ? "attribute_not_exists(originalId) AND attribute_not_exists(mergedInto)" : "originalId = :original"}`,
                  ExpressionAttributeValues: marshall(
                    { ":members": expected.members, ":original": original },
                    { removeUndefinedValues: true },
                  ),
                },
              };
        const promoted = write.promoted === undefined ? [] : [{ request: deleteMember(clusterId, write.promoted) }];
        return [{ clusterId, request }, ...promoted];
      }
      case "sketch":
        return [
          { request: { Put: { TableName: tableName, Item: item(articleKeys.sketch(write.sketchId), write.sketch) } } },
        ];
      case "forget":
        return [{ request: { Delete: { TableName: tableName, Key: marshall(articleKeys.sketch(write.sketchId)) } } }];
      case "candidate": {
        const put = { TableName: tableName, Item: item(articleKeys.candidate(write.hash), write.key) };
        const request: TransactWriteItem =
          write.expected === undefined
            ? { Put: { ...put, ConditionExpression: "attribute_not_exists(pk)" } }
            : {
                Put: {
                  ...put,
                  ConditionExpression: "sketchIds = :sketchIds AND expiresAt = :expiresAt",
                  ExpressionAttributeValues: marshall({
                    ":sketchIds": write.expected.sketchIds,
                    ":expiresAt": write.expected.expiresAt,
                  }),
                },
              };
        return [{ request }];
      }
      case "related": {
        const key = articleKeys.related(write.clusterId, write.relatedAt, write.articleId);
        return [{ request: { Put: { TableName: tableName, Item: item(key, { articleId: write.articleId }) } } }];
      }
      case "day":
        return [
          {
            request: {
              Update: {
                TableName: tableName,
                Key: marshall(articleKeys.day(write.day)),
                UpdateExpression: "ADD lists :lists SET shards = if_not_exists(shards, :shards)",
                ExpressionAttributeValues: marshall({ ":lists": new Set(write.lists), ":shards": write.shards ?? 1 }),
              },
            },
          },
        ];
    }
  }

  function putMember(write: Extract<ArticleWrite, { kind: "join" | "member" }>): TransactWriteItem {
    const { clusterId, articleId, source, duplicate } = write;
    const key = articleKeys.member(clusterId, duplicate.joinedAt, articleId);
    return { Put: { TableName: tableName, Item: item(key, { articleId, source, ...duplicate }) } };
  }

  function deleteMember(clusterId: string, member: { articleId: string; joinedAt: string }): TransactWriteItem {
    return {
      Delete: {
        TableName: tableName,
        Key: marshall(articleKeys.member(clusterId, member.joinedAt, member.articleId)),
        ConditionExpression: "attribute_exists(pk)",
      },
    };
  }

  return {
    readSnapshot,
    readCandidates,
    commit,

    async getArticle(id: string): Promise<ArticleRecord | undefined> {
      const found = await getItem(articleKeys.article(id));
      return found && readArticleItem(found);
    },

    async getCluster(clusterId: string): Promise<Cluster | undefined> {
      const found = await getItem(articleKeys.cluster(clusterId));
      return found && Cluster.parse(found);
    },

    /** The duplicate that joined first: who becomes the original when the original leaves. */
    async getOldestMember(clusterId: string): Promise<string | undefined> {
      const { members } = await listMembers(clusterId, { limit: 1 });
      return members[0]?.articleId;
    },

    listMembers,

    /** A revision that is no longer the current one. */
    async getRevision(id: string, revision: number): Promise<RevisionRecord | undefined> {
      const found = await getItem(articleKeys.revision(id, revision));
      return found && RevisionRecord.parse(found);
    },

    /** Superseded revisions below `before`, newest first. */
    async listSupersededRevisions(id: string, options: { before: number; limit: number }): Promise<RevisionRecord[]> {
      // DynamoDB refuses a range that is upside down; there is nothing below the first revision.
      if (options.before <= 1) return [];
      const answer = await client.send(
        new QueryCommand({
          TableName: tableName,
          KeyConditionExpression: "pk = :pk AND sk BETWEEN :first AND :last",
          ExpressionAttributeValues: marshall({
            ":pk": articleKeys.article(id).pk,
            ":first": articleKeys.revision(id, 1).sk,
            ":last": articleKeys.revision(id, options.before - 1).sk,
          }),
          ScanIndexForward: false,
          ConsistentRead: true,
          Limit: options.limit,
        }),
      );
      return (answer.Items ?? []).map((entry) => RevisionRecord.parse(unmarshall(entry)));
    },

    /**
     * Writes an article's item without a change, so that the stream tells of it again. No index has the attribute.
     *
     * @returns false when there is no such article
     */
    async touchArticle(id: string, at: Date): Promise<boolean> {
      try {
        await client.send(
          new UpdateItemCommand({
            TableName: tableName,
            Key: marshall(articleKeys.article(id)),
            UpdateExpression: "SET touchedAt = :at",
            ConditionExpression: "attribute_exists(pk)",
            ExpressionAttributeValues: marshall({ ":at": at.toISOString() }),
          }),
        );
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return false;
        throw error;
      }
    },

    /** Lines that recur in the articles of a partner, encoded. */
    async getLineProfile(partner: string): Promise<Uint8Array | undefined> {
      const found = await getItem(articleKeys.lineProfile(partner));
      return found?.["lines"] as Uint8Array | undefined;
    },

    async putLineProfile(partner: string, lines: Uint8Array): Promise<void> {
      await client.send(
        new PutItemCommand({ TableName: tableName, Item: item(articleKeys.lineProfile(partner), { lines }) }),
      );
    },

    /** Articles that tell the same story as a cluster in other words, the latest first. */
    async listRelated(clusterId: string, limit: number): Promise<string[]> {
      const answer = await client.send(
        new QueryCommand({
          TableName: tableName,
          KeyConditionExpression: "pk = :pk AND begins_with(sk, :related)",
          ExpressionAttributeValues: marshall({ ":pk": articleKeys.cluster(clusterId).pk, ":related": "related#" }),
          ScanIndexForward: false,
          Limit: limit,
        }),
      );
      return (answer.Items ?? []).map((entry) => String(unmarshall(entry)["articleId"]));
    },

    /** Articles by ID, in no order; those that are absent are left out. */
    async getArticles(ids: readonly string[]): Promise<ArticleRecord[]> {
      const found = await getItems(
        client,
        tableName,
        ids.map((id) => articleKeys.article(id)),
      );
      return found.map((entry) => readArticleItem(entry));
    },
  };

  /** Duplicates of a cluster in the order in which they joined, after the position of an earlier one. */
  async function listMembers(
    clusterId: string,
    options: { limit: number; after?: string | undefined },
  ): Promise<{ members: ClusterEntry[]; hasMore: boolean }> {
    const answer = await client.send(
      new QueryCommand({
        TableName: tableName,
        KeyConditionExpression: "pk = :pk AND sk BETWEEN :first AND :last",
        ExpressionAttributeValues: marshall({
          ":pk": articleKeys.cluster(clusterId).pk,
          // The lowest string above a position is the position with the lowest character behind it.
          ":first": `${options.after ?? "member#"}\u0000`,
          ":last": "member#~",
        }),
        ConsistentRead: true,
        Limit: options.limit,
      }),
    );
    const entries = (answer.Items ?? []).map((entry) => unmarshall(entry));
    return {
      members: entries.map((entry) => ClusterEntry.parse({ ...entry, position: entry["sk"] })),
      hasMore: answer.LastEvaluatedKey !== undefined,
    };
  }
}

function isConflict(reason: CancellationReason): boolean {
  return reason.Code === "ConditionalCheckFailed" || reason.Code === "TransactionConflict";
}

async function getItems(
  client: DynamoDBClient,
  tableName: string,
  keys: readonly Record<string, string>[],
): Promise<Record<string, unknown>[]> {
  const found: Record<string, unknown>[] = [];
  // DynamoDB takes at most 100 keys a request and may leave some of them for the next one.
  const pending = [...new Map(keys.map((key) => [JSON.stringify(key), key])).values()].map((key) => marshall(key));
  for (let round = 0; pending.length > 0; round++) {
    const batch = pending.splice(0, 100);
    const request: Record<string, KeysAndAttributes> = { [tableName]: { Keys: batch, ConsistentRead: true } };
    const answer = await client.send(new BatchGetItemCommand({ RequestItems: request }));
    for (const entry of answer.Responses?.[tableName] ?? []) found.push(unmarshall(entry));
    const unprocessed = answer.UnprocessedKeys?.[tableName]?.Keys ?? [];
    if (unprocessed.length === 0) continue;
    if (round >= 6)
      throw new ProvisionedThroughputExceededException({ message: "Items stay unprocessed.", $metadata: {} });
    // To DynamoDB this answer is a success, so the SDK does not wait by itself.
    await sleep(20 * 2 ** round);
    pending.push(...unprocessed);
  }
  return found;
}
