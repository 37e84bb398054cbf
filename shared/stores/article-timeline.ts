import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  QueryCommand,
  type QueryCommandInput,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import { readListedItem, type TimelineEntry } from "./article-item.ts";
import type { Day } from "./article-record.ts";
import { readDayItem } from "./day-item.ts";
import { articleKeys, endOfTime, type TimelineIndex, timelineIndexes } from "./table-keys.ts";

/** A stretch of keys, and the end at which to begin: `from` belongs to it, `before` does not. */
export interface Stretch {
  readonly from: string;
  readonly before: string;
  readonly isAscending: boolean;
}

export type ArticleTimeline = ReturnType<typeof openArticleTimeline>;

/** The indexes of the articles table. Every read is a Query of one partition; nothing scans. */
export function openArticleTimeline(client: DynamoDBClient, tableName: string) {
  async function query(
    partition: { readonly name: string; readonly value: string; readonly sortKey: string },
    { from, before, isAscending }: Stretch,
    input: Pick<QueryCommandInput, "IndexName" | "ConsistentRead"> & { readonly Limit: number },
  ): Promise<{ items: Record<string, unknown>[]; hasMore: boolean }> {
    // DynamoDB refuses a range that is upside down; it holds nothing.
    if (from >= before) return { items: [], hasMore: false };
    const answer = await client.send(
      new QueryCommand({
        ...input,
        TableName: tableName,
        KeyConditionExpression: "#partition = :partition AND #sort BETWEEN :from AND :before",
        ExpressionAttributeNames: { "#partition": partition.name, "#sort": partition.sortKey },
        ExpressionAttributeValues: marshall({
          ":partition": partition.value,
          ":from": from || " ",
          ":before": before,
        }),
        ScanIndexForward: isAscending,
        // BETWEEN takes both ends. Where the upper one may be an entry, one more is asked for and dropped.
        Limit: input.Limit + (isAscending || before === endOfTime ? 0 : 1),
      }),
    );
    const items = (answer.Items ?? []).map((item) => unmarshall(item));
    return {
      items: items.filter((item) => item[partition.sortKey] !== before),
      hasMore: answer.LastEvaluatedKey !== undefined,
    };
  }

  return {
    /** Entries of one partition of an index, by `partitionOf`. */
    async queryEntries(wanted: {
      readonly index: TimelineIndex;
      readonly partition: string;
      readonly stretch: Stretch;
      readonly limit: number;
    }): Promise<{ entries: TimelineEntry[]; hasMore: boolean }> {
      const { index, stretch, limit } = wanted;
      const { partitionKey, sortKey } = timelineIndexes[index];
      const partition = { name: partitionKey, value: wanted.partition, sortKey };
      const { items, hasMore } = await query(partition, stretch, { IndexName: index, Limit: limit });
      return { entries: items.map((item) => readListedItem(item, index)), hasMore };
    },

    /** Days that have articles. Read consistently: who wrote to a new shard had made it known before. */
    async queryDays(stretch: Stretch, limit: number): Promise<{ days: Day[]; hasMore: boolean }> {
      const partition = { name: "pk", value: articleKeys.day("").pk, sortKey: "sk" };
      const { items, hasMore } = await query(partition, stretch, { ConsistentRead: true, Limit: limit });
      return { days: items.map(readDayItem), hasMore };
    },

    /**
     * Spreads the lists of a day over more partitions, from now on.
     *
     * @returns false when it has as many already
     */
    async growDay(day: string, shards: number): Promise<boolean> {
      try {
        await client.send(
          new UpdateItemCommand({
            TableName: tableName,
            Key: marshall(articleKeys.day(day)),
            UpdateExpression: "SET shards = :shards",
            ConditionExpression: "attribute_not_exists(shards) OR shards < :shards",
            ExpressionAttributeValues: marshall({ ":shards": shards }),
          }),
        );
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return false;
        throw error;
      }
    },
  };
}
