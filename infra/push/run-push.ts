import { Readable } from "node:stream";
import type { AnsweredProblem } from "../../shared/api/problem-answer.ts";
import type { Entry, Place } from "./entry.ts";
import { type Failure, writeFailureLine } from "./failure-line.ts";
import type { Source } from "./list-sources.ts";
import { type Batch, type BatchLimits, makeBatches } from "./make-batches.ts";
import { PushError } from "./push-error.ts";
import type { PushState } from "./push-state.ts";
import { readEntries } from "./read-entries.ts";
import type { Sender } from "./send-items.ts";
import { type FileProgress, openTally, type Tally } from "./tally.ts";

export interface PushRun {
  readonly sources: readonly Source[];
  /** What the user says that the sources are. */
  readonly mediaType?: string | undefined;
  readonly sender: Sender;
  readonly state: PushState;
  readonly limits?: BatchLimits;
  /** Hears how much of the files was read. */
  readonly onRead?: (bytes: number) => void;
  /** Hears of every batch that was settled: how many, and how many of them failed. */
  readonly onSettled?: (entries: number, failed: number) => void;
}

export interface PushReport {
  readonly files: readonly FileProgress[];
  /** The first that failed, to be shown. */
  readonly firstFailures: readonly { readonly place: Place; readonly problem: AnsweredProblem }[];
  /** Why it did not come to its end. */
  readonly stopped?: string;
}

const shownFailures = 5;

/**
 * Pushes everything, batch after batch, in the order in which it stands: of two versions of an article, the later one has to
 * come last. After each batch it is kept how far it came, so that the next run can go on there.
 */
export async function runPush(run: PushRun): Promise<PushReport> {
  const { sources, sender, state, limits } = run;
  const earlier = await findEarlier(run);
  const tallies = new Map(sources.map(({ name }) => [name, openTally(name, earlier.get(name)?.outcomes)] as const));
  const tallyOf = ({ file }: Place) => tallies.get(file) as Tally;
  const firstFailures: Failure[] = [];
  const report = (stopped?: string): PushReport => ({
    files: [...tallies.values()].map((tally) => tally.read()),
    firstFailures,
    ...(stopped !== undefined && { stopped }),
  });

  async function* readUnsettled(): AsyncGenerator<Entry, void, void> {
    for (const source of sources) {
      let skipped = earlier.get(source.name)?.entries ?? 0;
      for await (const entry of readEntries(countBytes(source, run.onRead), run.mediaType)) {
        if (skipped === 0) yield entry;
        else {
          skipped -= 1;
          tallyOf(entry.place).advance(entry);
        }
      }
    }
  }

  async function settle(batch: Batch): Promise<void> {
    const failures: Failure[] = [...batch.refusals];
    for (const settled of await sender.settle(batch.items)) {
      if ("outcome" in settled) tallyOf(settled.place).count(settled.outcome);
      else failures.push({ ...settled.item, place: settled.place, problem: settled.problem });
    }
    const order = new Map(batch.entries.map(({ place }, index) => [place, index]));
    failures.sort((a, b) => (order.get(a.place) ?? Infinity) - (order.get(b.place) ?? Infinity));
    for (const { place } of failures) tallyOf(place).count("failed");
    for (const entry of batch.entries) tallyOf(entry.place).advance(entry);
    const files = new Set(batch.entries.map((entry) => entry.place.file));
    await state.keep(
      failures.map(writeFailureLine),
      [...files].map((file) => (tallies.get(file) as Tally).read()),
    );
    firstFailures.push(...failures.slice(0, Math.max(0, shownFailures - firstFailures.length)));
    run.onSettled?.(batch.entries.length, failures.length);
  }

  try {
    for await (const batch of makeBatches(readUnsettled(), limits)) await settle(batch);
  } catch (error) {
    if (error instanceof PushError) return report(error.message);
    throw error;
  }
  return report();
}

/** How far an earlier run came, if all files still begin with what it has settled; if not, it is forgotten. */
async function findEarlier({ sources, state, mediaType }: PushRun): Promise<ReadonlyMap<string, FileProgress>> {
  if (state.earlier === undefined) return new Map();
  const byName = new Map(sources.map((source) => [source.name, source]));
  for (const progress of state.earlier.files.values()) {
    const source = byName.get(progress.file);
    if (source !== undefined && (await beginsWith(source, progress, mediaType))) continue;
    await state.startAnew();
    return new Map();
  }
  return state.earlier.files;
}

function countBytes(source: Source, onRead: (bytes: number) => void = () => {}): Source {
  async function* count(stream: Readable) {
    for await (const chunk of stream) {
      onRead(chunk.length);
      yield chunk;
    }
  }
  return { ...source, open: () => Readable.from(count(source.open())) };
}

async function beginsWith(source: Source, { entries, digest }: FileProgress, mediaType: string | undefined) {
  const tally = openTally(source.name);
  let count = 0;
  for await (const entry of readEntries(source, mediaType)) {
    tally.advance(entry);
    count += 1;
    if (count === entries) break;
  }
  return count === entries && tally.read().digest === digest;
}
