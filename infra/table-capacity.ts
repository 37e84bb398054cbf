/** What `-c capacity=` may say. */
export const capacityModes = ["on-demand", "provisioned"] as const;
export type CapacityMode = (typeof capacityModes)[number];

/** Of the units that autoscaling holds, so much is meant to be in use. */
export const targetUtilizationPercent = 70;

/** Submissions for which a stage with provisioned tables holds capacity. */
export interface SubmissionRates {
  /** Also when nobody submits anything. */
  readonly minPerMinute: number;
  /** Where autoscaling ends; beyond that, requests are throttled. */
  readonly maxPerMinute: number;
}

/** With these, capacity costs $13 a month when nobody comes, and $3.25 an hour at the most. */
export const defaultRates: SubmissionRates = { minPerMinute: 30, maxPerMinute: 6000 };

/** Beyond it, the articles table would need more than the 40,000 units that AWS gives a table before it is asked for more. */
export const maxPerMinuteLimit = 90_000;

/** The articles table without its indexes, each of these, and the log of changes. */
export type Place = "articles" | "index" | "changes";

/** Units of one submission of the usual mix, come by itself: as `ops cost` counts them, rounded up. test/e2e/cost.test.ts looks. */
export const unitsPerSubmission: Readonly<Record<Place, { readonly write: number; readonly read: number }>> = {
  articles: { write: 18, read: 15.5 },
  index: { write: 1, read: 0 },
  changes: { write: 1.2, read: 1.3 },
};

/** Lists, articles and changes are read by others, whose number no submission tells: a few pages a second, and many. */
const readersUnits = { min: 5, max: 1000 } as const;

/** The units a second between which autoscaling may choose. */
export interface CapacityRange {
  readonly min: number;
  readonly max: number;
}

/** Whole units, for that is how they are held: at least one. */
export function sizeCapacity(
  place: Place,
  use: "write" | "read",
  { minPerMinute, maxPerMinute }: SubmissionRates,
): CapacityRange {
  const units = (perMinute: number) => unitsToHold((perMinute / 60) * unitsPerSubmission[place][use]);
  const [min, max] = [units(minPerMinute), units(maxPerMinute)];
  const readers = use === "read" ? readersUnits : { min: 0, max: 0 };
  return { min: Math.max(1, min + readers.min), max: Math.max(1, max + readers.max) };
}

/** What autoscaling comes to hold for an even use. @param perSecond units in use */
export function unitsToHold(perSecond: number): number {
  return Math.ceil((perSecond * 100) / targetUtilizationPercent);
}
