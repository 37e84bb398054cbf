import type { Point } from "../support/draw-plot.ts";
import { type Growth, judgeGrowth } from "./judge-growth.ts";

/** The memory of a process over time, in MB. */
export interface ProcessMemory {
  /** Its function, `dynamodb` or `runner`. */
  readonly name: string;
  readonly resident: readonly Point[];
  /** What was left whenever its garbage had been collected. */
  readonly kept: readonly Point[];
}

export interface Judgment {
  readonly name: string;
  readonly resident: Growth;
  /** Absent for a process that has no garbage to collect. */
  readonly kept?: Growth;
  readonly verdict: "flat" | "KEEPS MORE AND MORE" | "GROWS BESIDE ITS HEAP";
}

/** In less, code that is compiled and allocators that find their size look like a leak. */
export const minutesToJudge = { kept: 5, resident: 20 };

/**
 * A process may gain so much of its mean, or so many MB, and still be flat. What it keeps is known exactly, and only compiled
 * code adds to it; what is resident depends on allocators too.
 */
const tolerated = { kept: { share: 0.05, megabytes: 3 }, resident: { share: 0.1, megabytes: 12 } };

/**
 * Says whether a process leaks, by what it keeps, or else, in a run that is long enough, by what is resident.
 *
 * @param options.warmAt seconds after which it counts
 * @throws Error when a process other than the database, which cannot, has not told what it keeps
 */
export function judgeProcess(
  { name, ...memory }: ProcessMemory,
  { warmAt, minutes }: { readonly warmAt: number; readonly minutes: number },
): Judgment {
  const warm = (points: readonly Point[]) => points.filter(({ at }) => at >= warmAt);
  const resident = judgeGrowth(warm(memory.resident), tolerated.resident);
  const grows = minutes >= minutesToJudge.resident && !resident.isFlat;
  const verdict = grows ? "GROWS BESIDE ITS HEAP" : "flat";
  if (name === "dynamodb") return { name, resident, verdict };
  if (minutes >= minutesToJudge.kept && warm(memory.kept).length === 0) {
    throw new Error(`${name} has not told what it keeps.`);
  }
  const kept = judgeGrowth(warm(memory.kept), tolerated.kept);
  return { name, resident, kept, verdict: kept.isFlat ? verdict : "KEEPS MORE AND MORE" };
}
