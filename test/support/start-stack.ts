import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { makeScratchDirectory } from "../../infra/local/make-scratch-directory.ts";
import { type RunningStack, runStack } from "../../infra/local/run-stack.ts";
import { addPartner } from "../../infra/ops/manage-keys.ts";
import type { Scope } from "../../shared/api/operation.ts";
import { openPartnerTable, type PartnerTable } from "../../shared/stores/partner-table.ts";
import { cdkOut } from "./cdk-out.ts";
import { type Client, openClient } from "./client.ts";

export interface TestStack extends RunningStack {
  readonly partners: PartnerTable;
  /** Lines that the functions have logged, if nobody else takes them. */
  readonly log: readonly string[];
  /** A client with the key of a new partner. */
  newPartner(scope: Scope | readonly Scope[], name?: string): Promise<Client>;
}

let partnerCount = 0;

/** Runs the stack on a free port, with data in a directory of its own that is removed at the end. */
export async function startTestStack(
  options: {
    readonly directory?: string;
    readonly dynamoDbEndpoint?: string;
    readonly s3Endpoint?: string;
    readonly nodeOptions?: readonly string[];
    readonly idleMs?: number;
    /** Takes the lines where keeping them would fill the memory. */
    readonly onLog?: (line: string) => void;
  } = {},
): Promise<TestStack> {
  const scratch = options.directory === undefined ? makeScratchDirectory("test") : undefined;
  const directory = options.directory ?? scratch?.path ?? "";
  const log: string[] = [];
  const { onLog = (line: string) => void log.push(line) } = options;
  const running = await runStack({ ...options, directory, cdkOut, onLog });
  const dynamoDb = new DynamoDBClient({
    region: "us-east-1",
    endpoint: running.environment["AWS_ENDPOINT_URL_DYNAMODB"] ?? "",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  const partners = openPartnerTable(dynamoDb, running.stack.outputs["PartnersTable"] ?? "");
  return {
    ...running,
    partners,
    log,
    async newPartner(scope, name = `partner-${process.pid}-${++partnerCount}`) {
      const { key } = await addPartner(partners, name, typeof scope === "string" ? [scope] : scope);
      return openClient(running.url, key, name);
    },
    async close() {
      dynamoDb.destroy();
      await running.close();
      scratch?.remove();
    },
  };
}
