import type { ArticleTable } from "../../shared/stores/article-table.ts";
import type { ChangeLog, LogPosition } from "../../shared/stores/change-log.ts";

export interface RebuildContext {
  readonly articles: Pick<ArticleTable, "touchArticle">;
  readonly changes: Pick<ChangeLog, "read" | "findEnd">;
  readonly now: () => Date;
}

export interface RebuildProgress {
  /** Articles that the stream was made to tell of again. */
  readonly touched: number;
  /** The entry of the log to go on from, and the last one that there was at the beginning. */
  readonly entry: number;
  readonly lastEntry: number;
}

/** Changes that are read at a time. Who goes on in the middle of an entry touches a part of it twice, which harms nothing. */
const changesPerPage = 200;

/** Articles that are touched side by side. */
const atOnce = 16;

/**
 * Makes the stream tell of every article again, so that whoever is fed by it takes all of them in: those that were there before
 * there was a search index, that the index lost, or that another rule would fold differently. The log of changes names them all;
 * what comes in meanwhile is told by itself.
 *
 * @param options.from the entry of the log to begin with; to go on after a break, the `entry` of the last progress
 * @param options.signal ends it behind the page that is under way
 */
export async function rebuildSearch(
  { articles, changes, now }: RebuildContext,
  options: {
    readonly from: number;
    readonly signal: AbortSignal;
    readonly onProgress: (progress: RebuildProgress) => void;
  },
): Promise<RebuildProgress> {
  const end = await changes.findEnd();
  const seen = new Set<string>();
  let position: LogPosition = { entry: options.from, read: 0 };
  let touched = 0;
  const describe = () => ({ touched, entry: position.entry, lastEntry: end.entry - 1 });
  while (position.entry < end.entry && !options.signal.aborted) {
    const page = await changes.read(position, changesPerPage);
    const ids = page.changes.map(({ id }) => id).filter((id) => !seen.has(id) && seen.add(id));
    while (ids.length > 0) {
      const done = await Promise.all(ids.splice(0, atOnce).map((id) => articles.touchArticle(id, now())));
      touched += done.filter(Boolean).length;
    }
    position = page.position;
    options.onProgress(describe());
    if (page.changes.length === 0) break;
  }
  return describe();
}
