import { ArticleSummary } from "../api/article-summary.ts";
import { ArticleRecord, kindOf } from "./article-record.ts";
import {
  articleKeys,
  articleKinds,
  type DayIndex,
  dayOf,
  makeTimeKey,
  partitionOf,
  type TimelineIndex,
  timelineIndexes,
  timeOfKey,
} from "./table-keys.ts";

type Item = Readonly<Record<string, unknown>>;

/**
 * An article as its item holds it, with the keys of all indexes. Units are counted by begun kilobytes when written, and a page
 * of twenty entries is to cost one when read. So times are numbers (milliseconds since 1970), and what follows from something
 * else is left out: the ID, the status, a cluster that has the article's own name, a publication that is the time by which the
 * article is listed.
 *
 * @param shards over how many its days are spread, as far as is known: a lower number is as good, since all shards are read
 */
export function toArticleItem(article: ArticleRecord, shards: Readonly<Record<DayIndex, number>>): Item {
  const { id, status: _status, clusterId, ingestedAt, timelineKey, source, partner, ...rest } = article;
  const kind = kindOf(article);
  const listedAt = timeOfKey(timelineKey);
  const publishedAt = article.status === "live" ? article.publishedAt : undefined;
  const isListedTime = publishedAt === listedAt && publishedAt !== ingestedAt;
  const dayPartition = (index: DayIndex, at: string) =>
    partitionOf(kind, dayOf(at), Number.parseInt(id.slice(-6), 16) % shards[index]);
  return {
    ...rest,
    ...articleKeys.article(id),
    partner,
    source,
    clusterId: clusterId === id ? undefined : clusterId,
    ingestedAt: Date.parse(ingestedAt),
    listedAt: Date.parse(listedAt),
    publishedAt: publishedAt === undefined || isListedTime ? undefined : Date.parse(publishedAt),
    // The list shows it, and an index can carry only what lies at the top.
    match: article.status === "live" ? article.duplicate?.match : undefined,
    timelineKey,
    arrivalKey: makeTimeKey(ingestedAt, id),
    byDay: dayPartition("byDay", listedAt),
    byArrival: dayPartition("byArrival", ingestedAt),
    bySource: source && partitionOf(kind, source),
    byPartner: partitionOf(kind, partner),
  };
}

/** The article of such an item. */
export function readArticleItem(item: Item): ArticleRecord {
  return ArticleRecord.parse(complete(item, String(item["byPartner"])));
}

/** An article as an index carries it. */
export interface TimelineEntry {
  readonly entry: ArticleSummary;
  /** The time by which it is listed: its publication, but never later than its arrival. */
  readonly listedAt: string;
  /** Its place in the index. */
  readonly position: string;
}

export function readListedItem(item: Item, index: TimelineIndex): TimelineEntry {
  const { partitionKey, sortKey } = timelineIndexes[index];
  const partition = String(item[partitionKey]);
  const value = partition.slice(partition.indexOf("#") + 1);
  const own = index === "bySource" ? { source: value } : index === "byPartner" ? { partner: value } : {};
  return {
    entry: ArticleSummary.parse({ ...complete(item, partition), ...own }),
    listedAt: readListedAt(item),
    position: String(item[sortKey]),
  };
}

/**
 * Puts back what was left out.
 *
 * @param partition that of any index, which begins with the kind
 */
function complete(item: Item, partition: string): Item {
  const id = String(item["pk"]).slice(articleKeys.article("").pk.length);
  const status = partition.startsWith(articleKinds.retracted) ? "retracted" : "live";
  const { arrivalKey } = item;
  const ingestedAt = item["ingestedAt"] === undefined ? timeOfKey(String(arrivalKey)) : toInstant(item["ingestedAt"]);
  const listedAt = readListedAt(item);
  const fromList = status === "retracted" || listedAt === ingestedAt ? undefined : listedAt;
  const publishedAt = item["publishedAt"] === undefined ? fromList : toInstant(item["publishedAt"]);
  return { ...item, id, status, ingestedAt, clusterId: item["clusterId"] ?? id, publishedAt };
}

function readListedAt({ listedAt, timelineKey }: Item): string {
  return listedAt === undefined ? timeOfKey(String(timelineKey)) : toInstant(listedAt);
}

function toInstant(time: unknown): string {
  return new Date(Number(time)).toISOString();
}
