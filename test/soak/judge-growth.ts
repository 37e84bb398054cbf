import type { Point } from "../support/draw-plot.ts";

export interface Growth {
  /** Of the line through the points, which lie at seconds since the beginning, in their unit per hour. */
  readonly perHour: number;
  /** What the line gains from the first to the last of them. */
  readonly gained: number;
  readonly mean: number;
  readonly isFlat: boolean;
}

/** What may be gained and still be flat: so much of the mean, or so many MB. */
export interface Tolerated {
  readonly share: number;
  readonly megabytes: number;
}

/** Stretches of which each counts with its lowest value. */
const stretches = 8;

/**
 * The slope of the least squares line through the lowest values of some stretches. Memory grows while something is being done,
 * and until somebody collects the garbage, so what tells a leak from a saw-tooth is where the teeth begin.
 */
export function judgeGrowth(points: readonly Point[], { share, megabytes }: Tolerated): Growth {
  const length = Math.ceil(points.length / stretches);
  const lowest = Array.from({ length: stretches }, (_, n) => points.slice(n * length, (n + 1) * length)).flatMap(
    (stretch) => stretch.toSorted((a, b) => a.value - b.value).slice(0, 1),
  );
  const mean = average(lowest.map(({ value }) => value));
  const meanAt = average(lowest.map(({ at }) => at));
  const covariance = sum(lowest.map(({ at, value }) => (at - meanAt) * (value - mean)));
  const variance = sum(lowest.map(({ at }) => (at - meanAt) ** 2));
  const slope = variance === 0 ? 0 : covariance / variance;
  const gained = slope * ((points.at(-1)?.at ?? 0) - (points[0]?.at ?? 0));
  const isFlat = gained <= Math.max(share * mean, megabytes);
  return { perHour: slope * 3600, gained, mean, isFlat };
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const average = (values: readonly number[]) => sum(values) / Math.max(values.length, 1);
