import type { Point } from "../support/draw-plot.ts";
import { type Growth, judgeGrowth } from "./judge-growth.ts";

/** The memory of a process over time, in MB. */
export interface ProcessMemory {
  /** Its function, `dynamodb` or `runner`. */
  readonly name: string;
  readonly resident: readonly Point[];
  /** What was left whenever its garbage had been collected. */
  readonly kept: readonly Point[];
  /** Seconds for which it had worked. */
  readonly worked: readonly Point[];
}

export interface Judgment {
  readonly name: string;
  readonly resident: Growth;
  /** Absent for a process that has no garbage to collect. */
  readonly kept?: Growth;
  readonly verdict: "flat" | "KEEPS MORE AND MORE" | "TAKES MORE AND MORE";
}

/** In less, code that is compiled and allocators that find their size look like a leak. */
export const minutesToJudge = { kept: 10, resident: 20 };

/**
 * A process may gain so much of its mean, or so many MB, and still be flat. What it keeps is known exactly, and only compiled
 * code adds to it; what is resident depends on allocators too.
 */
const tolerated = { kept: { share: 0.05, megabytes: 3 }, resident: { share: 0.1, megabytes: 12 } };

/**
 * Says whether a process leaks: by what it keeps, and, in a run that is long enough, by what is resident.
 *
 * @param options.warmAt seconds after which it counts
 * @throws Error when a process other than the database, which cannot, has not told what it keeps
 */
export function judgeProcess(
  { name, ...memory }: ProcessMemory,
  { warmAt, minutes }: { readonly warmAt: number; readonly minutes: number },
): Judgment {
  const warm = (points: readonly Point[]) => points.filter(({ at }) => at >= warmAt);
  const isLong = minutes >= minutesToJudge.resident;
  const resident = judgeGrowth(warm(memory.resident), tolerated.resident);
  const verdict = isLong && !resident.isFlat ? "TAKES MORE AND MORE" : "flat";
  if (name === "dynamodb") return { name, resident, verdict };
  if (minutes >= minutesToJudge.kept && warm(memory.kept).length === 0) {
    throw new Error(`${name} has not told what it keeps.`);
  }
  const kept = judgeGrowth(warm(memory.kept), tolerated.kept);
  return { name, resident, kept, verdict: kept.isFlat ? verdict : "KEEPS MORE AND MORE" };
}

/**
 * Seconds of work that a process must have behind it when the warming up ends; its start is a third of one. One that only bursts
 * call takes 40 MB more when they come, while it compiles its code, which would look like a leak.
 */
const workedWhenWarm = 1;

/** Seconds between the last sample of a process and the end of the run within which it counts as still there. */
const atTheEnd = 10;

/**
 * Judges the processes that are warm when the warming up ends and are there to the end, first those that gained most.
 *
 * @returns `unjudged`: what runs at the end without any process that could be judged, so that nothing is known of it
 */
export function judgeProcesses(
  memories: readonly ProcessMemory[],
  run: { readonly warmAt: number; readonly minutes: number },
): { readonly judged: readonly Judgment[]; readonly unjudged: readonly string[] } {
  const isThere = ({ resident }: ProcessMemory) => (resident.at(-1)?.at ?? 0) > run.minutes * 60 - atTheEnd;
  const isWarm = ({ name, worked }: ProcessMemory) =>
    name === "dynamodb" || worked.some(({ at, value }) => at <= run.warmAt && value >= workedWhenWarm);
  const running = memories.filter(isThere);
  const judged = running
    .filter(isWarm)
    .map((memory) => judgeProcess(memory, run))
    .sort((a, b) => (b.kept ?? b.resident).gained - (a.kept ?? a.resident).gained);
  const known = new Set(judged.map(({ name }) => name));
  const unjudged = [...new Set(running.map(({ name }) => name))].filter((name) => !known.has(name));
  return { judged, unjudged };
}
