import type { ErasureTable } from "../../../shared/stores/erasure-table.ts";
import type { ObjectVersion, ObjectVersions } from "../../../shared/stores/object-versions.ts";
import type { ShowProgress } from "../show-progress.ts";
import { openDigestFilter } from "./digest-filter.ts";
import { readReferences } from "./read-references.ts";

export interface SweepContext {
  readonly articleItems: Pick<ErasureTable, "scan">;
  readonly rawObjects: ObjectVersions;
  readonly now: () => Date;
  /** Another one for each run. */
  readonly seed: string;
}

export interface SweptPartner {
  readonly partner: string;
  /** Versions that were looked at, and those of them that nobody refers to and that are old enough. */
  readonly versions: number;
  readonly unreferenced: number;
  readonly bytes: number;
}

export interface SweepReport {
  readonly isDryRun: boolean;
  readonly partners: readonly SweptPartner[];
  /** There was more to remove than one run takes. */
  readonly hasMore: boolean;
}

/** What one run removes at most; it is held in memory for a second look. */
const maxCandidates = 100_000;

/**
 * Removes raw objects that nobody refers to: what a submission has left that crashed between its two writes, or lost its race.
 *
 * 1. All references go into a filter that may know too many, and never too few.
 * 2. Versions that are older than the grace time, and not in the filter, are candidates.
 * 3. All references are read once more, and candidates that have one are let go.
 * 4. What is left is removed by version ID.
 *
 * A submission that comes with the same bytes meanwhile puts a version of its own, which is younger than the grace time, and is
 * not among the candidates; see DECISIONS.md.
 *
 * @param options.graceMs longer than a submission can take, by far
 */
export async function sweep(
  options: { readonly graceMs: number; readonly isDryRun: boolean },
  context: SweepContext,
  progress: ShowProgress,
): Promise<SweepReport> {
  const { articleItems, rawObjects } = context;
  const before = context.now().getTime() - options.graceMs;
  const shown = (count: number) => count.toLocaleString("en");
  const filter = openDigestFilter(context.seed);
  let items = 0;
  const onPage = (what: string) => (count: number) => {
    items += count;
    progress.update(`${what}: ${shown(items)} items of the table read`);
  };
  for await (const reference of readReferences(articleItems, onPage("references"))) filter.add(reference);

  const candidates = new Map<string, ObjectVersion[]>();
  const partners = new Map<string, { versions: number; unreferenced: number; bytes: number }>();
  const of = (name: string) => {
    const partner = name.slice(0, name.indexOf("/"));
    const swept = partners.get(partner) ?? { versions: 0, unreferenced: 0, bytes: 0 };
    partners.set(partner, swept);
    return swept;
  };
  let versions = 0;
  let found = 0;
  for await (const page of rawObjects.list("raw/")) {
    for (const version of page) {
      const name = version.key.slice("raw/".length);
      of(name).versions += 1;
      if (version.storedAt.getTime() >= before || filter.mayHave(name)) continue;
      found += 1;
      if (found <= maxCandidates) candidates.set(name, [...(candidates.get(name) ?? []), version]);
    }
    versions += page.length;
    progress.update(`objects: ${shown(versions)} versions looked at, ${shown(found)} without a reference`);
  }

  if (candidates.size > 0) {
    items = 0;
    for await (const reference of readReferences(articleItems, onPage("second look"))) candidates.delete(reference);
  }
  const removed = [...candidates.values()].flat();
  for (let start = 0; start < removed.length; start += 1000) {
    const some = removed.slice(start, start + 1000);
    if (!options.isDryRun) await rawObjects.remove(some);
    for (const { key, bytes } of some) {
      const swept = of(key.slice("raw/".length));
      swept.unreferenced += 1;
      swept.bytes += bytes;
    }
    progress.update(`removed: ${shown(start + some.length)} of ${shown(removed.length)}`);
  }
  progress.end();
  return {
    isDryRun: options.isDryRun,
    partners: [...partners].map(([partner, swept]) => ({ partner, ...swept })),
    hasMore: found > maxCandidates,
  };
}
