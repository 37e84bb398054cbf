import { BatchWriteItemCommand, type DynamoDBClient, type WriteRequest } from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import { toArticleItem } from "../../../shared/stores/article-item.ts";
import { type ArticleRecord, kindOf } from "../../../shared/stores/article-record.ts";
import { articleKeys, type DayIndex, dayListOf, dayOf } from "../../../shared/stores/table-keys.ts";

/** Every tenth day is spread over so many shards, as after a day of great haste. */
const spreadShards = 3;
const shardsOf = (day: string) => (day.endsWith("7") ? spreadShards : 1);

/**
 * Writes articles into the table as the pipeline's transaction would leave them, as far as lists go: their items, made by the
 * same code, and those of their days.
 */
export async function loadArchive(
  client: DynamoDBClient,
  options: {
    readonly table: string;
    readonly articles: readonly ArticleRecord[];
    readonly onProgress: (done: number) => void;
  },
): Promise<void> {
  const { table, articles, onProgress } = options;
  const days = new Map<string, Set<string>>();
  const requests: Record<string, unknown>[] = [];
  for (const article of articles) {
    const shards = { byDay: 1, byArrival: 1 };
    for (const [index, at] of Object.entries({ byDay: article.timelineKey, byArrival: article.ingestedAt })) {
      const day = dayOf(at);
      shards[index as DayIndex] = shardsOf(day);
      days.set(day, (days.get(day) ?? new Set()).add(dayListOf(index as DayIndex, kindOf(article))));
    }
    requests.push(toArticleItem(article, shards));
  }
  for (const [day, lists] of days) requests.push({ ...articleKeys.day(day), lists, shards: shardsOf(day) });

  for (let from = 0; from < requests.length; from += 25) {
    const batch = requests
      .slice(from, from + 25)
      .map((item): WriteRequest => ({ PutRequest: { Item: marshall(item, { removeUndefinedValues: true }) } }));
    const answer = await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: batch } }));
    if (Object.keys(answer.UnprocessedItems ?? {}).length > 0) throw new Error("Items were left unprocessed.");
    onProgress(Math.min(from + 25, articles.length));
  }
}
