import { availableParallelism, loadavg } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { openObjectVersions } from "../../../shared/stores/object-versions.ts";
import { openPartnerTable } from "../../../shared/stores/partner-table.ts";
import { startDynamoDb } from "../../local/dynamodb.ts";
import { makeScratchDirectory } from "../../local/make-scratch-directory.ts";
import type { LocalTable } from "../../local/read-stack.ts";
import { runStack } from "../../local/run-stack.ts";
import { addPartner, OpsError } from "../manage-keys.ts";
import { groupSubmissions } from "./group-submissions.ts";
import { itemBytes, storedOverheadBytes } from "./item-bytes.ts";
import { type MadeSubmission, type Mix, makeSubmissions, type SubmissionKind } from "./make-submissions.ts";
import { type Consumed, startDynamoDbMeter } from "./meter-dynamodb.ts";
import { sumOf } from "./sum-of.ts";

/** What a run of submissions has used, as counted. */
export interface Usage {
  readonly submissions: Readonly<Record<SubmissionKind, number>>;
  /** To the gateway. */
  readonly requests: number;
  /** Where they came in batches: how many there are in one that is full, and the median of what one took, in ms. */
  readonly batch: { readonly size: number; readonly medianMs: number } | undefined;
  /** By kind of items, see `meter-dynamodb.ts`. */
  readonly dynamoDb: Readonly<Record<string, Readonly<Consumed>>>;
  /** Of what was written to indexes, by index. */
  readonly indexWriteUnits: Readonly<Record<string, number>>;
  /** Transactions that met a rival and were done again. */
  readonly cancelled: number;
  /** How often a request wrote what it takes of a quota; the most that was seen, for one that comes alone leases no more than it needs. */
  readonly quotaWrites: number;
  /** Bytes of the articles table with its indexes, as they are stored. */
  readonly tableBytes: number;
  readonly rawPuts: number;
  readonly rawBytes: number;
  /** Times that the function which logs changes was called, and what it took each time, in ms. */
  readonly appends: number;
  readonly appendMs: number;
  /** The median of each kind, in ms, as the functions log it; 0 where they came in batches. */
  readonly medianMs: Readonly<Record<SubmissionKind, number>>;
  /** What the functions wrote into their logs. */
  readonly logBytes: number;
  /** Processes that wanted to run when it began, for each core: beyond 1, others made all that was timed longer. */
  readonly loadPerCore: number;
}

/** How long the log of changes may take to come up with the submissions. */
const maxDrainMs = 60_000;

/**
 * Submits articles to a local stack of its own, one request after the other, so that nothing depends on chance, and counts what
 * that takes.
 *
 * @param options.percentOf so many submissions for each percent of the mix
 * @param options.batch so many of a partner's in a request; where it is absent, each is a request of its own
 * @throws OpsError when a submission becomes something else than it was made for
 */
export async function measureTraffic(
  mix: Mix,
  options: {
    readonly cdkOut: string;
    readonly percentOf: number;
    readonly batch?: number | undefined;
    readonly onProgress?: (line: string) => void;
  },
): Promise<Usage> {
  const loadPerCore = (loadavg()[0] ?? 0) / availableParallelism();
  const { path: directory, remove } = makeScratchDirectory("cost");
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
    const times: Record<SubmissionKind | "batch", number[]> = { new: [], near: [], exact: [], replay: [], batch: [] };
    const groups = groupSubmissions(made, options.batch ?? 1);
    let [sent, changed, quotaWrites] = [0, 0, 0];
    for (const group of groups) {
      const [{ partner = "" } = {}] = group;
      if (!keys.has(partner)) keys.set(partner, (await addPartner(partners, partner, ["submit"])).key);
      const [before, leased] = [log.length, meter.consumed.get("quota")?.requests ?? 0];
      const isBatch = options.batch !== undefined;
      const told = await (isBatch ? sendBatch : sendOne)(stack.url, keys.get(partner) ?? "", group);
      for (const [index, { kind }] of group.entries()) {
        checkOutcome(kind, told[index] ?? {});
        submissions[kind] += 1;
      }
      const [{ kind } = { kind: "new" as const }] = group;
      const took = await findDuration(log, before, isBatch ? "post-batch" : "put-submission");
      times[isBatch ? "batch" : kind].push(took);
      quotaWrites = Math.max(quotaWrites, (meter.consumed.get("quota")?.requests ?? 0) - leased);
      sent += group.length;
      changed += group.filter((one) => one.kind !== "replay").length;
      // The next batch comes when this one is told: in a month, they are seconds from each other.
      if (isBatch) await waitForChanges(log, changed);
      options.onProgress?.(`${sent} of ${made.length} submissions`);
    }
    const appends = await waitForChanges(log, changed);
    const raw = await listVersionBytes(s3, stack.stack.outputs["RawBucket"] ?? "");
    return {
      submissions,
      requests: groups.length,
      batch: options.batch === undefined ? undefined : { size: options.batch, medianMs: median(times.batch) },
      dynamoDb: Object.fromEntries(meter.consumed),
      indexWriteUnits: Object.fromEntries(meter.indexes),
      cancelled: meter.cancelled(),
      quotaWrites,
      tableBytes: await measureTable(client, articles),
      rawPuts: raw.length,
      rawBytes: sumOf(raw),
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
    remove();
  }
}

/** What an answer says of a submission. */
interface Told {
  readonly outcome?: string;
  readonly duplicateOf?: { readonly match: string };
}

async function sendOne(url: string, key: string, [one]: readonly MadeSubmission[]): Promise<Told[]> {
  const answer = await fetch(`${url}/v1/submissions/${one?.partnerArticleId}`, {
    method: "PUT",
    headers: { Authorization: `Bearer ${key}`, "Content-Type": "application/json" },
    body: JSON.stringify(one?.body),
  });
  return [(await answer.json()) as Told];
}

async function sendBatch(url: string, key: string, group: readonly MadeSubmission[]): Promise<Told[]> {
  const answer = await fetch(`${url}/v1/batches`, {
    method: "POST",
    headers: { Authorization: `Bearer ${key}`, "Content-Type": "application/json" },
    body: JSON.stringify(group.map(({ partnerArticleId, body }) => ({ partnerArticleId, ...body }))),
  });
  const { items = [] } = (await answer.json()) as { items?: readonly { readonly result?: Told }[] };
  return items.map(({ result = {} }) => result);
}

/** A bill for something else than it says would be worse than none. */
function checkOutcome(kind: SubmissionKind, told: Told): void {
  const expected = { new: "created", near: "duplicate near", exact: "duplicate content", replay: "unchanged" }[kind];
  const found = [told.outcome, told.duplicateOf?.match].filter((word) => word !== undefined).join(" ");
  if (found !== expected) throw new OpsError(`A submission that was made to be ${expected} became ${found}.`);
}

/** The line of a request comes a moment after its answer. */
async function findDuration(log: readonly string[], from: number, operation: string): Promise<number> {
  for (let tries = 0; tries < 1000; tries++) {
    const line = log.slice(from).find((text) => text.includes(`"operation":"${operation}"`));
    if (line !== undefined) return (JSON.parse(line) as { durationMs: number }).durationMs;
    await sleep(1);
  }
  throw new OpsError("A request left no line in the log.");
}

/** Until all changes are in the log, and the bus was told of them. Gives the calls that wrote some. */
async function waitForChanges(log: readonly string[], expected: number): Promise<{ durationMs: number }[]> {
  const deadline = Date.now() + maxDrainMs;
  const read = <T>(operation: string) =>
    log.filter((line) => line.includes(`"operation":"${operation}"`)).map((line) => JSON.parse(line) as T);
  for (;;) {
    const appends = read<{ changes: number; durationMs: number }>("log-changes");
    const announced = read<{ events?: number }>("announce-changes");
    const logged = appends.reduce((sum, { changes }) => sum + changes, 0);
    const told = announced.reduce((sum, { events = 0 }) => sum + events, 0);
    if (logged >= expected && told >= expected) return appends.filter(({ changes }) => changes > 0);
    if (Date.now() > deadline) throw new OpsError("The log of changes does not come up with the submissions.");
    await sleep(50);
  }
}

async function listVersionBytes(s3: S3Client, bucket: string): Promise<number[]> {
  const found: number[] = [];
  for await (const page of openObjectVersions(s3, bucket).list("")) found.push(...page.map(({ bytes }) => bytes));
  return found;
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
