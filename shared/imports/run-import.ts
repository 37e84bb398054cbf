import { importLimits } from "../api/import.ts";
import type { ItemAnswer, OutcomeCounts } from "../api/item-answer.ts";
import { ProblemError } from "../api/problem.ts";
import { hashParts } from "../article/hash-parts.ts";
import { addCounts, countOutcomes } from "../count-outcomes.ts";
import type { ReadItem } from "../formats/parsed-item.ts";
import { isLineBased, type StreamedItem, streamItems } from "../formats/stream-items.ts";
import type { CheckArticle } from "../precondition.ts";
import type { ArticleRecord } from "../stores/article-record.ts";
import type { ImportBucket } from "../stores/import-bucket.ts";
import type { ImportQueue } from "../stores/import-queue.ts";
import type { FailurePart, ImportLease, ImportRecord, ItemFault } from "../stores/import-record.ts";
import type { ImportChange, ImportTable, PartChanges } from "../stores/import-table.ts";
import { importObjects } from "../stores/table-keys.ts";
import { describeFailure } from "./describe-failure.ts";
import { readUpload } from "./read-upload.ts";
import { requireUnmodified } from "./require-unmodified.ts";
import { type ChunkLimits, findAddress, takeChunks } from "./take-chunks.ts";

/** What the worker needs of the world. */
export interface ImportContext {
  readonly imports: Pick<ImportTable, "getImport" | "claim" | "save">;
  readonly bucket: Pick<ImportBucket, "readUpload" | "putFailures">;
  readonly queue: ImportQueue;
  readonly answerItem: (item: ReadItem, record: ImportRecord, check?: CheckArticle) => Promise<ItemAnswer>;
  /** Hears what a checkpoint added to the counts of a partner's import, once for each. */
  readonly onCounted: (partner: string, added: OutcomeCounts) => void;
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
 * An item that only we cannot take in stops no other. It is told as failed, and tried again by the next attempts, once they
 * are at the end of the file; the import is not finished before.
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

type Save = (change: ImportChange & PartChanges) => Promise<void>;

async function workOff(record: Held, context: WorkContext): Promise<ImportRun> {
  const { id, lease } = record;
  const save: Save = async (change) => {
    if (!(await context.imports.save(id, lease.token, { expiresAt: record.expiresAt, ...change }))) {
      throw new LostLeaseError();
    }
  };

  const read = await readOn(record, save, context);
  const ran = (end: ImportRun["end"]): ImportRun => ({
    end,
    items: read.checkpoint.position.items - record.position.items,
  });
  if (read.isTimeUp) return ran("continued");
  const again = await tryAgain(record, { checkpoint: read.checkpoint, save }, context);
  if (again.isTimeUp) return ran("continued");
  const problem = read.problem ?? again.problem;
  const { faults = [] } = again.checkpoint;
  if (faults.length > 0 && again.problem === undefined) {
    await save({ faults });
    throw new Error(describeFaults(faults, again.checkpoint.position.items));
  }
  await save({
    state: problem === undefined ? "completed" : "failed",
    finishedAt: context.now().toISOString(),
    ...(problem && { problem: { kind: problem.kind, detail: problem.message, errors: [...problem.errors] } }),
    faults: undefined,
    fault: undefined,
    lease: undefined,
  });
  return ran(problem === undefined ? "completed" : "failed");
}

/** How far a part of the work came, and why it ended before its end. */
interface Worked {
  readonly checkpoint: Checkpoint;
  readonly isTimeUp?: boolean;
  readonly problem?: ProblemError;
}

/** Works off the file from the checkpoint on. */
async function readOn(record: Held, save: Save, context: WorkContext): Promise<Worked> {
  let checkpoint: Checkpoint = record;
  let { isRedo } = context;
  try {
    for await (const chunk of takeChunks(readItems(record, record, context), context.limits)) {
      const { parts, ...next } = await workChunk(chunk, { record, checkpoint, isRedo }, context);
      const isTimeUp = context.remainingMs() < context.limits.minRemainingMs;
      // Given up before the message for the rest is sent, or whoever gets it would find the import held.
      await save({ ...next, parts, fault: undefined, ...(isTimeUp && { lease: undefined }) });
      context.onCounted(record.partner, addCounts(next.counts, checkpoint.counts, -1));
      checkpoint = next;
      isRedo = false;
      if (!isTimeUp) continue;
      await context.queue.sendImport(record.id);
      return { checkpoint, isTimeUp };
    }
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return { checkpoint, problem: error };
  }
  return { checkpoint };
}

/**
 * Tries the items again that met a fault of ours in an attempt before this one, each between two checkpoints of its own: the
 * first says that it is tried, so that after a crash its article is known for its own, and the second what became of it.
 */
async function tryAgain(
  record: Held,
  from: { readonly checkpoint: Checkpoint; readonly save: Save },
  context: ImportContext,
): Promise<Worked> {
  const { save } = from;
  let { checkpoint } = from;
  const [first] = record.faults ?? [];
  if (first === undefined) return { checkpoint };
  const left = new Set(record.faults?.map(({ index }) => index));
  let isTimeUp = false;
  let settled = 0;
  try {
    for await (const item of readItems(record, { position: first.from, only: new Set(left) }, context)) {
      const { parts, dropped, ...next } = await workFault(item, { record, checkpoint, save }, context);
      const isSettled = next.faults?.length !== checkpoint.faults?.length;
      left.delete(item.index);
      isTimeUp = left.size > 0 && context.remainingMs() < context.limits.minRemainingMs;
      if (isSettled) {
        settled += 1;
        await save({ ...next, parts, dropped });
        context.onCounted(record.partner, addCounts(next.counts, checkpoint.counts, -1));
      }
      checkpoint = next;
      if (left.size === 0 || isTimeUp) break;
    }
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return { checkpoint, problem: error };
  }
  // Where none could be taken in, that is the end of an attempt, or it would go on for ever.
  if (!isTimeUp || settled === 0) return { checkpoint };
  await save({ faults: checkpoint.faults, lease: undefined });
  await context.queue.sendImport(record.id);
  return { checkpoint, isTimeUp };
}

function readItems(
  record: ImportRecord,
  from: { readonly position: ImportRecord["position"]; readonly only?: ReadonlySet<number> },
  { bucket, limits }: ImportContext,
): AsyncIterable<StreamedItem> {
  const { mediaType, charset } = record;
  const { position, only } = from;
  const beginsThere = isLineBased(mediaType) && record.contentEncoding === undefined;
  const chunks = readUpload(record, beginsThere ? position.bytes : 0, {
    bucket,
    maxUnpackedBytes: limits.maxUnpackedBytes,
  });
  const place = { items: position.items, lines: position.lines, offset: position.bytes, beginsThere, only };
  return streamItems(chunks, { mediaType, charset }, place);
}

type Checkpoint = Pick<ImportRecord, "position" | "counts" | "keptFailures" | "checkpointAt" | "faults">;
type CheckpointWrite = Checkpoint & PartChanges;

/** An item that only we cannot take is told as failed, lest it stop the others; so many of them are no matter of the items. */
const maxFaults = { ofChunk: 5, ofImport: 50 };

/** Takes in the items of a chunk and says what the next checkpoint is. */
async function workChunk(
  chunk: readonly StreamedItem[],
  from: { readonly record: Held; readonly checkpoint: Checkpoint; readonly isRedo: boolean },
  context: ImportContext,
): Promise<CheckpointWrite> {
  const { record, checkpoint } = from;
  const answers = await mapInOrder(chunk, context.limits.concurrency, (item) => workItem(item, record, context));

  const checkpointAt = context.now().toISOString();
  const told = from.isRedo ? await recallOutcomes(answers, checkpoint, context) : answers;
  const failures = answers.flatMap((answer, place) => {
    const item = chunk[place] as StreamedItem;
    if (answer.problem === undefined) return [];
    return [{ item, isFault: answer.status >= 500, line: describeFailure(item, answer) }];
  });
  const kept = failures.slice(0, importLimits.maxKeptFailures - checkpoint.keptFailures);
  const ours = failures
    .filter(({ isFault }) => isFault)
    .map((failure): ItemFault => {
      const { item } = failure;
      const address = findAddress(item);
      const { position } = checkpoint;
      return {
        index: item.index,
        from: position,
        ...(address !== undefined && { address: hashParts([address]).slice(0, 16) }),
        failedAt: checkpointAt,
        isKept: kept.includes(failure),
      };
    });
  const faults = [...(checkpoint.faults ?? []), ...ours];
  const last = chunk.at(-1) as StreamedItem;
  if (ours.length > maxFaults.ofChunk) throw new Error(describeFaults(ours, chunk.length));
  if (ours.length > 0 && faults.length > maxFaults.ofImport) throw new Error(describeFaults(faults, last.index + 1));
  return {
    position: { items: last.index + 1, lines: last.line ?? 0, bytes: last.nextOffset },
    counts: addCounts(checkpoint.counts, countOutcomes(told)),
    keptFailures: checkpoint.keptFailures + kept.length,
    checkpointAt,
    ...(faults.length > 0 && { faults }),
    parts: await Promise.all(divideFailures(kept).map((failed) => keepFailures(failed, record, context))),
  };
}

function describeFaults(faults: readonly Pick<ItemFault, "index">[], items: number): string {
  const which = `the first is item ${faults[0]?.index}, and the log has the cause of each`;
  return `${faults.length} of ${items} items met a fault of ours; ${which}.`;
}

/** Tries an item again that met a fault of ours. Where it meets one again, only the mark is new that it was tried. */
async function workFault(
  item: StreamedItem,
  from: { readonly record: Held; readonly checkpoint: Checkpoint; readonly save: Save },
  context: ImportContext,
): Promise<CheckpointWrite> {
  const { record, checkpoint, save } = from;
  const { faults = [], counts, keptFailures } = checkpoint;
  const fault = faults.find(({ index }) => index === item.index) as ItemFault;
  const { triedAt = context.now().toISOString() } = fault;
  await save({ faults: faults.map((other) => (other === fault ? { ...fault, triedAt } : other)) });
  const answer = await workItem(item, record, {
    ...context,
    check: (current) => requireUnmodified(fault.failedAt, current),
  });
  const unmarked = faults.map((other) => (other === fault ? withoutMark(fault) : other));
  if (answer.status >= 500) return { ...checkpoint, faults: unmarked };

  const settledAt = context.now().toISOString();
  const rest = faults
    .filter((other) => other !== fault)
    // What comes later in the file for the same article is to change it again.
    .map((other) => (isSameAddress(other, fault) ? { ...other, failedAt: settledAt } : other));
  const told = fault.triedAt === undefined ? answer : await recallOutcome(answer, triedAt, context);
  const removed = { ...countOutcomes([]), deferred: 1 };
  const isFailure = answer.problem !== undefined;
  const failed = { item, line: describeFailure(item, answer) };
  return {
    ...checkpoint,
    counts: addCounts(addCounts(counts, removed, -1), countOutcomes([told])),
    keptFailures: keptFailures - (fault.isKept && !isFailure ? 1 : 0),
    faults: rest.length === 0 ? undefined : rest,
    ...(fault.isKept &&
      (isFailure ? { parts: [await keepFailures([failed], record, context)] } : { dropped: fault.index })),
  };
}

function withoutMark({ triedAt: _, ...fault }: ItemFault): ItemFault {
  return fault;
}

function isSameAddress(one: ItemFault, other: ItemFault): boolean {
  return one.address !== undefined && one.address === other.address;
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
    recalled.push(isFirst ? await recallOutcome(answer, checkpointAt, context) : answer);
  }
  return recalled;
}

async function recallOutcome(answer: ItemAnswer, since: string, context: ImportContext): Promise<ItemAnswer> {
  const { result } = answer;
  if (result?.outcome !== "unchanged") return answer;
  const article = await context.getArticle(result.id);
  const isOurs = article?.status === "live" && article.modifiedAt > since;
  return isOurs ? { ...answer, result: { ...result, outcome: article.outcome } } : answer;
}

interface Failed {
  readonly item: StreamedItem;
  readonly line: string;
}

/** In the order of the file, what is our fault apart from what is not: it is taken away when it is mended. */
function divideFailures<Entry extends Failed & { readonly isFault: boolean }>(failures: readonly Entry[]): Entry[][] {
  const divided: Entry[][] = [];
  for (const failure of failures) {
    const group = divided.at(-1);
    if (group === undefined || failure.isFault || group[0]?.isFault) divided.push([failure]);
    else group.push(failure);
  }
  return divided;
}

/** Comes before the checkpoint that names it: a crash between the two leaves an object that nobody reads. */
async function keepFailures(failed: readonly Failed[], record: Held, context: ImportContext): Promise<FailurePart> {
  const [first, last] = [failed[0], failed.at(-1)] as [Failed, Failed];
  const objectKey = importObjects.failures(record.id, first.item.index, record.lease.token);
  const lines = failed.map(({ line }) => line).join("");
  await context.bucket.putFailures(objectKey, lines);
  return { lastIndex: last.item.index, objectKey, bytes: Buffer.byteLength(lines) };
}

/** Tries of an item when a store does not answer; with full jitter up to half a second each, some seconds. */
const maxTries = 12;

/**
 * Takes in one item. A problem that is ours and passes is not the item's: it is tried again, and then ends the attempt. One that
 * does not pass is told with the item, whose failure harms no other.
 */
async function workItem(
  item: StreamedItem,
  record: Held,
  context: ImportContext & { readonly check?: CheckArticle },
): Promise<ItemAnswer> {
  for (let round = 1; ; round++) {
    // A process that was thought dead must not bring back an older version of what has been done since.
    if (context.now().toISOString() > record.lease.expiresAt) throw new Error("The attempt has outlived its lease.");
    const answer = await context.answerItem(item, record, context.check);
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
