import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { functionMemory, limitHeap } from "../../../infra/function-memory.ts";
import { createBucket, createTable } from "../../../infra/local/create-stores.ts";
import { startDynamoDb } from "../../../infra/local/dynamodb.ts";
import { openFunctionPool } from "../../../infra/local/function-pool.ts";
import { openHttpGateway } from "../../../infra/local/http-gateway.ts";
import { type LocalFunction, readStack } from "../../../infra/local/read-stack.ts";
import { startS3Server } from "../../../infra/local/s3/start-s3-server.ts";
import { localStackName } from "../../../infra/local/synthesize.ts";
import { type DynamoDbMeter, startDynamoDbMeter } from "../../../infra/ops/cost/meter-dynamodb.ts";
import { addPartner } from "../../../infra/ops/manage-keys.ts";
import { changeSettings } from "../../../infra/ops/manage-settings.ts";
import { openPartnerTable } from "../../../shared/stores/partner-table.ts";
import { cdkOut } from "../../support/cdk-out.ts";
import { listProcesses, nameFunction, readCpuMs } from "../../support/process-tree.ts";
import { bundleNaive } from "../naive/bundle-naive.ts";

/** A submission as both take it. */
export interface Body {
  readonly html: string;
  readonly url?: string;
  readonly title?: string;
  readonly publishedAt?: string;
  readonly authors?: readonly string[];
  readonly tags?: readonly string[];
}

export interface Told {
  readonly status: number;
  readonly id?: string;
  readonly outcome?: string;
  /** The ID that the original was told. */
  readonly duplicateOf?: string;
}

/** One of the two that are compared, behind the same gateway and in front of the same stores. */
export interface Ingest {
  readonly name: "ours" | "naive";
  put(id: string, body: unknown): Promise<Told>;
  /** The sanitized HTML that it has of an article. */
  readHtml(id: string): Promise<string>;
  /** The bytes that it keeps of an article. */
  readRaw(id: string): Promise<string>;
  /** CPU time of the function's process so far. Nothing must have run in a second one. */
  cpuMs(): number;
}

export interface Ingests {
  readonly ours: Ingest;
  readonly naive: Ingest;
  /** Retracts an article; the naive build has nothing like it. */
  retract(id: string): Promise<number>;
  readonly meter: DynamoDbMeter | undefined;
  /** Objects that were put into either bucket so far. */
  rawPuts(): number;
  close(): Promise<void>;
}

const credentials = { accessKeyId: "local", secretAccessKey: "local" };
const naiveFunction = "NaiveIngest";
const naiveStore = "naive-articles";
/** Nobody is to be kept waiting. */
const quota = { perMinute: 1_000_000, burst: 1_000_000, dailyArticles: 10_000_000 };

/**
 * Starts both behind the local runner's gateway, each in a process of its own, on one embedded DynamoDB and one S3. What
 * follows a submission, as the log of changes, is not run.
 *
 * @param options.isMetered whether a meter stands before DynamoDB
 */
export async function startIngests(options: { readonly isMetered?: boolean } = {}): Promise<Ingests> {
  const directory = mkdtempSync(join(tmpdir(), "copydesk-ingest-"));
  const dynamoDb = await startDynamoDb({ file: join(directory, "dynamodb.sqlite") });
  const meter = options.isMetered ? await startDynamoDbMeter(dynamoDb.endpoint) : undefined;
  let rawPuts = 0;
  const s3Server = await startS3Server({
    directory: join(directory, "s3"),
    credentials,
    onCreated: () => {
      rawPuts += 1;
    },
  });
  const client = new DynamoDBClient({ region: "us-east-1", endpoint: dynamoDb.endpoint, credentials });
  const s3 = new S3Client({ region: "us-east-1", endpoint: s3Server.endpoint, credentials, forcePathStyle: true });

  const stack = readStack(cdkOut, localStackName);
  for (const table of stack.tables) await createTable(client, table);
  for (const bucket of stack.buckets) await createBucket(s3, bucket);
  await createTable(client, {
    name: naiveStore,
    definition: {
      TableName: naiveStore,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
    },
  });
  await createBucket(s3, { name: naiveStore, isVersioned: false, notifications: [] });

  const environment = {
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_ENDPOINT_URL_DYNAMODB: meter?.endpoint ?? dynamoDb.endpoint,
    AWS_ENDPOINT_URL_S3: s3Server.endpoint,
    // Nobody asks for them here, but functions that share a bundle want an address.
    AWS_ENDPOINT_URL_SQS: "http://127.0.0.1:9",
  };
  const assetDirectory = join(directory, "naive");
  mkdirSync(assetDirectory);
  bundleNaive(assetDirectory, "by default");
  const naiveLambda: LocalFunction = {
    logicalId: naiveFunction,
    assetDirectory,
    handler: "index.handler",
    environment: {
      NODE_OPTIONS: limitHeap(functionMemory.requests),
      ARTICLES_TABLE: naiveStore,
      RAW_BUCKET: naiveStore,
    },
    timeoutMs: 20_000,
  };
  const failures: string[] = [];
  const pools = new Map(
    [...stack.functions, naiveLambda].map((lambda) => [
      lambda.logicalId,
      openFunctionPool(lambda, { environment, onLog: () => {} }),
    ]),
  );
  const gateway = await openHttpGateway({
    port: 0,
    routes: [{ routeKey: "PUT /naive/{id}", functionId: naiveFunction }, ...stack.routes],
    pools,
    onFailure: (line) => failures.push(line),
  });
  const partners = openPartnerTable(client, stack.outputs["PartnersTable"] ?? "");
  const { key } = await addPartner(partners, "bench", ["submit", "read"]);
  await changeSettings(partners, "bench", { quota });
  const Authorization = `Bearer ${key}`;

  async function put(path: string, body: unknown) {
    const response = await fetch(`${gateway.url}${path}`, {
      method: "PUT",
      headers: { "Content-Type": "application/json", Authorization },
      body: JSON.stringify(body),
    });
    if (response.status >= 500) throw new Error(`${path}: ${await response.text()} ${failures.at(-1) ?? ""}`);
    const told = (await response.json()) as Omit<Told, "status" | "duplicateOf"> & { duplicateOf?: unknown };
    return { ...told, status: response.status };
  }

  async function read(path: string): Promise<string> {
    const response = await fetch(`${gateway.url}${path}`, { headers: { Authorization } });
    if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
    return response.text();
  }

  const ids = new Map<string, string>();
  const ours: Ingest = {
    name: "ours",
    async put(id, body) {
      const { duplicateOf, ...told } = await put(`/v1/submissions/${id}`, body);
      if (told.id !== undefined) ids.set(id, told.id);
      return { ...told, ...(duplicateOf !== undefined && { duplicateOf: (duplicateOf as { id: string }).id }) };
    },
    readHtml: (id) => read(`/v1/articles/${ids.get(id)}/html`),
    readRaw: (id) => read(`/v1/articles/${ids.get(id)}/raw`),
    cpuMs: watchCpu(stack.routes.find(({ routeKey }) => routeKey.startsWith("PUT /v1/submissions/"))?.functionId ?? ""),
  };
  const naive: Ingest = {
    name: "naive",
    async put(id, body) {
      return (await put(`/naive/${id}`, body)) as Told;
    },
    async readHtml(id) {
      const { Item } = await client.send(
        new GetItemCommand({ TableName: naiveStore, Key: { pk: { S: `article#${id}` } } }),
      );
      return Item?.["html"]?.S ?? "";
    },
    async readRaw(id) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: naiveStore, Key: `raw/${id}.html` }));
      return (await Body?.transformToString()) ?? "";
    },
    cpuMs: watchCpu(naiveFunction),
  };
  return {
    ours,
    naive,
    meter,
    rawPuts: () => rawPuts,
    async retract(id) {
      const path = `/v1/submissions/${id}`;
      return (await fetch(`${gateway.url}${path}`, { method: "DELETE", headers: { Authorization } })).status;
    },
    async close() {
      await gateway.close();
      for (const pool of pools.values()) pool.close();
      client.destroy();
      s3.destroy();
      await s3Server.close();
      await meter?.close();
      await dynamoDb.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Finds the process of a function at the first question, and then knows it. */
function watchCpu(functionId: string): () => number {
  let pid: number | undefined;
  return () => {
    if (pid === undefined) {
      const found = listProcesses(process.pid).filter((candidate) => nameFunction(candidate) === functionId);
      if (found.length !== 1) throw new Error(`${functionId} runs in ${found.length} processes.`);
      pid = found[0] as number;
    }
    return readCpuMs(pid);
  };
}
