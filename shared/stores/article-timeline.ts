import { type DynamoDBClient, QueryCommand } from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import * as z from "zod";
import { ArticleSummary } from "../api/article.ts";
import { articleKeys, type TimelineIndex, timelineIndexes } from "./table-keys.ts";

/** An article as the indexes carry it. */
export const TimelineEntry = ArticleSummary.extend({ timelineKey: z.string() });
export type TimelineEntry = z.infer<typeof TimelineEntry>;

/** A stretch of a timeline: `from` belongs to it, `before` does not. */
export interface Stretch {
  readonly from: string;
  readonly before: string;
}

export type ArticleTimeline = ReturnType<typeof openArticleTimeline>;

/** The indexes of the articles table, newest first. Every read is a Query of one partition; nothing scans. */
export function openArticleTimeline(client: DynamoDBClient, tableName: string) {
  async function query(
    partition: { name: string; value: string; sortKey: string; index?: TimelineIndex },
    stretch: Stretch,
    limit: number,
  ): Promise<{ items: Record<string, unknown>[]; hasMore: boolean }> {
    // DynamoDB refuses a range that is upside down; it holds nothing.
    if (stretch.from > stretch.before) return { items: [], hasMore: false };
    const answer = await client.send(
      new QueryCommand({
        TableName: tableName,
        ...(partition.index && { IndexName: partition.index }),
        KeyConditionExpression: "#partition = :partition AND #sort BETWEEN :from AND :before",
        ExpressionAttributeNames: { "#partition": partition.name, "#sort": partition.sortKey },
        ExpressionAttributeValues: marshall({
          ":partition": partition.value,
          ":from": stretch.from || " ",
          ":before": stretch.before,
        }),
        ScanIndexForward: false,
        // BETWEEN takes both ends, so one more is asked for and the upper end is dropped.
        Limit: limit + 1,
      }),
    );
    const items = (answer.Items ?? []).map((item) => unmarshall(item));
    return {
      items: items.filter((item) => item[partition.sortKey] !== stretch.before),
      hasMore: answer.LastEvaluatedKey !== undefined,
    };
  }

  return {
    /** Entries of one partition (a day, a source, a partner) of an index. */
    async queryEntries(wanted: {
      readonly index: TimelineIndex;
      readonly partition: string;
      readonly stretch: Stretch;
      readonly limit: number;
    }): Promise<{ entries: TimelineEntry[]; hasMore: boolean }> {
      const { index, stretch, limit } = wanted;
      const { partitionKey, sortKey } = timelineIndexes[index];
      const { items, hasMore } = await query(
        { index, name: partitionKey, value: wanted.partition, sortKey },
        stretch,
        limit,
      );
      return { entries: items.map((item) => TimelineEntry.parse(item)), hasMore };
    },

    /** Days that have articles. */
    async queryDays(stretch: Stretch, limit: number): Promise<{ days: string[]; hasMore: boolean }> {
      const { items, hasMore } = await query(
        { name: "pk", value: articleKeys.day("").pk, sortKey: "sk" },
        stretch,
        limit,
      );
      return { days: items.map((item) => String(item["sk"])), hasMore };
    },
  };
}
