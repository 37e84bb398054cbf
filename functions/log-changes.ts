import type { DynamoDBStreamEvent } from "aws-lambda";
import { describeChange } from "../shared/describe-change.ts";
import { connectDynamoDb } from "../shared/stores/aws-clients.ts";
import { openChangeLog } from "../shared/stores/change-log.ts";
import { readStreamRecord } from "../shared/stores/read-stream-record.ts";
import { embedMetrics } from "./http/embed-metrics.ts";
import { readSetting } from "./http/read-setting.ts";

const log = openChangeLog(connectDynamoDb(), readSetting("CHANGES_TABLE"));

/**
 * Writes what the stream of the articles table tells into the log of changes. Not an operation: the stream calls it, again
 * and again until it succeeds, so that a change can stand in the log twice and is never missing.
 */
export async function handler(event: DynamoDBStreamEvent): Promise<void> {
  const startedAt = performance.now();
  const changes = event.Records.flatMap((record) => {
    const article = readStreamRecord(record);
    if (article?.after === undefined) return [];
    return describeChange(article.before, article.after) ?? [];
  });
  const ids = event.Records.map(({ eventID }) => eventID);
  await log.append(`${ids[0]}..${ids.at(-1)}`, changes);
  const now = Date.now();
  const line = { level: "info", time: new Date(now).toISOString(), operation: "log-changes", changes: changes.length };
  const durationMs = Math.round(performance.now() - startedAt);
  const measured = { ...line, durationMs, changesLagMs: now - findOldestMs(event, now) };
  const metrics = embedMetrics(measured, [{ dimensions: [], metrics: ["changesLagMs"] }], now);
  process.stdout.write(`${JSON.stringify({ ...measured, ...metrics })}\n`);
}

/** When the first of these records was written, to the second. */
function findOldestMs({ Records }: DynamoDBStreamEvent, now: number): number {
  const times = Records.map(({ dynamodb }) => dynamodb?.ApproximateCreationDateTime ?? now / 1000);
  return Math.min(...times) * 1000;
}
