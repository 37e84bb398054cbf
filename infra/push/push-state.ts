import { createHash } from "node:crypto";
import { appendFile, mkdir, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { FileProgress } from "./tally.ts";

/** How far a run came that did not come to its end. */
export interface EarlierRun {
  readonly startedAt: string;
  readonly files: ReadonlyMap<string, FileProgress>;
}

/** Where a run keeps how far it is, and what failed. */
export interface PushState {
  /** Absent when the last run came to its end, or there was none. */
  readonly earlier: EarlierRun | undefined;
  /** Where the failures stand until the end of the run. */
  readonly failuresFile: string;
  /** Forgets the earlier run. */
  startAnew(): Promise<void>;
  /** Keeps what has been settled: first the failures, then that they are settled. */
  keep(failures: readonly string[], progress: readonly FileProgress[]): Promise<void>;
  /** There is nothing to go on with. */
  forget(): Promise<void>;
}

interface StateLine {
  readonly progress: readonly FileProgress[];
  readonly failureBytes: number;
}

/**
 * Opens the state of a run: a log with a line for each batch that was settled. A line that is torn, or missing, means that a
 * batch is sent again, which does no harm.
 *
 * @param options.canGoOn whether a run can go on where an earlier one ended
 * @param identity what makes it the same run: address, key and inputs; only its hash is kept
 */
export async function openPushState(
  directory: string,
  identity: readonly string[],
  { canGoOn, now }: { readonly canGoOn: boolean; readonly now: () => Date },
): Promise<PushState> {
  const name = createHash("sha256").update(JSON.stringify(identity)).digest("hex").slice(0, 16);
  const [logFile, failuresFile] = [join(directory, `${name}.ndjson`), join(directory, `${name}.failures.ndjson`)];
  await mkdir(directory, { recursive: true });
  const read = canGoOn ? await readLog(logFile) : undefined;
  let failureBytes = read?.failureBytes ?? 0;
  // What was written after the last line of the log belongs to a batch that will be sent again.
  if (read !== undefined && (await sizeOf(failuresFile)) >= failureBytes) await truncate(failuresFile, failureBytes);
  const earlier = read?.files.size ? read : undefined;

  async function startAnew(): Promise<void> {
    failureBytes = 0;
    await writeFile(failuresFile, "");
    await writeFile(logFile, `${JSON.stringify({ startedAt: now().toISOString() })}\n`);
  }
  if (earlier === undefined) await startAnew();
  return {
    earlier,
    failuresFile,
    startAnew,
    async keep(failures, progress) {
      const text = failures.join("");
      if (text !== "") await appendFile(failuresFile, text);
      failureBytes += Buffer.byteLength(text);
      await appendFile(logFile, `${JSON.stringify({ progress, failureBytes } satisfies StateLine)}\n`);
    },
    async forget() {
      await rm(logFile, { force: true });
      await rm(failuresFile, { force: true });
    },
  };
}

async function readLog(file: string): Promise<(EarlierRun & { readonly failureBytes: number }) | undefined> {
  const text = await readFile(file, "utf8").catch(() => "");
  const files = new Map<string, FileProgress>();
  let startedAt: string | undefined;
  let failureBytes = 0;
  for (const line of text.split("\n").slice(0, -1)) {
    const entry = parseLine(line);
    if (entry === undefined) return undefined;
    startedAt ??= entry.startedAt;
    failureBytes = entry.failureBytes ?? failureBytes;
    for (const progress of entry.progress ?? []) files.set(progress.file, progress);
  }
  return startedAt === undefined ? undefined : { startedAt, files, failureBytes };
}

function parseLine(line: string): ({ startedAt?: string } & Partial<StateLine>) | undefined {
  try {
    return JSON.parse(line);
  } catch {
    // Two runs wrote at once, or somebody edited it. Without a state, everything is sent again.
    return undefined;
  }
}

async function sizeOf(file: string): Promise<number> {
  return stat(file).then(
    ({ size }) => size,
    () => -1,
  );
}
