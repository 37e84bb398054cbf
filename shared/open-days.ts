import { type ArticleRecord, kindOf } from "./stores/article-record.ts";
import type { ArticleWrite, Snapshot } from "./stores/article-writes.ts";
import { type DayIndex, dayListOf, dayOf } from "./stores/table-keys.ts";

const dayIndexes: readonly DayIndex[] = ["byDay", "byArrival"];

/** An article as it is written, and as it stands, where it does: a day on which it stands as the same kind is open. */
export interface Replacement {
  readonly article: ArticleRecord;
  readonly before: ArticleRecord | undefined;
}

/**
 * The writes that tell the lists on which days the articles of a transaction are to be found: one for each day, since a
 * transaction takes no two of one item, and none where the day says so already.
 *
 * @param newDayShards over how many shards a day is spread that nobody has opened yet
 */
export function openDays(
  replacements: readonly Replacement[],
  { days, newDayShards }: { readonly days: Snapshot["days"]; readonly newDayShards?: number },
): ArticleWrite[] {
  const wanted = new Map<string, Set<string>>();
  for (const { article, before } of replacements) {
    for (const index of dayIndexes) {
      const day = dayIn(index, article);
      const list = dayListOf(index, kindOf(article));
      const stands = before !== undefined && kindOf(before) === kindOf(article) && dayIn(index, before) === day;
      if (!stands && !days.get(day)?.lists.has(list)) wanted.set(day, (wanted.get(day) ?? new Set()).add(list));
    }
  }
  return [...wanted].map(([day, lists]) => ({
    kind: "day",
    day,
    lists: [...lists],
    ...(newDayShards !== undefined && { shards: newDayShards }),
  }));
}

/**
 * Over how many shards an article's days are spread. A day that was not read counts as one: its first shard is always read,
 * and another one only once the day says that it is there.
 */
export function shardsOfDays(article: ArticleRecord, days: Snapshot["days"]): Record<DayIndex, number> {
  const shards = (index: DayIndex) => days.get(dayIn(index, article))?.shards ?? 1;
  return { byDay: shards("byDay"), byArrival: shards("byArrival") };
}

function dayIn(index: DayIndex, { timelineKey, ingestedAt }: ArticleRecord): string {
  return dayOf(index === "byDay" ? timelineKey : ingestedAt);
}
