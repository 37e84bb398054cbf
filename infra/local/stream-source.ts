import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListStreamsCommand,
  type _Record as StreamRecord,
} from "@aws-sdk/client-dynamodb-streams";
import type { DynamoDBRecord } from "aws-lambda";
import { requestHandler } from "../../shared/stores/aws-clients.ts";
import type { FunctionPool } from "./function-pool.ts";
import { matchesFilter } from "./matches-filter.ts";
import type { LocalStreamSource } from "./read-stack.ts";

/** How often a stream is asked when it has nothing new. */
const idleMs = 100;

/** Longest pause before a batch that failed is tried again. */
const maxBackOffMs = 5000;

export interface StreamSource {
  close(): Promise<void>;
}

/**
 * Hands the records of a table's stream to a function, as Lambda does: in order, batch after batch, each until it succeeds, or,
 * where the source says so, in halves down to the record that fails, which is given up after so many attempts.
 * How far it has come is kept in a file, so that a restart goes on there; a crash can hand over the last batch twice.
 */
export function openStreamSource(
  source: LocalStreamSource,
  options: {
    readonly endpoint: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
    readonly pool: FunctionPool;
    /** Holds the sequence number of the last record that was handed over, by shard. */
    readonly file: string;
    readonly onFailure: (line: string) => void;
    /** Tells a queue of what was given up. */
    readonly park: (queue: string, message: string) => void;
  },
): StreamSource {
  const { endpoint, credentials, pool, file, onFailure, park } = options;
  const client = new DynamoDBStreamsClient({ region: "us-east-1", endpoint, credentials, requestHandler });
  const positions: Record<string, string> = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
  const stopping = new AbortController();

  const savePosition = (shardId: string, sequenceNumber: string) => {
    positions[shardId] = sequenceNumber;
    writeFileSync(`${file}.new`, JSON.stringify(positions));
    renameSync(`${file}.new`, file);
  };

  async function findIterator(streamArn: string, shardId: string): Promise<string | undefined> {
    const after = positions[shardId];
    const start =
      after === undefined
        ? ({ ShardIteratorType: "TRIM_HORIZON" } as const)
        : ({ ShardIteratorType: "AFTER_SEQUENCE_NUMBER", SequenceNumber: after } as const);
    const answer = await client.send(new GetShardIteratorCommand({ StreamArn: streamArn, ShardId: shardId, ...start }));
    return answer.ShardIterator;
  }

  async function handOver(records: readonly StreamRecord[]): Promise<void> {
    if (records.length === 0) return;
    const { functionId, bisects, maxRetries, deadLetters } = source;
    const event = { Records: records.map(toLambdaRecord) };
    let backOffMs = idleMs;
    for (let retries = 0; !stopping.signal.aborted; retries++) {
      try {
        await pool.invoke(event);
        return;
      } catch (error) {
        if (!stopping.signal.aborted) onFailure(`${functionId} failed on a batch of its stream: ${error}`);
      }
      if (bisects && records.length > 1) {
        const half = Math.ceil(records.length / 2);
        await handOver(records.slice(0, half));
        await handOver(records.slice(half));
        return;
      }
      if (retries === maxRetries) {
        onFailure(`${functionId} goes on without ${records.length} records of its stream.`);
        if (deadLetters !== undefined) park(deadLetters, describeGivenUp(records, retries + 1));
        return;
      }
      await pause(backOffMs);
      backOffMs = Math.min(2 * backOffMs, maxBackOffMs);
    }
  }

  const pause = (ms: number) => sleep(ms, undefined, { signal: stopping.signal }).catch(() => {});

  async function follow(): Promise<void> {
    const { Streams } = await client.send(new ListStreamsCommand({ TableName: source.tableName }));
    const streamArn = Streams?.[0]?.StreamArn;
    if (streamArn === undefined) throw new Error(`The table ${source.tableName} has no stream.`);
    const { StreamDescription } = await client.send(new DescribeStreamCommand({ StreamArn: streamArn }));
    const shards = (StreamDescription?.Shards ?? []).flatMap(({ ShardId }) => ShardId ?? []);
    await Promise.all(shards.map((shardId) => followShard(streamArn, shardId)));
  }

  async function followShard(streamArn: string, shardId: string): Promise<void> {
    let iterator = await findIterator(streamArn, shardId);
    while (!stopping.signal.aborted && iterator !== undefined) {
      const answer = await client.send(new GetRecordsCommand({ ShardIterator: iterator, Limit: source.batchSize }), {
        abortSignal: stopping.signal,
      });
      const records = answer.Records ?? [];
      if (records.length === 0) await pause(idleMs);
      else {
        await handOver(records.filter((record) => source.filters.some((filter) => matchesFilter(record, filter))));
        const last = records.at(-1)?.dynamodb?.SequenceNumber;
        if (!stopping.signal.aborted && last !== undefined) savePosition(shardId, last);
      }
      iterator = answer.NextShardIterator;
    }
  }

  const running = (async () => {
    while (!stopping.signal.aborted) {
      try {
        await follow();
      } catch (error) {
        if (!stopping.signal.aborted) onFailure(`The stream of ${source.tableName} cannot be read: ${error}`);
      }
      await pause(1000);
    }
  })();
  return {
    async close() {
      stopping.abort();
      await running;
      client.destroy();
    },
  };
}

/** What Lambda tells of a batch that it gave up: where it lies in the stream, not what is in it. */
function describeGivenUp(records: readonly StreamRecord[], attempts: number): string {
  const sequenceNumbers = records.map(({ dynamodb }) => dynamodb?.SequenceNumber);
  return JSON.stringify({
    requestContext: { condition: "RetryAttemptsExhausted", approximateInvokeCount: attempts },
    version: "1.0",
    timestamp: new Date().toISOString(),
    DDBStreamBatchInfo: {
      startSequenceNumber: sequenceNumbers[0],
      endSequenceNumber: sequenceNumbers.at(-1),
      batchSize: records.length,
    },
  });
}

/** In Lambda's event, bytes are Base64 and the time is in seconds. */
function toLambdaRecord(record: StreamRecord): DynamoDBRecord {
  return JSON.parse(
    JSON.stringify(record, function (this: Record<string, unknown>, name, value: unknown) {
      const original = this[name];
      if (original instanceof Uint8Array) return Buffer.from(original).toString("base64");
      return original instanceof Date ? original.getTime() / 1000 : value;
    }),
  );
}
