import type { OutcomeCounts } from "../../shared/api/item-answer.ts";
import type { ProblemError } from "../../shared/api/problem.ts";
import type { MetricSet } from "./embed-metrics.ts";
import { logFailure } from "./log-event.ts";
import { watchDuplicates } from "./watch-duplicates.ts";

/**
 * What is measured of items, in whatever way they come: alone, in a batch, from a hub, in an import. Each costs by the month,
 * and once more for each value of a dimension.
 */
export const itemMetrics: MetricSet = {
  dimensions: [],
  metrics: ["articles", "duplicates", "onlyDuplicates", "unsafeContent", "itemFaults"],
};

type TakenIn = Pick<OutcomeCounts, "created" | "updated" | "unchanged" | "duplicate" | "retracted">;

/** What a line says of the articles that were taken in, for the metrics. */
export type MeasureItems = (
  partner: string | undefined,
  counts: Partial<TakenIn>,
) => { readonly articles?: number; readonly duplicates?: number; readonly onlyDuplicates?: number | undefined };

/** Opened once by a function, for it remembers what partners sent. */
export function openItemMeter(): MeasureItems {
  const watch = watchDuplicates();
  return (partner = "", counts) => {
    const { created = 0, updated = 0, unchanged = 0, duplicate: duplicates = 0, retracted = 0 } = counts;
    const articles = created + updated + unchanged + duplicates + retracted;
    if (articles === 0) return {};
    const counted = { articles, duplicates };
    return { ...counted, onlyDuplicates: watch.count(partner, counted) };
  };
}

/**
 * A line for an item of many that met a failure of ours, while the others go on.
 *
 * @param subject which item, and where it came in; never what it says
 */
export function logItemFault(
  subject: { readonly operation: string; readonly partner: string; readonly index: number } & Readonly<
    Record<string, string | number>
  >,
  problem: ProblemError,
): void {
  const { kind } = problem;
  // What fails until somebody mends our code; that a store did not answer passes.
  const measured = {
    ...(kind === "unsafe-content" && { unsafeContent: 1 }),
    ...(kind === "internal" && { itemFaults: 1 }),
  };
  logFailure({ ...subject, problem: kind, ...measured }, problem, [itemMetrics]);
}
