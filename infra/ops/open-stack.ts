import { existsSync } from "node:fs";
import { join } from "node:path";
import { CloudFormationClient, DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import { type LineProfiles, openLineProfiles } from "../../shared/line-profiles.ts";
import { pauseBeforeRound } from "../../shared/pause.ts";
import { type ArticleTable, openArticleTable } from "../../shared/stores/article-table.ts";
import { type ArticleTimeline, openArticleTimeline } from "../../shared/stores/article-timeline.ts";
import { requestHandler } from "../../shared/stores/aws-clients.ts";
import { type ChangeLog, openChangeLog } from "../../shared/stores/change-log.ts";
import { connectSearch, type SendToSearch } from "../../shared/stores/connect-search.ts";
import { openDeadLetters } from "../../shared/stores/dead-letters.ts";
import { openDeliveryQueue } from "../../shared/stores/delivery-queue.ts";
import { type ErasureLog, openErasureLog } from "../../shared/stores/erasure-log.ts";
import { type ErasureTable, openErasureTable } from "../../shared/stores/erasure-table.ts";
import { type ImportTable, openImportTable } from "../../shared/stores/import-table.ts";
import { type ObjectVersions, openObjectVersions } from "../../shared/stores/object-versions.ts";
import { openPartnerTable } from "../../shared/stores/partner-table.ts";
import { openRawBucket, type RawBucket } from "../../shared/stores/raw-bucket.ts";
import { openSearchIndex, type SearchIndex } from "../../shared/stores/search-index.ts";
import { openSubscriptionTable } from "../../shared/stores/subscription-table.ts";
import { openWebhookTable } from "../../shared/stores/webhook-table.ts";
import { createBucket, createTable } from "../local/create-stores.ts";
import { startDynamoDb } from "../local/dynamodb.ts";
import { type LocalQueue, openQueueStore, type QueueStore } from "../local/queues/open-queue-store.ts";
import { startQueueServer } from "../local/queues/start-queue-server.ts";
import { readStack } from "../local/read-stack.ts";
import { findRunner } from "../local/runner-file.ts";
import { startS3Server } from "../local/s3/start-s3-server.ts";
import { startSearchServer } from "../local/search/start-search-server.ts";
import { localStackName } from "../local/synthesize.ts";
import { type Failures, openFailures } from "./failures/manage-failures.ts";
import { OpsError } from "./manage-keys.ts";
import type { SubscriptionDesk } from "./manage-subscriptions.ts";
import type { WebhookDesk } from "./manage-webhooks.ts";

export interface OpenStack extends SubscriptionDesk, WebhookDesk {
  readonly articles: ArticleTable;
  readonly timeline: ArticleTimeline;
  readonly raw: RawBucket;
  readonly profiles: LineProfiles;
  readonly now: () => Date;
  readonly pause: (round: number) => Promise<void>;
  /** For who removes for good: the tables item by item, the buckets version by version. */
  readonly erasures: ErasureLog;
  readonly articleItems: ErasureTable;
  readonly partnerItems: ErasureTable;
  readonly importItems: ErasureTable;
  readonly rawObjects: ObjectVersions;
  readonly importFiles: ObjectVersions;
  readonly imports: ImportTable;
  readonly changes: ChangeLog;
  readonly changeItems: ErasureTable;
  readonly webhookItems: ErasureTable;
  /** Absent where the stack has no search. */
  readonly searchIndex: SearchIndex | undefined;
  readonly failures: Failures;
  close(): Promise<void>;
}

/**
 * Opens the stores of a stack: a deployed one by its name, or the local one, through the running stack where there is one and
 * by starting its stores for the moment where there is none.
 *
 * @param options.directory where the local data lies
 */
export async function openStack(options: {
  readonly stackName?: string | undefined;
  readonly directory: string;
}): Promise<OpenStack> {
  if (options.stackName !== undefined) {
    const outputs = await readOutputs(options.stackName);
    const dynamoDb = new DynamoDBClient({ requestHandler });
    const search = outputs["SearchEndpoint"] && connectSearch(outputs["SearchEndpoint"], dynamoDb.config);
    const s3 = new S3Client({ requestHandler });
    const sqs = new SQSClient({ requestHandler });
    return open({ dynamoDb, s3, sqs, ...(search && { search }) }, outputs, {
      apiUrl: outputs["ApiUrl"],
      isLocal: false,
    });
  }
  const runner = await findRunner(options.directory);
  if (runner !== undefined) {
    return open(connectLocally(runner.environment), runner.outputs, { apiUrl: runner.url, isLocal: true });
  }
  return openStopped(options.directory);
}

/** The local data while nothing runs on it. */
async function openStopped(directory: string): Promise<OpenStack> {
  const cdkOut = join(directory, "cdk.out");
  if (!existsSync(cdkOut))
    throw new OpsError(
      "There is no local stack yet. Start it once with npm start, or name a deployed one with --stack.",
    );
  const stack = readStack(cdkOut, localStackName);
  // First of all, for only one can hold it: who cannot have it has started nothing that would have to end.
  const queues = openQueuesAlone(directory, stack.queues);
  const dynamoDb =
    process.env["DYNAMODB_ENDPOINT"] === undefined
      ? await startDynamoDb({ file: join(directory, "dynamodb.sqlite") })
      : undefined;
  const sqs = await startQueueServer(queues);
  const { AWS_ACCESS_KEY_ID: accessKeyId = "local", AWS_SECRET_ACCESS_KEY: secretAccessKey = "local" } = process.env;
  const credentials = { accessKeyId, secretAccessKey };
  const s3 =
    process.env["S3_ENDPOINT"] === undefined
      ? await startS3Server({ directory: join(directory, "s3"), credentials })
      : undefined;
  const search = stack.hasSearch
    ? await startSearchServer({ directory: join(directory, "search"), credentials })
    : undefined;
  const clients = connectLocally({
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_ENDPOINT_URL_DYNAMODB: dynamoDb?.endpoint ?? process.env["DYNAMODB_ENDPOINT"],
    AWS_ENDPOINT_URL_S3: s3?.endpoint ?? process.env["S3_ENDPOINT"],
    AWS_ENDPOINT_URL_SQS: sqs.endpoint,
    AWS_ENDPOINT_URL_AOSS: search?.endpoint,
  });
  for (const table of stack.tables) await createTable(clients.dynamoDb, table);
  for (const bucket of stack.buckets) await createBucket(clients.s3, bucket);
  const opened = open(clients, stack.outputs, { apiUrl: undefined, isLocal: true });
  return {
    ...opened,
    async close() {
      await opened.close();
      await sqs.close();
      queues.close();
      await search?.close();
      await s3?.close();
      await dynamoDb?.close();
    },
  };
}

/** @throws OpsError when another process holds them */
function openQueuesAlone(directory: string, queues: readonly LocalQueue[]): QueueStore {
  try {
    return openQueueStore(join(directory, "queues.sqlite"), queues);
  } catch (error) {
    if (!/locked/.test((error as Error).message)) throw error;
    throw new OpsError(
      `Another command is at work on ${directory}, or npm start begins there. Try again in a moment; while npm start runs, any number of commands can.`,
    );
  }
}

interface Clients {
  readonly dynamoDb: DynamoDBClient;
  readonly s3: S3Client;
  readonly sqs: SQSClient;
  /** Absent where the stack has no search. */
  readonly search?: SendToSearch;
}

function open(
  { dynamoDb, s3, sqs, search }: Clients,
  outputs: Readonly<Record<string, string>>,
  { apiUrl, isLocal }: Pick<OpenStack, "apiUrl" | "isLocal">,
): OpenStack {
  const find = (
    name:
      | "ArticlesTable"
      | "ChangesTable"
      | "RawBucket"
      | "PartnersTable"
      | "ImportsTable"
      | "ImportsBucket"
      | "WebhooksTable"
      | "DeliveryQueue",
  ) => {
    const found = outputs[name];
    if (found === undefined) throw new OpsError(`The stack has no output ${name}: it is none of Copydesk's.`);
    return found;
  };
  const partnersTable = find("PartnersTable");
  const articlesTable = find("ArticlesTable");
  const importsTable = find("ImportsTable");
  const rawBucket = find("RawBucket");
  const articles = openArticleTable(dynamoDb, articlesTable);
  const now = () => new Date();
  return {
    articles,
    profiles: openLineProfiles(articles, {
      now,
      random: Math.random,
      onFault(error) {
        throw error;
      },
    }),
    now,
    pause: pauseBeforeRound,
    erasures: openErasureLog(dynamoDb, partnersTable),
    articleItems: openErasureTable(dynamoDb, articlesTable),
    partnerItems: openErasureTable(dynamoDb, partnersTable),
    importItems: openErasureTable(dynamoDb, importsTable),
    rawObjects: openObjectVersions(s3, rawBucket),
    importFiles: openObjectVersions(s3, find("ImportsBucket")),
    timeline: openArticleTimeline(dynamoDb, articlesTable),
    raw: openRawBucket(s3, rawBucket),
    partners: openPartnerTable(dynamoDb, partnersTable),
    subscriptions: openSubscriptionTable(dynamoDb, partnersTable),
    changes: openChangeLog(dynamoDb, find("ChangesTable")),
    changeItems: openErasureTable(dynamoDb, find("ChangesTable")),
    searchIndex: search && openSearchIndex(search),
    webhooks: openWebhookTable(dynamoDb, find("WebhooksTable")),
    webhookItems: openErasureTable(dynamoDb, find("WebhooksTable")),
    deliveries: openDeliveryQueue(sqs, find("DeliveryQueue")),
    imports: openImportTable(dynamoDb, importsTable),
    failures: openFailures(outputs, (queueUrl) => openDeadLetters(sqs, queueUrl)),
    apiUrl,
    isLocal,
    async close() {
      dynamoDb.destroy();
      s3.destroy();
      sqs.destroy();
    },
  };
}

/** The local DynamoDB and queues check no signature, but the SDK wants to sign; the local S3 and the search check it. */
function connectLocally(environment: Readonly<Record<string, string | undefined>>): Clients {
  const { AWS_ACCESS_KEY_ID: accessKeyId = "local", AWS_SECRET_ACCESS_KEY: secretAccessKey = "local" } = environment;
  const identity = { region: "us-east-1", credentials: { accessKeyId, secretAccessKey } };
  const config = (store: "DYNAMODB" | "S3" | "SQS") => {
    const endpoint = environment[`AWS_ENDPOINT_URL_${store}`];
    return { ...(endpoint !== undefined && { endpoint }), ...identity, requestHandler };
  };
  const searchEndpoint = environment["AWS_ENDPOINT_URL_AOSS"];
  return {
    dynamoDb: new DynamoDBClient(config("DYNAMODB")),
    s3: new S3Client({ ...config("S3"), forcePathStyle: true }),
    sqs: new SQSClient(config("SQS")),
    ...(searchEndpoint !== undefined && { search: connectSearch(searchEndpoint, identity) }),
  };
}

/** @throws OpsError when there is no such stack */
async function readOutputs(stackName: string): Promise<Record<string, string>> {
  const client = new CloudFormationClient({ requestHandler });
  try {
    const answer = await client.send(new DescribeStacksCommand({ StackName: stackName }));
    const outputs = answer.Stacks?.[0]?.Outputs ?? [];
    return Object.fromEntries(outputs.map(({ OutputKey, OutputValue }) => [OutputKey ?? "", OutputValue ?? ""]));
  } catch (error) {
    const { name, message } = error as Error;
    if (name !== "ValidationError") throw error;
    // It is as the service says it: the name has letters that none may have, or there is no such stack.
    throw new OpsError(
      `${message}, in the region ${await client.config.region()} and the account of these credentials. Stacks are named copydesk-STAGE; aws cloudformation describe-stacks lists those that there are.`,
    );
  } finally {
    client.destroy();
  }
}
