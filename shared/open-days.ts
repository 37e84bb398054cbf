import { type ArticleRecord, kindOf } from "./stores/article-record.ts";
import type { ArticleWrite, Snapshot } from "./stores/article-writes.ts";
import { type DayIndex, dayListOf, dayOf } from "./stores/table-keys.ts";

const dayIndexes: readonly DayIndex[] = ["byDay", "byArrival"];

/**
 * The writes that tell the lists on which days an article of this kind is to be found; none where its days say so already.
 *
 * @param before the article as it stands; where its kind and days are the same, they are open
 * @param newDayShards over how many shards a day is spread that nobody has opened yet
 */
export function openDays(
  article: ArticleRecord,
  before: ArticleRecord | undefined,
  { days, newDayShards }: { readonly days: Snapshot["days"]; readonly newDayShards?: number },
): ArticleWrite[] {
  const wanted = new Map<string, string[]>();
  for (const index of dayIndexes) {
    const day = dayIn(index, article);
    const list = dayListOf(index, kindOf(article));
    const stands = before !== undefined && kindOf(before) === kindOf(article) && dayIn(index, before) === day;
    if (stands || days.get(day)?.lists.has(list)) continue;
    wanted.set(day, [...(wanted.get(day) ?? []), list]);
  }
  return [...wanted].map(([day, lists]) => ({
    kind: "day",
    day,
    lists,
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
