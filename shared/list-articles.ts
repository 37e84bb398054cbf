import type { ArticleSummary } from "./api/article-summary.ts";
import { ProblemError } from "./api/problem.ts";
import { mergeSorted } from "./merge-sorted.ts";
import { type ListQuery, makeFilter, type Plan, planQuery } from "./plan-query.ts";
import { findCluster, readMembers } from "./read-cluster.ts";
import type { TimelineEntry } from "./stores/article-item.ts";
import type { Day } from "./stores/article-record.ts";
import type { ArticleTable } from "./stores/article-table.ts";
import type { ArticleTimeline, Stretch } from "./stores/article-timeline.ts";
import {
  type ArticleKind,
  type DayIndex,
  dayListOf,
  dayOf,
  endOfTime,
  makeTimeKey,
  partitionOf,
  type TimelineIndex,
} from "./stores/table-keys.ts";

export interface ListContext {
  readonly timeline: Pick<ArticleTimeline, "queryEntries" | "queryDays">;
  readonly articles: Pick<ArticleTable, "getArticles" | "getCluster" | "listMembers">;
}

export interface Page {
  readonly items: ArticleSummary[];
  /** Where the next page begins; absent at the end. */
  readonly position?: string;
  readonly plan: Plan;
  /** Entries that were looked at. */
  readonly evaluated: number;
}

/** What one page may look at. A filter that matches little then gives a short page and a cursor, not a long wait. */
const maxEvaluated = 500;

/** Partitions that one page may read, for the same reason: days may turn out to be empty. */
const maxPartitions = 100;

/** Days asked for: few at first, since a page is mostly full after one or two; more when these hold little. */
const daysPerQuery = { first: 8, next: 100 };

/** Members of a story that can be put into another order than that of their joining. */
const maxSorted = 500;

/** A step of the walk: an entry, or the end of a day, which has only the position behind it. */
type Step = TimelineEntry | { readonly entry?: never; readonly position: string };

/** Counts partitions that a page has read so far. */
interface Spent {
  partitions: number;
}

/**
 * A page of the list, as planned: the index that narrows most gives entries in order, the other filters are applied to what it
 * gives.
 *
 * @param position where the page before ended
 * @throws ProblemError `invalid-parameter` when a story has too many articles to be put into another order
 */
export async function listArticles(
  query: ListQuery,
  position: string | undefined,
  context: ListContext,
): Promise<Page> {
  const plan = planQuery(query);
  const matches = makeFilter(query, plan);
  const spent: Spent = { partitions: 0 };
  const items: ArticleSummary[] = [];
  let evaluated = 0;
  let last: string | undefined;
  for await (const step of walk({ plan, query, context, spent }, position)) {
    const { entry, position: reached } = step;
    if (entry === undefined) {
      if (spent.partitions >= maxPartitions) return { items, position: reached, plan, evaluated };
      last = reached;
      continue;
    }
    const isMatch = matches(entry, step.listedAt);
    if (last !== undefined && (evaluated >= maxEvaluated || (isMatch && items.length >= query.limit))) {
      return { items, position: last, plan, evaluated };
    }
    evaluated++;
    last = reached;
    if (isMatch) items.push(entry);
  }
  return { items, plan, evaluated };
}

/** What the walk goes by. */
interface Walk {
  readonly plan: Plan;
  readonly query: ListQuery;
  readonly context: ListContext;
  readonly spent: Spent;
}

function walk(by: Walk, position: string | undefined): AsyncGenerator<Step> {
  const { index, kinds, values, stretch } = by.plan;
  if (index === "members") return by.query.sort === undefined ? walkMembers(by, position) : walkSorted(by, position);
  const rest = position === undefined ? stretch : goOn(stretch, position);
  if (index === "byDay" || index === "byArrival") return walkDays(by, index, rest);
  const partitions = values.flatMap((value) => kinds.map((kind) => partitionOf(kind, value)));
  return walkPartitions(by, { index, partitions, stretch: rest });
}

/** What is left of a stretch behind a position. */
function goOn(stretch: Stretch, position: string): Stretch {
  // The lowest string above a position is the position with the lowest character behind it.
  return stretch.isAscending ? { ...stretch, from: `${position}\u0000` } : { ...stretch, before: position };
}

/** All days that have articles, one after the other, each to its end. */
async function* walkDays(by: Walk, index: DayIndex, stretch: Stretch): AsyncGenerator<Step> {
  const { plan, context, spent } = by;
  let days = daysWithin(stretch);
  let daysWanted = daysPerQuery.first;
  for (;;) {
    const { days: found, hasMore } = await context.timeline.queryDays(days, daysWanted);
    for (const day of found) {
      const partitions = partitionsOf(day, index, plan.kinds);
      if (partitions.length === 0) continue;
      spent.partitions += partitions.length;
      yield* walkPartitions(by, { index, partitions, stretch });
      yield { position: stretch.isAscending ? `${day.day}${endOfTime}` : day.day };
    }
    const last = found.at(-1);
    if (last === undefined || !hasMore) return;
    days = goOn(days, last.day);
    daysWanted = daysPerQuery.next;
  }
}

/** The days of a stretch. Where it goes on behind the end of a day, that day is no part of it. */
function daysWithin({ from, before, isAscending }: Stretch): Stretch {
  const isBehind = from.slice(dayOf(from).length).startsWith(endOfTime);
  return {
    from: isBehind ? from : dayOf(from),
    before: before === dayOf(before) && before !== endOfTime ? before : `${dayOf(before)}${endOfTime}`,
    isAscending,
  };
}

/** Where a day's articles lie: each kind that it has, over all of its shards. */
function partitionsOf({ day, lists, shards }: Day, index: DayIndex, kinds: readonly ArticleKind[]): string[] {
  return kinds
    .filter((kind) => lists.has(dayListOf(index, kind)))
    .flatMap((kind) => Array.from({ length: shards }, (_, shard) => partitionOf(kind, day, shard)));
}

interface Partitions {
  readonly index: TimelineIndex;
  readonly partitions: readonly string[];
  readonly stretch: Stretch;
}

/** Partitions side by side, merged into one order. */
function walkPartitions(by: Walk, { index, partitions, stretch }: Partitions): AsyncGenerator<Step> {
  // One more than the page holds: it tells whether there is a next page. Of several partitions, each gives hardly all of it.
  const wanted = by.query.limit + 1;
  const limit = partitions.length === 1 ? wanted : Math.ceil((1.5 * wanted) / partitions.length);
  const [only, ...others] = partitions.map((partition) => walkPartition(by, { index, partition, stretch, limit }));
  if (only !== undefined && others.length === 0) return only;
  const all = only === undefined ? [] : [only, ...others];
  return mergeSorted<Step>(all, (a, b) => a.position < b.position === stretch.isAscending);
}

async function* walkPartition(
  { context }: Walk,
  wanted: Parameters<ArticleTimeline["queryEntries"]>[0],
): AsyncGenerator<Step> {
  let { stretch } = wanted;
  for (;;) {
    const { entries, hasMore } = await context.timeline.queryEntries({ ...wanted, stretch });
    yield* entries;
    const last = entries.at(-1);
    if (last === undefined || !hasMore) return;
    stretch = goOn(stretch, last.position);
  }
}

/** The original first, then the duplicates as they joined. */
async function* walkMembers(
  { query, context: { articles } }: Walk,
  position: string | undefined,
): AsyncGenerator<TimelineEntry> {
  const cluster = await findCluster(query.cluster ?? "", articles);
  if (cluster === undefined) return;
  let after = position;
  for (;;) {
    const { members, hasMore } = await readMembers(cluster, { after, limit: query.limit + 1, articles });
    for (const { member: entry, ...place } of members) yield { entry, ...place };
    after = members.at(-1)?.position;
    if (after === undefined || !hasMore) return;
  }
}

/** The members of a story by time: there is no index for that, and few stories have more than some dozens. */
async function* walkSorted(by: Walk, position: string | undefined): AsyncGenerator<Step> {
  const { sort = "" } = by.query;
  const { isAscending } = by.plan.stretch;
  const steps: TimelineEntry[] = [];
  for await (const step of walkMembers({ ...by, query: { ...by.query, limit: 99 } }, undefined)) {
    const { entry, listedAt } = step;
    steps.push({ ...step, position: makeTimeKey(sort.endsWith("ingestedAt") ? entry.ingestedAt : listedAt, entry.id) });
    if (steps.length > maxSorted) {
      throw new ProblemError(
        "invalid-parameter",
        `The cluster has more than ${maxSorted} articles, too many to sort. Without sort they come as they joined.`,
        { errors: [{ pointer: "query:sort", detail: "cannot be combined with a cluster of this size" }] },
      );
    }
  }
  steps.sort((a, b) => (a.position < b.position === isAscending ? -1 : 1));
  yield* steps.filter(
    (step) => position === undefined || (step.position !== position && step.position > position === isAscending),
  );
}
