import type { ArticleTable } from "../../../shared/stores/article-table.ts";
import type { ErasureLog } from "../../../shared/stores/erasure-log.ts";
import type { ErasureTable } from "../../../shared/stores/erasure-table.ts";
import type { ImportTable } from "../../../shared/stores/import-table.ts";
import type { ObjectVersions } from "../../../shared/stores/object-versions.ts";
import { rawObjects as rawKeys } from "../../../shared/stores/table-keys.ts";
import type { ShowProgress } from "../show-progress.ts";
import type { HeirContext } from "./make-heirs-findable.ts";

export type ErasureTarget =
  | { readonly kind: "article"; readonly id: string; readonly partner: string }
  | { readonly kind: "partner"; readonly partner: string };

export interface EraseContext extends HeirContext {
  readonly articles: ArticleTable;
  readonly imports: Pick<ImportTable, "listOpen" | "getImport">;
  readonly erasures: ErasureLog;
  readonly articleItems: ErasureTable;
  readonly partnerItems: ErasureTable;
  readonly importItems: ErasureTable;
  readonly rawObjects: ObjectVersions;
  readonly importFiles: ObjectVersions;
  /** Other places, in the order in which they follow the articles. */
  readonly others: readonly ErasurePlace[];
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** A place outside of the tables and buckets that keeps something of articles. */
export interface ErasurePlace {
  readonly name: string;
  /** Done twice, it is done once. */
  erase(target: ErasureTarget, articleIds: ReadonlySet<string>): Promise<void>;
  /** Looks for what is there; of a partner also where no article is known any more. */
  count(target: ErasureTarget, articleIds: ReadonlySet<string>): Promise<number>;
}

/** What every step needs. */
export interface Work {
  readonly target: ErasureTarget;
  readonly context: EraseContext;
  readonly progress: ShowProgress;
}

/** The article that is erased; of a partner, none in particular. */
export function articleOf(target: ErasureTarget): string {
  return target.kind === "article" ? target.id : "";
}

/** Below what lie the raw objects of a partner, or of an article those with the given digests. */
export function rawPrefixes(target: ErasureTarget, digests: ReadonlySet<string>): string[] {
  const { partner } = target;
  if (target.kind === "partner") return [rawKeys.raw(partner, "")];
  return [...digests].map((digest) => rawKeys.raw(partner, digest));
}

/** Below what lies what was kept aside, since it could not be made safe. */
export function quarantinePrefix(target: ErasureTarget): string {
  const { partner } = target;
  return target.kind === "article" ? rawKeys.quarantined(partner, target.id, "") : `${rawKeys.quarantine}${partner}/`;
}

export async function waitUntil(
  time: number,
  reason: string,
  { context, progress }: Pick<Work, "context" | "progress">,
): Promise<void> {
  const { now, sleep } = context;
  for (;;) {
    const seconds = Math.ceil((time - now().getTime()) / 1000);
    if (seconds <= 0) return;
    progress.update(`waiting ${seconds} s, until ${reason}`);
    await sleep(Math.min(seconds, 1) * 1000);
  }
}
