import { existsSync } from "node:fs";
import { join } from "node:path";
import { CloudFormationClient, DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { openPartnerTable } from "../../shared/stores/partner-table.ts";
import { openSubscriptionTable } from "../../shared/stores/subscription-table.ts";
import { createTable } from "../local/create-stores.ts";
import { startDynamoDb } from "../local/dynamodb.ts";
import { readStack } from "../local/read-stack.ts";
import { findRunner } from "../local/runner-file.ts";
import { localStackName } from "../local/synthesize.ts";
import { OpsError } from "./manage-keys.ts";
import type { SubscriptionDesk } from "./manage-subscriptions.ts";

export interface OpenStack extends SubscriptionDesk {
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
    return open(new DynamoDBClient({}), outputs["PartnersTable"], outputs["ApiUrl"]);
  }
  const runner = await findRunner(options.directory);
  if (runner !== undefined) {
    const endpoint = runner.environment["AWS_ENDPOINT_URL_DYNAMODB"];
    return open(connectLocally(endpoint), runner.outputs["PartnersTable"], runner.url);
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
  const client = connectLocally(dynamoDb?.endpoint ?? process.env["DYNAMODB_ENDPOINT"]);
  for (const table of stack.tables) await createTable(client, table);
  const opened = open(client, stack.outputs["PartnersTable"], undefined);
  return {
    ...opened,
    async close() {
      await opened.close();
      await dynamoDb?.close();
    },
  };
}

function open(client: DynamoDBClient, tableName: string | undefined, apiUrl: string | undefined): OpenStack {
  if (tableName === undefined) throw new OpsError("The stack has no output PartnersTable: it is none of Copydesk's.");
  return {
    partners: openPartnerTable(client, tableName),
    subscriptions: openSubscriptionTable(client, tableName),
    apiUrl,
    async close() {
      client.destroy();
    },
  };
}

/** The local DynamoDB checks no signature, but the SDK wants to sign. */
function connectLocally(endpoint: string | undefined): DynamoDBClient {
  return new DynamoDBClient({
    ...(endpoint !== undefined && { endpoint }),
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
}

async function readOutputs(stackName: string): Promise<Record<string, string>> {
  const client = new CloudFormationClient({});
  const answer = await client.send(new DescribeStacksCommand({ StackName: stackName }));
  const outputs = answer.Stacks?.[0]?.Outputs ?? [];
  return Object.fromEntries(outputs.map(({ OutputKey, OutputValue }) => [OutputKey ?? "", OutputValue ?? ""]));
}
