import { importLimits } from "../api/import.ts";
import type { ItemAnswer, OutcomeCounts } from "../api/item-answer.ts";
import { ProblemError } from "../api/problem.ts";
import { countOutcomes } from "../count-outcomes.ts";
import type { ReadItem } from "../formats/parsed-item.ts";
import { isLineBased, type StreamedItem, streamItems } from "../formats/stream-items.ts";
import type { ArticleRecord } from "../stores/article-record.ts";
import type { ImportBucket } from "../stores/import-bucket.ts";
import type { ImportQueue } from "../stores/import-queue.ts";
import type { FailurePart, ImportLease, ImportRecord } from "../stores/import-record.ts";
import type { ImportChange, ImportTable } from "../stores/import-table.ts";
import { importObjects } from "../stores/table-keys.ts";
import { describeFailure } from "./describe-failure.ts";
import { readUpload } from "./read-upload.ts";
import { type ChunkLimits, takeChunks } from "./take-chunks.ts";

/** What the worker needs of the world. */
export interface ImportContext {
  readonly imports: Pick<ImportTable, "getImport" | "claim" | "save">;
  readonly bucket: Pick<ImportBucket, "readUpload" | "putFailures">;
  readonly queue: ImportQueue;
  readonly answerItem: (item: ReadItem, record: ImportRecord) => Promise<ItemAnswer>;
  /** To tell what an item did that was taken in, but not counted. */
  readonly getArticle: (id: string) => Promise<ArticleRecord | undefined>;
  readonly now: () => Date;
  readonly makeToken: () => string;
  /** Until the function is cut off. */
  readonly remainingMs: () => number;
  readonly pause: (round: number) => Promise<void>;
  readonly limits: ChunkLimits & {
    readonly concurrency: number;
    /** With less time than this no chunk is begun. */
    readonly minRemainingMs: number;
    readonly maxUnpackedBytes: number;
  };
}

/** A message that came for an import. */
export interface Delivery {
  readonly importId: string;
  readonly messageId: string;
  /** How often it has come by now. */
  readonly attempt: number;
}

/** `continued`: time is nearly up, and a message asks for the rest. `passed over`: there is nothing to do for this message. */
export type ImportRun = {
  readonly end: "completed" | "failed" | "continued" | "passed over";
  readonly items: number;
};

/**
 * Works on an import until it is finished or the time is nearly up.
 *
 * Between two checkpoints lies a chunk of items. A checkpoint is one conditional write: position, counts and the place of
 * what failed, all or nothing, and only while the lease stands. A crash leaves at most one chunk that is taken in and not
 * counted; done again, its items meet themselves, and are counted by what they did the first time.
 *
 * @throws what is our fault, after a few tries; the message then comes again, and the work goes on at the checkpoint
 */
export async function runImport(delivery: Delivery, context: ImportContext): Promise<ImportRun> {
  const { importId } = delivery;
  const record = await context.imports.getImport(importId);
  const passedOver: ImportRun = { end: "passed over", items: 0 };
  if (record === undefined || record.finishedAt !== undefined) return passedOver;
  if (isHeld(record.lease, delivery, context.now())) return passedOver;

  const startedAt = context.now();
  const lease: ImportLease = {
    token: context.makeToken(),
    messageId: delivery.messageId,
    expiresAt: new Date(startedAt.getTime() + context.remainingMs()).toISOString(),
    attempt: delivery.attempt,
  };
  const begun = {
    state: "running" as const,
    startedAt: record.startedAt ?? startedAt.toISOString(),
    checkpointAt: (record.lease && record.checkpointAt) ?? startedAt.toISOString(),
  };
  if (!(await context.imports.claim(record, { ...begun, lease }))) return passedOver;

  try {
    return await workOff({ ...record, ...begun, lease }, { ...context, isRedo: record.lease !== undefined });
  } catch (error) {
    if (error instanceof LostLeaseError) return passedOver;
    // The lease stays behind as a sign that the chunk may be done in part, but holds nobody off any more.
    const at = context.now().toISOString();
    const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    const fault = { at, attempt: delivery.attempt, message: message.slice(0, 1000) };
    await context.imports.save(importId, lease.token, { fault, lease: { ...lease, expiresAt: at } }).catch(() => {});
    throw error;
  }
}

/** Somebody else has taken the import over. */
class LostLeaseError extends Error {}

/**
 * Whether another attempt may be at work. The same message comes again only when its attempt is over, so it never waits: were
 * it passed over, nobody would go on.
 */
function isHeld(lease: ImportLease | undefined, delivery: Delivery, now: Date): boolean {
  return lease !== undefined && lease.messageId !== delivery.messageId && lease.expiresAt > now.toISOString();
}

type Held = ImportRecord & { readonly lease: ImportLease };
type WorkContext = ImportContext & {
  /** Whether the first chunk may have been done in part by an attempt that did not live to count it. */
  readonly isRedo: boolean;
};

async function workOff(record: Held, context: WorkContext): Promise<ImportRun> {
  const { id, lease } = record;
  let checkpoint: Checkpoint = record;
  let { isRedo } = context;
  const ran = (end: ImportRun["end"]): ImportRun => ({ end, items: checkpoint.position.items - record.position.items });
  const save = async (change: ImportChange & { part?: FailurePart | undefined }) => {
    if (!(await context.imports.save(id, lease.token, { expiresAt: record.expiresAt, ...change }))) {
      throw new LostLeaseError();
    }
  };

  try {
    for await (const chunk of takeChunks(readItems(record, context), context.limits)) {
      const { part, ...next } = await workChunk(chunk, { record, checkpoint, isRedo }, context);
      const isTimeUp = context.remainingMs() < context.limits.minRemainingMs;
      // Given up before the message for the rest is sent, or whoever gets it would find the import held.
      await save({ ...next, part, fault: undefined, ...(isTimeUp && { lease: undefined }) });
      checkpoint = next;
      isRedo = false;
      if (!isTimeUp) continue;
      await context.queue.sendImport(id);
      return ran("continued");
    }
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const { kind, message: detail, errors } = error;
    const problem = { kind, detail, errors: [...errors] };
    await save({
      state: "failed",
      finishedAt: context.now().toISOString(),
      problem,
      fault: undefined,
      lease: undefined,
    });
    return ran("failed");
  }
  await save({ state: "completed", finishedAt: context.now().toISOString(), fault: undefined, lease: undefined });
  return ran("completed");
}

function readItems(record: ImportRecord, { bucket, limits }: ImportContext): AsyncIterable<StreamedItem> {
  const { position, mediaType, charset } = record;
  const beginsThere = isLineBased(mediaType) && record.contentEncoding === undefined;
  const chunks = readUpload(record, beginsThere ? position.bytes : 0, {
    bucket,
    maxUnpackedBytes: limits.maxUnpackedBytes,
  });
  const from = { items: position.items, lines: position.lines, offset: position.bytes, beginsThere };
  return streamItems(chunks, { mediaType, charset }, from);
}

type Checkpoint = Pick<ImportRecord, "position" | "counts" | "keptFailures" | "checkpointAt">;

/** An item that only we cannot take is told as failed, lest it stop the others; so many of them are no matter of the items. */
const maxFaultsPerChunk = 5;

/** Takes in the items of a chunk and says what the next checkpoint is. */
async function workChunk(
  chunk: readonly StreamedItem[],
  from: { readonly record: Held; readonly checkpoint: Checkpoint; readonly isRedo: boolean },
  context: ImportContext,
): Promise<Checkpoint & { readonly part: FailurePart | undefined }> {
  const { record, checkpoint } = from;
  const answers = await mapInOrder(chunk, context.limits.concurrency, (item) => workItem(item, record, context));

  const checkpointAt = context.now().toISOString();
  const ours = chunk.filter((_, place) => (answers[place]?.status ?? 0) >= 500).map(({ index }) => index);
  if (ours.length > maxFaultsPerChunk) {
    const which = `the first is item ${ours[0]}, and the log has the cause of each`;
    throw new Error(`${ours.length} of ${chunk.length} items met a fault of ours; ${which}.`);
  }
  const told = from.isRedo ? await recallOutcomes(answers, checkpoint, context) : answers;
  const failures = answers.flatMap((answer, place) =>
    answer.problem === undefined ? [] : [describeFailure(chunk[place] as StreamedItem, answer)],
  );
  const kept = failures.slice(0, importLimits.maxKeptFailures - checkpoint.keptFailures);
  const last = chunk.at(-1) as StreamedItem;
  return {
    position: { items: last.index + 1, lines: last.line ?? 0, bytes: last.nextOffset },
    counts: addCounts(checkpoint.counts, countOutcomes(told)),
    keptFailures: checkpoint.keptFailures + kept.length,
    checkpointAt,
    part: await keepFailures(kept, chunk, record, context),
  };
}

/**
 * What the items of a chunk did the first time, where that was not counted: an item that is unchanged now may be so because
 * an attempt that crashed had taken it in.
 */
async function recallOutcomes(
  answers: readonly ItemAnswer[],
  { checkpointAt = "" }: Checkpoint,
  context: ImportContext,
): Promise<ItemAnswer[]> {
  const seen = new Set<string>();
  const recalled: ItemAnswer[] = [];
  for (const answer of answers) {
    const { result } = answer;
    const isFirst = result !== undefined && !seen.has(result.id);
    if (result !== undefined) seen.add(result.id);
    const article = isFirst && result.outcome === "unchanged" ? await context.getArticle(result.id) : undefined;
    const isOurs = article?.status === "live" && article.modifiedAt > checkpointAt;
    recalled.push(isFirst && isOurs ? { ...answer, result: { ...result, outcome: article.outcome } } : answer);
  }
  return recalled;
}

function addCounts(sum: OutcomeCounts, more: OutcomeCounts): OutcomeCounts {
  const names = Object.keys(sum) as (keyof OutcomeCounts)[];
  return Object.fromEntries(names.map((name) => [name, sum[name] + more[name]])) as OutcomeCounts;
}

/** Comes before the checkpoint that names it: a crash between the two leaves an object that nobody reads. */
async function keepFailures(
  failures: readonly string[],
  chunk: readonly StreamedItem[],
  record: Held,
  context: ImportContext,
): Promise<FailurePart | undefined> {
  const [first, last] = [chunk[0], chunk.at(-1)];
  if (failures.length === 0 || first === undefined || last === undefined) return undefined;
  const objectKey = importObjects.failures(record.id, first.index, record.lease.token);
  const lines = failures.join("");
  await context.bucket.putFailures(objectKey, lines);
  return { lastIndex: last.index, objectKey, bytes: Buffer.byteLength(lines) };
}

/** Tries of an item when a store does not answer; with full jitter up to half a second each, some seconds. */
const maxTries = 12;

/**
 * Takes in one item. A problem that is ours and passes is not the item's: it is tried again, and then ends the attempt. One that
 * does not pass is told with the item, whose failure harms no other.
 */
async function workItem(item: StreamedItem, record: Held, context: ImportContext): Promise<ItemAnswer> {
  for (let round = 1; ; round++) {
    // A process that was thought dead must not bring back an older version of what has been done since.
    if (context.now().toISOString() > record.lease.expiresAt) throw new Error("The attempt has outlived its lease.");
    const answer = await context.answerItem(item, record);
    if (answer.status !== 503 && answer.status !== 429) return answer;
    if (round >= maxTries) throw new Error(`Item ${item.index} could not be taken in: a store did not answer in time.`);
    await context.pause(round);
  }
}

/** Does the work on all entries, so many at a time, and gives the results in their order. After a fault it begins no more. */
async function mapInOrder<Entry, Result>(
  entries: readonly Entry[],
  concurrency: number,
  work: (entry: Entry) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  let failure: { readonly error: unknown } | undefined;
  async function run(): Promise<void> {
    while (next < entries.length && failure === undefined) {
      const place = next++;
      try {
        results[place] = await work(entries[place] as Entry);
      } catch (error) {
        failure ??= { error };
      }
    }
  }
  await Promise.all(Array.from({ length: concurrency }, run));
  if (failure !== undefined) throw failure.error;
  return results;
}
