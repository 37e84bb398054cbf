import type * as z from "zod";
import type { ArticleSummary } from "./api/article.ts";
import type { listArticles as operation } from "./api/operations.ts";
import { findCluster, readMembers } from "./read-cluster.ts";
import type { ArticleTable } from "./stores/article-table.ts";
import type { ArticleTimeline, Stretch } from "./stores/article-timeline.ts";
import type { TimelineIndex } from "./stores/table-keys.ts";

export type ListQuery = Omit<z.output<(typeof operation)["query"]>, "cursor">;

export interface ListContext {
  readonly timeline: ArticleTimeline;
  readonly articles: Pick<ArticleTable, "getArticles" | "getCluster" | "listMembers">;
}

export interface Page {
  readonly items: ArticleSummary[];
  /** Where the next page begins; absent at the end. */
  readonly position?: string;
}

/** What one page may look at. A filter that matches little then gives a short page and a cursor, not a long wait. */
const maxEvaluated = 500;

/** Days asked for at a time. */
const daysPerQuery = 60;

/** A day is the beginning of a timeline key. */
const dayLength = "2026-11-23".length;

/** Above every timeline key and every day. */
const endOfTime = "~";

/** An entry on the walk, with the position behind it. */
interface Step {
  readonly entry: ArticleSummary;
  readonly position: string;
}

/**
 * A page of the list. The filter that narrows most is answered from its own index, in order; the others are applied to what
 * that gives.
 *
 * @param position where the page before ended
 */
export async function listArticles(
  query: ListQuery,
  position: string | undefined,
  context: ListContext,
): Promise<Page> {
  const matches = makeFilter(query);
  const items: ArticleSummary[] = [];
  let evaluated = 0;
  let last: string | undefined;
  for await (const { entry, position: reached } of walk(query, position, context)) {
    const isMatch = matches(entry);
    if (last !== undefined && (evaluated >= maxEvaluated || (isMatch && items.length >= query.limit))) {
      return { items, position: last };
    }
    evaluated++;
    last = reached;
    if (isMatch) items.push(entry);
  }
  return { items };
}

function walk(query: ListQuery, position: string | undefined, context: ListContext): AsyncGenerator<Step> {
  if (query.cluster !== undefined) return walkMembers(query.cluster, position, query.limit, context);
  const stretch = { from: query.publishedFrom ?? "", before: position ?? query.publishedTo ?? endOfTime };
  const narrow = { stretch, limit: query.limit, timeline: context.timeline };
  if (query.source !== undefined) return walkPartition("bySource", query.source, narrow);
  if (query.partner !== undefined) return walkPartition("byPartner", query.partner, narrow);
  return walkDays(narrow);
}

interface Narrow {
  readonly stretch: Stretch;
  readonly limit: number;
  readonly timeline: ArticleTimeline;
}

/** All days that have articles, the newest first, each to its end. */
async function* walkDays(narrow: Narrow): AsyncGenerator<Step> {
  const { stretch, timeline } = narrow;
  const from = stretch.from.slice(0, dayLength);
  let before = `${stretch.before.slice(0, dayLength)}${endOfTime}`;
  for (;;) {
    const { days, hasMore } = await timeline.queryDays({ from, before }, daysPerQuery);
    for (const day of days) yield* walkPartition("byDay", day, narrow);
    const oldest = days.at(-1);
    if (oldest === undefined || !hasMore) return;
    before = oldest;
  }
}

async function* walkPartition(index: TimelineIndex, partition: string, narrow: Narrow): AsyncGenerator<Step> {
  const { timeline, limit } = narrow;
  let { stretch } = narrow;
  for (;;) {
    // One more than the page holds: it tells whether there is a next page.
    const { entries, hasMore } = await timeline.queryEntries({ index, partition, stretch, limit: limit + 1 });
    for (const { timelineKey, ...entry } of entries) yield { entry, position: timelineKey };
    const oldest = entries.at(-1);
    if (oldest === undefined || !hasMore) return;
    stretch = { ...stretch, before: oldest.timelineKey };
  }
}

/** The original first, then the duplicates as they joined. */
async function* walkMembers(
  clusterId: string,
  position: string | undefined,
  limit: number,
  { articles }: ListContext,
): AsyncGenerator<Step> {
  const cluster = await findCluster(clusterId, articles);
  if (cluster === undefined) return;
  let after = position;
  for (;;) {
    const { members, hasMore } = await readMembers(cluster, { after, limit: limit + 1, articles });
    for (const { member, position: reached } of members) yield { entry: member, position: reached };
    after = members.at(-1)?.position;
    if (after === undefined || !hasMore) return;
  }
}

function makeFilter(query: ListQuery): (entry: ArticleSummary) => boolean {
  const language = query.language?.toLowerCase();
  const duplicates = query.duplicates ?? (query.cluster === undefined ? "exclude" : "include");
  return (entry) =>
    entry.status === query.status &&
    (duplicates === "include" || (duplicates === "only") === (entry.match !== undefined)) &&
    (query.partner === undefined || entry.partner === query.partner) &&
    (query.source === undefined || entry.source === query.source) &&
    (query.tag === undefined || entry.tags?.includes(query.tag) === true) &&
    (query.author === undefined || entry.authors?.includes(query.author) === true) &&
    (language === undefined || isLanguage(entry.language, language)) &&
    isWithin(entry, query);
}

/** `de` also finds `de-AT` (RFC 4647, basic filtering). */
function isLanguage(tag: string | undefined, range: string): boolean {
  const lowered = tag?.toLowerCase();
  return lowered === range || lowered?.startsWith(`${range}-`) === true;
}

/** The indexes have done this already; the members of a cluster come without an order of time. */
function isWithin(entry: ArticleSummary, { publishedFrom, publishedTo }: ListQuery): boolean {
  const at = listedAt(entry);
  return (publishedFrom === undefined || at >= publishedFrom) && (publishedTo === undefined || at < publishedTo);
}

/** The time by which an article is listed: its publication, but never later than its arrival. */
export function listedAt({ publishedAt, ingestedAt }: ArticleSummary): string {
  return publishedAt !== undefined && publishedAt < ingestedAt ? publishedAt : ingestedAt;
}
