import { existsSync } from "node:fs";
import { join } from "node:path";
import { CloudFormationClient, DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SQSClient } from "@aws-sdk/client-sqs";
import { openChangeLog } from "../../shared/stores/change-log.ts";
import { openDeliveryQueue } from "../../shared/stores/delivery-queue.ts";
import { type DeadLetters, openDeadLetters } from "../../shared/stores/import-queue.ts";
import { type ImportTable, openImportTable } from "../../shared/stores/import-table.ts";
import { openPartnerTable } from "../../shared/stores/partner-table.ts";
import { openSubscriptionTable } from "../../shared/stores/subscription-table.ts";
import { openWebhookTable } from "../../shared/stores/webhook-table.ts";
import { createTable } from "../local/create-stores.ts";
import { startDynamoDb } from "../local/dynamodb.ts";
import { openQueueStore } from "../local/queues/open-queue-store.ts";
import { startQueueServer } from "../local/queues/start-queue-server.ts";
import { readStack } from "../local/read-stack.ts";
import { findRunner } from "../local/runner-file.ts";
import { localStackName } from "../local/synthesize.ts";
import { OpsError } from "./manage-keys.ts";
import type { SubscriptionDesk } from "./manage-subscriptions.ts";
import type { WebhookDesk } from "./manage-webhooks.ts";

export interface OpenStack extends SubscriptionDesk, WebhookDesk {
  readonly imports: ImportTable;
  readonly deadLetters: DeadLetters;
  close(): Promise<void>;
}

/**
 * Opens the stores of a stack: a deployed one by its name, or the local one, through the running stack where there is one and
 * by starting its DynamoDB for the moment where there is none.
 *
 * @param options.directory where the local data lies
 */
export async function openStack(options: {
  readonly stackName?: string | undefined;
  readonly directory: string;
}): Promise<OpenStack> {
  if (options.stackName !== undefined) {
    const outputs = await readOutputs(options.stackName);
    const clients = { dynamoDb: new DynamoDBClient({}), sqs: new SQSClient({}) };
    return open(clients, outputs, { apiUrl: outputs["ApiUrl"], isLocal: false });
  }
  const runner = await findRunner(options.directory);
  if (runner !== undefined) {
    const { AWS_ENDPOINT_URL_DYNAMODB: dynamoDb, AWS_ENDPOINT_URL_SQS: sqs } = runner.environment;
    return open(connectLocally({ dynamoDb, sqs }), runner.outputs, { apiUrl: runner.url, isLocal: true });
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
  const dynamoDb =
    process.env["DYNAMODB_ENDPOINT"] === undefined
      ? await startDynamoDb({ file: join(directory, "dynamodb.sqlite") })
      : undefined;
  const queues = openQueueStore(join(directory, "queues.sqlite"), stack.queues);
  const sqs = await startQueueServer(queues);
  const clients = connectLocally({
    dynamoDb: dynamoDb?.endpoint ?? process.env["DYNAMODB_ENDPOINT"],
    sqs: sqs.endpoint,
  });
  for (const table of stack.tables) await createTable(clients.dynamoDb, table);
  const opened = open(clients, stack.outputs, { apiUrl: undefined, isLocal: true });
  return {
    ...opened,
    async close() {
      await opened.close();
      await sqs.close();
      queues.close();
      await dynamoDb?.close();
    },
  };
}

interface Clients {
  readonly dynamoDb: DynamoDBClient;
  readonly sqs: SQSClient;
}

function open(
  { dynamoDb, sqs }: Clients,
  outputs: Readonly<Record<string, string>>,
  { apiUrl, isLocal }: Pick<OpenStack, "apiUrl" | "isLocal">,
): OpenStack {
  const find = (
    name: "PartnersTable" | "ImportsTable" | "ImportDeadLetters" | "WebhooksTable" | "ChangesTable" | "DeliveryQueue",
  ) => {
    const found = outputs[name];
    if (found === undefined) throw new OpsError(`The stack has no output ${name}: it is none of Copydesk's.`);
    return found;
  };
  const partnersTable = find("PartnersTable");
  return {
    partners: openPartnerTable(dynamoDb, partnersTable),
    subscriptions: openSubscriptionTable(dynamoDb, partnersTable),
    imports: openImportTable(dynamoDb, find("ImportsTable")),
    deadLetters: openDeadLetters(sqs, find("ImportDeadLetters")),
    webhooks: openWebhookTable(dynamoDb, find("WebhooksTable")),
    changes: openChangeLog(dynamoDb, find("ChangesTable")),
    deliveries: openDeliveryQueue(sqs, find("DeliveryQueue")),
    apiUrl,
    isLocal,
    async close() {
      dynamoDb.destroy();
      sqs.destroy();
    },
  };
}

/** The local servers of both check no signature, but the SDK wants to sign. */
function connectLocally(endpoints: {
  readonly dynamoDb: string | undefined;
  readonly sqs: string | undefined;
}): Clients {
  const config = (endpoint: string | undefined) => ({
    ...(endpoint !== undefined && { endpoint }),
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  return { dynamoDb: new DynamoDBClient(config(endpoints.dynamoDb)), sqs: new SQSClient(config(endpoints.sqs)) };
}

async function readOutputs(stackName: string): Promise<Record<string, string>> {
  const client = new CloudFormationClient({});
  const answer = await client.send(new DescribeStacksCommand({ StackName: stackName }));
  const outputs = answer.Stacks?.[0]?.Outputs ?? [];
  return Object.fromEntries(outputs.map(({ OutputKey, OutputValue }) => [OutputKey ?? "", OutputValue ?? ""]));
}
