import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { createBucket, createTable } from "./create-stores.ts";
import { describeArrival } from "./describe-arrival.ts";
import { startDynamoDb } from "./dynamodb.ts";
import { type EventServer, startEventServer } from "./event-server.ts";
import { type FunctionPool, openFunctionPool } from "./function-pool.ts";
import { openHttpGateway } from "./http-gateway.ts";
import { openQueueStore, type QueueStore } from "./queues/open-queue-store.ts";
import { pollQueue } from "./queues/poll-queue.ts";
import { startQueueServer } from "./queues/start-queue-server.ts";
import { type LocalStack, readStack } from "./read-stack.ts";
import { startS3Server } from "./s3/start-s3-server.ts";
import { startSearchServer } from "./search/start-search-server.ts";
import { openStreamSource } from "./stream-source.ts";
import { localStackName } from "./synthesize.ts";

export interface RunningStack {
  readonly url: string;
  /** What a client of the stores needs, as variables of the SDK. */
  readonly environment: Readonly<Record<string, string>>;
  readonly stack: LocalStack;
  /** The last events that the bus was told of. */
  readonly events: EventServer["events"];
  /** Kills the processes of all functions, as a crash would. The next event starts new ones. */
  killFunctions(): void;
  close(): Promise<void>;
}

/**
 * Runs the synthesized stack on this machine: tables and buckets in embedded servers, or in those that the environment
 * names, functions in processes of their own, and the gateway in front. Loopback only.
 *
 * @param options.cdkOut directory that holds the synthesized stack
 * @param options.directory where the data lies; made when it is not there
 * @param options.dynamoDbEndpoint replaces the embedded DynamoDB
 * @param options.s3Endpoint replaces the embedded S3
 * @param options.nodeOptions options for the Node of the functions, to measure them
 * @param options.idleMs how long their processes wait for the next event before they end
 */
export async function runStack(options: {
  readonly cdkOut: string;
  readonly directory: string;
  readonly port?: number;
  readonly dynamoDbEndpoint?: string | undefined;
  readonly s3Endpoint?: string | undefined;
  readonly nodeOptions?: readonly string[];
  readonly idleMs?: number;
  readonly onLog: (line: string) => void;
}): Promise<RunningStack> {
  const { directory, nodeOptions, idleMs, onLog } = options;
  const closers: (() => Promise<void> | void)[] = [];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const stack = readStack(options.cdkOut, localStackName);
    const credentials = chooseCredentials();

    let dynamoDbEndpoint = options.dynamoDbEndpoint;
    if (dynamoDbEndpoint === undefined) {
      const dynamoDb = await startDynamoDb({ file: join(directory, "dynamodb.sqlite") });
      closers.push(() => dynamoDb.close());
      dynamoDbEndpoint = dynamoDb.endpoint;
    }
    const queues = openQueueStore(join(directory, "queues.sqlite"), stack.queues);
    closers.push(() => queues.close());
    const queueServer = await startQueueServer(queues);
    closers.push(() => queueServer.close());
    const eventServer = await startEventServer({ buses: stack.eventBuses, file: join(directory, "events.ndjson") });
    closers.push(() => eventServer.close());
    let s3Endpoint = options.s3Endpoint;
    if (s3Endpoint === undefined) {
      const s3 = await startS3Server({
        directory: join(directory, "s3"),
        credentials,
        onCreated: (object) => announce(object, stack, queues),
      });
      closers.push(() => s3.close());
      s3Endpoint = s3.endpoint;
    }
    const search = stack.hasSearch
      ? await startSearchServer({ directory: join(directory, "search"), credentials })
      : undefined;
    closers.push(() => search?.close());
    const environment = {
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_ENDPOINT_URL_DYNAMODB: dynamoDbEndpoint,
      AWS_ENDPOINT_URL_S3: s3Endpoint,
      AWS_ENDPOINT_URL_SQS: queueServer.endpoint,
      ...(search && { AWS_ENDPOINT_URL_AOSS: search.endpoint }),
      AWS_ENDPOINT_URL_EVENTBRIDGE: eventServer.endpoint,
      // Whoever develops a subscriber has it on the same machine.
      WEBHOOKS_MAY_BE_LOCAL: "true",
    };
    await createStores(stack, { dynamoDbEndpoint, s3Endpoint, credentials });

    const pools = new Map<string, FunctionPool>();
    for (const lambda of stack.functions) {
      pools.set(lambda.logicalId, openFunctionPool(lambda, { environment, nodeOptions, idleMs, onLog }));
    }
    closers.push(() => {
      for (const pool of pools.values()) pool.close();
    });
    for (const source of stack.streamSources) {
      const pool = pools.get(source.functionId);
      if (pool === undefined) throw new Error(`The stack has no function ${source.functionId}.`);
      const file = join(directory, `stream-${source.functionId}.json`);
      const opened = openStreamSource(source, {
        endpoint: dynamoDbEndpoint,
        credentials,
        pool,
        file,
        onFailure: onLog,
        park: (queue, message) => queues.send(queue, message),
      });
      closers.push(() => opened.close());
    }
    for (const source of stack.eventSources) {
      const pool = pools.get(source.functionId);
      if (pool === undefined) throw new Error(`The template has no function ${source.functionId}.`);
      closers.push(pollQueue(source, { store: queues, pool, onFailure: onLog }));
    }
    for (const { functionId, everyMs } of stack.schedules) {
      const pool = pools.get(functionId);
      if (pool === undefined) throw new Error(`The template has no function ${functionId}.`);
      const call = () => pool.invoke({ source: "aws.events", "detail-type": "Scheduled Event", detail: {} });
      const timer = setInterval(() => call().catch((error) => onLog(`${functionId}: ${error}`)), everyMs);
      closers.push(() => clearInterval(timer));
    }
    const gateway = await openHttpGateway({ port: options.port ?? 0, routes: stack.routes, pools, onFailure: onLog });
    closers.push(() => gateway.close());
    return {
      url: gateway.url,
      environment,
      stack,
      events: eventServer.events,
      killFunctions() {
        for (const pool of pools.values()) pool.kill();
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Tells the queues that want to know of an object. */
function announce(object: Parameters<typeof describeArrival>[0], stack: LocalStack, queues: QueueStore): void {
  const bucket = stack.buckets.find(({ name }) => name === object.bucket);
  for (const { prefix, queue } of bucket?.notifications ?? []) {
    if (object.key.startsWith(prefix)) queues.send(queue, describeArrival(object));
  }
}

interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Those of the environment, for a server that knows them; the embedded servers take any, so new ones each time. */
function chooseCredentials(): Credentials {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = process.env;
  if (accessKeyId !== undefined && secretAccessKey !== undefined) return { accessKeyId, secretAccessKey };
  return { accessKeyId: "local", secretAccessKey: randomBytes(24).toString("hex") };
}

async function createStores(
  stack: LocalStack,
  at: { readonly dynamoDbEndpoint: string; readonly s3Endpoint: string; readonly credentials: Credentials },
): Promise<void> {
  const { credentials } = at;
  const dynamoDb = new DynamoDBClient({ region: "us-east-1", endpoint: at.dynamoDbEndpoint, credentials });
  const s3 = new S3Client({ region: "us-east-1", endpoint: at.s3Endpoint, credentials, forcePathStyle: true });
  for (const table of stack.tables) await createTable(dynamoDb, table);
  for (const bucket of stack.buckets) await createBucket(s3, bucket);
  dynamoDb.destroy();
  s3.destroy();
}
