import type { DynamoDBStreamEvent } from "aws-lambda";
import { describeDocument } from "../shared/describe-document.ts";
import type { ArticleRecord } from "../shared/stores/article-record.ts";
import { connectS3 } from "../shared/stores/aws-clients.ts";
import { connectSearch } from "../shared/stores/connect-search.ts";
import { openRawBucket } from "../shared/stores/raw-bucket.ts";
import { readStreamRecord } from "../shared/stores/read-stream-record.ts";
import { openSearchIndex } from "../shared/stores/search-index.ts";
import { readSetting } from "./http/read-setting.ts";

const bucket = openRawBucket(connectS3(), readSetting("RAW_BUCKET"));
const index = openSearchIndex(connectSearch(readSetting("SEARCH_ENDPOINT")));

/** So many raw documents are in memory at a time; each may have 8 MB. */
const atOnce = 8;

/**
 * Keeps the search index as the stream of the articles table tells. Not an operation: the stream calls it, for each article in the
 * order of its writes, and again when it fails, so that it must not matter how often a write is told.
 */
export async function handler(event: DynamoDBStreamEvent): Promise<void> {
  /** As each article was written last: what came before it in this batch is no longer true. */
  const latest = new Map<string, ArticleRecord>();
  for (const record of event.Records) {
    const { before, after } = readStreamRecord(record) ?? {};
    if (after !== undefined) latest.set(after.id, after);
    else if (before !== undefined) latest.set(before.id, { ...before, status: "retracted" });
  }
  const articles = [...latest.values()];
  const live = articles.filter((article) => article.status === "live");
  const removed = articles.filter((article) => article.status !== "live").map(({ id }) => id);
  await index.writeDocuments([], removed);
  for (let from = 0; from < live.length; from += atOnce) {
    const documents = live.slice(from, from + atOnce).map(async (article) => {
      return describeDocument(article, await bucket.getRaw(article.partner, article.raw.sha256));
    });
    await index.writeDocuments(await Promise.all(documents), []);
  }
}
