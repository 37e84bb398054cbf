/** A value at a moment, in seconds since the beginning. */
export interface Point {
  readonly at: number;
  readonly value: number;
}

export interface Growth {
  /** Of the line through the points, in their unit per hour. */
  readonly perHour: number;
  /** What the line gains from the first to the last of them. */
  readonly gained: number;
  readonly mean: number;
  readonly isFlat: boolean;
}

/** A process may gain so much of its mean, or so many MB, and still be flat: heaps breathe. */
const tolerated = { share: 0.1, megabytes: 12 };

/** The slope of the least squares line. While a process warms up it grows, so give it what comes after. */
export function judgeGrowth(points: readonly Point[]): Growth {
  const mean = average(points.map(({ value }) => value));
  const meanAt = average(points.map(({ at }) => at));
  const covariance = sum(points.map(({ at, value }) => (at - meanAt) * (value - mean)));
  const variance = sum(points.map(({ at }) => (at - meanAt) ** 2));
  const slope = variance === 0 ? 0 : covariance / variance;
  const gained = slope * ((points.at(-1)?.at ?? 0) - (points[0]?.at ?? 0));
  const isFlat = gained <= Math.max(tolerated.share * mean, tolerated.megabytes);
  return { perHour: slope * 3600, gained, mean, isFlat };
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const average = (values: readonly number[]) => sum(values) / Math.max(values.length, 1);
