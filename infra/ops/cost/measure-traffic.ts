import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb";
import { ListObjectVersionsCommand, S3Client } from "@aws-sdk/client-s3";
import { openPartnerTable } from "../../../shared/stores/partner-table.ts";
import { startDynamoDb } from "../../local/dynamodb.ts";
import type { LocalTable } from "../../local/read-stack.ts";
import { runStack } from "../../local/run-stack.ts";
import { addPartner, OpsError } from "../manage-keys.ts";
import { itemBytes, storedOverheadBytes } from "./item-bytes.ts";
import { type Mix, makeSubmissions, type SubmissionKind } from "./make-submissions.ts";
import { type Consumed, startDynamoDbMeter } from "./meter-dynamodb.ts";

/** What a run of submissions has used, as counted. */
export interface Usage {
  readonly submissions: Readonly<Record<SubmissionKind, number>>;
  /** By kind of items, see `meter-dynamodb.ts`. */
  readonly dynamoDb: Readonly<Record<string, Readonly<Consumed>>>;
  /** Bytes of the articles table with its indexes, as they are stored. */
  readonly tableBytes: number;
  readonly rawPuts: number;
  readonly rawBytes: number;
  /** Times that the function which logs changes was called, and what it took each time, in ms. */
  readonly appends: number;
  readonly appendMs: number;
  /** The median of each kind, in ms, as the functions log it. */
  readonly medianMs: Readonly<Record<SubmissionKind, number>>;
  /** What the functions wrote into their logs. */
  readonly logBytes: number;
  /** Processes that wanted to run when it began, for each core: beyond 1, others made all that was timed longer. */
  readonly loadPerCore: number;
}

/** How long the log of changes may take to come up with the submissions. */
const maxDrainMs = 60_000;

/**
 * Submits articles to a local stack of its own, one after the other, so that nothing depends on chance, and counts what that
 * takes.
 *
 * @param options.percentOf so many submissions for each percent of the mix
 * @throws OpsError when a submission becomes something else than it was made for
 */
export async function measureTraffic(
  mix: Mix,
  options: { readonly cdkOut: string; readonly percentOf: number; readonly onProgress?: (line: string) => void },
): Promise<Usage> {
  const loadPerCore = (loadavg()[0] ?? 0) / availableParallelism();
  const directory = mkdtempSync(join(tmpdir(), "copydesk-cost-"));
  const dynamoDb = await startDynamoDb({ file: join(directory, "metered.sqlite") });
  const meter = await startDynamoDbMeter(dynamoDb.endpoint);
  const log: string[] = [];
  const stack = await runStack({
    cdkOut: options.cdkOut,
    directory,
    dynamoDbEndpoint: meter.endpoint,
    onLog: (line) => log.push(line),
  });
  const credentials = {
    accessKeyId: stack.environment["AWS_ACCESS_KEY_ID"] ?? "",
    secretAccessKey: stack.environment["AWS_SECRET_ACCESS_KEY"] ?? "",
  };
  const client = new DynamoDBClient({ region: "us-east-1", endpoint: dynamoDb.endpoint, credentials });
  const s3 = new S3Client({
    region: "us-east-1",
    endpoint: stack.environment["AWS_ENDPOINT_URL_S3"] ?? "",
    credentials,
    forcePathStyle: true,
  });
  try {
    const partners = openPartnerTable(client, stack.stack.outputs["PartnersTable"] ?? "");
    const articles = stack.stack.tables.find(({ name }) => name === stack.stack.outputs["ArticlesTable"]);
    const keys = new Map<string, string>();
    const made = makeSubmissions(mix, options.percentOf, new Date().toISOString());
    const submissions = { new: 0, near: 0, exact: 0, replay: 0 };
    const times: Record<SubmissionKind, number[]> = { new: [], near: [], exact: [], replay: [] };
    for (const [index, { kind, partner, partnerArticleId, body }] of made.entries()) {
      if (!keys.has(partner)) keys.set(partner, (await addPartner(partners, partner, ["submit"])).key);
      const before = log.length;
      const answer = await fetch(`${stack.url}/v1/submissions/${partnerArticleId}`, {
        method: "PUT",
        headers: { Authorization: `Bearer ${keys.get(partner)}`, "Content-Type": "application/json" },
        body: JSON.stringify(body),
      });
      const told = (await answer.json()) as { outcome?: string; duplicateOf?: { match: string } };
      checkOutcome(kind, told);
      submissions[kind] += 1;
      times[kind].push(await findDuration(log, before));
      options.onProgress?.(`${index + 1} of ${made.length} submissions`);
    }
    const changed = made.length - submissions.replay;
    const appends = await waitForChanges(log, changed);
    const { Versions = [] } = await s3.send(
      new ListObjectVersionsCommand({ Bucket: stack.stack.outputs["RawBucket"] ?? "", MaxKeys: 1000 }),
    );
    return {
      submissions,
      dynamoDb: Object.fromEntries(meter.consumed),
      tableBytes: await measureTable(client, articles),
      rawPuts: Versions.length,
      rawBytes: Versions.reduce((sum, { Size = 0 }) => sum + Size, 0),
      appends: appends.length,
      appendMs: median(appends.map(({ durationMs }) => durationMs)),
      medianMs: {
        new: median(times.new),
        near: median(times.near),
        exact: median(times.exact),
        replay: median(times.replay),
      },
      logBytes: log.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0),
      loadPerCore,
    };
  } finally {
    client.destroy();
    s3.destroy();
    await stack.close();
    await meter.close();
    await dynamoDb.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** A bill for something else than it says would be worse than none. */
function checkOutcome(kind: SubmissionKind, told: { outcome?: string; duplicateOf?: { match: string } }): void {
  const expected = { new: "created", near: "duplicate near", exact: "duplicate content", replay: "unchanged" }[kind];
  const found = [told.outcome, told.duplicateOf?.match].filter((word) => word !== undefined).join(" ");
  if (found !== expected) throw new OpsError(`A submission that was made to be ${expected} became ${found}.`);
}

/** The line of a request comes a moment after its answer. */
async function findDuration(log: readonly string[], from: number): Promise<number> {
  for (let tries = 0; tries < 1000; tries++) {
    const line = log.slice(from).find((text) => text.includes('"operation":"put-submission"'));
    if (line !== undefined) return (JSON.parse(line) as { durationMs: number }).durationMs;
    await sleep(1);
  }
  throw new OpsError("A submission left no line in the log.");
}

async function waitForChanges(log: readonly string[], expected: number): Promise<{ durationMs: number }[]> {
  const deadline = Date.now() + maxDrainMs;
  for (;;) {
    const lines = log
      .filter((line) => line.includes('"operation":"log-changes"'))
      .map((line) => JSON.parse(line) as { changes: number; durationMs: number });
    if (lines.reduce((sum, { changes }) => sum + changes, 0) >= expected)
      return lines.filter(({ changes }) => changes > 0);
    if (Date.now() > deadline) throw new OpsError("The log of changes does not come up with the submissions.");
    await sleep(100);
  }
}

/** With what its indexes hold: an item is in each whose key it has. */
async function measureTable(client: DynamoDBClient, table: LocalTable | undefined): Promise<number> {
  if (table === undefined) throw new OpsError("The stack has no articles table.");
  const { AttributeDefinitions, KeySchema, GlobalSecondaryIndexes = [] } = table.definition;
  if (AttributeDefinitions === undefined || KeySchema === undefined)
    throw new OpsError("The articles table has no keys.");
  const copies = GlobalSecondaryIndexes.map((index) => ({
    partitionKey: index.KeySchema?.[0]?.AttributeName ?? "",
    names: new Set([
      ...[...KeySchema, ...(index.KeySchema ?? [])].map(({ AttributeName }) => AttributeName),
      ...(index.Projection?.NonKeyAttributes ?? []),
    ]),
  }));
  let bytes = 0;
  for await (const { Items = [] } of paginateScan({ client }, { TableName: table.name })) {
    for (const item of Items) {
      bytes += itemBytes(item) + storedOverheadBytes;
      for (const { partitionKey, names } of copies) {
        if (!(partitionKey in item)) continue;
        const projected = Object.fromEntries(Object.entries(item).filter(([name]) => names.has(name)));
        bytes += itemBytes(projected) + storedOverheadBytes;
      }
    }
  }
  return bytes;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
