import type * as z from "zod";
import type { ArticleSummary } from "./api/article-summary.ts";
import type { listArticles as operation } from "./api/operations/list-articles.ts";
import type { Stretch } from "./stores/article-timeline.ts";
import { type ArticleKind, endOfTime, type TimelineIndex } from "./stores/table-keys.ts";

/** What is asked of the list, without what concerns only the answer. */
export type ListQuery = Omit<z.output<(typeof operation)["query"]>, "q" | "cursor" | "fields" | "explain">;

/** How a query is answered: from which partitions, in which order, and what remains to be looked at in each entry. */
export interface Plan {
  readonly index: TimelineIndex | "members";
  /** Of these kinds every partition is read, and no others. */
  readonly kinds: readonly ArticleKind[];
  /** The sources or partners whose partitions are read; none where the index goes by days. */
  readonly values: readonly string[];
  readonly stretch: Stretch;
  /** Filters that the index does not answer. */
  readonly residual: readonly FilterName[];
}

/**
 * What the filters ask of an entry. All of these may be left to be looked at, entry by entry, where no index has answered
 * them already.
 */
const filters = {
  partner: ({ partner }, query) => isOneOf(partner, query.partner),
  source: ({ source }, query) => isOneOf(source, query.source),
  language: ({ language }, query) => query.language?.some((range) => isLanguage(language, range)) !== false,
  tag: ({ tags }, query) => query.tag?.some((tag) => tags?.includes(tag)) !== false,
  author: ({ authors }, query) => query.author?.some((author) => authors?.includes(author)) !== false,
  published: (_entry, { publishedFrom, publishedTo }, at) =>
    (publishedFrom === undefined || at >= publishedFrom) && (publishedTo === undefined || at < publishedTo),
  status: ({ status }, query) => query.status.includes(status),
  duplicates: ({ match }, query) => {
    const wanted = wantedDuplicates(query);
    return wanted === "include" || (wanted === "only") === (match !== undefined);
  },
} as const satisfies Record<string, (entry: ArticleSummary, query: ListQuery, listedAt: string) => boolean>;
export type FilterName = keyof typeof filters;

/** Which filters each index answers by its keys. */
const answered: Readonly<Record<Plan["index"], readonly FilterName[]>> = {
  members: [],
  bySource: ["source", "published", "status", "duplicates"],
  byPartner: ["partner", "published", "status", "duplicates"],
  byDay: ["published", "status", "duplicates"],
  byArrival: ["status", "duplicates"],
};

/**
 * Chooses the index that narrows most: a story before a source, that before a partner, and all of them before the days. An
 * order of arrival has only its own index.
 */
export function planQuery(query: ListQuery): Plan {
  const index = chooseIndex(query);
  const { publishedFrom = "", publishedTo = endOfTime, sort } = query;
  const values =
    { bySource: query.source, byPartner: query.partner, byDay: [], byArrival: [], members: [] }[index] ?? [];
  return {
    index,
    kinds: listKinds(query),
    values: [...new Set(values)],
    stretch: {
      // Nothing arrives before the time by which it is listed.
      from: publishedFrom,
      before: index === "byArrival" ? endOfTime : publishedTo,
      isAscending: sort !== undefined && !sort.startsWith("-"),
    },
    residual: (Object.keys(filters) as FilterName[]).filter(
      (name) => isAsked(name, query) && !answered[index].includes(name),
    ),
  };
}

/** Tells whether an entry that the plan's index gives is wanted, by what it is and the time by which it is listed. */
export function makeFilter(query: ListQuery, { residual }: Plan): (entry: ArticleSummary, listedAt: string) => boolean {
  return (entry, listedAt) => residual.every((name) => filters[name](entry, query, listedAt));
}

function chooseIndex({ cluster, sort, source, partner }: ListQuery): Plan["index"] {
  if (cluster !== undefined) return "members";
  if (sort === "ingestedAt" || sort === "-ingestedAt") return "byArrival";
  if (source !== undefined) return "bySource";
  return partner === undefined ? "byDay" : "byPartner";
}

function wantedDuplicates({ duplicates, cluster }: ListQuery): "exclude" | "include" | "only" {
  return duplicates ?? (cluster === undefined ? "exclude" : "include");
}

/** A tombstone is no duplicate of anything. */
function listKinds(query: ListQuery): ArticleKind[] {
  const wanted = wantedDuplicates(query);
  const kinds: ArticleKind[] = [];
  if (query.status.includes("live") && wanted !== "only") kinds.push("original");
  if (query.status.includes("live") && wanted !== "exclude") kinds.push("duplicate");
  if (query.status.includes("retracted") && wanted !== "only") kinds.push("retracted");
  return kinds;
}

function isAsked(name: FilterName, query: ListQuery): boolean {
  switch (name) {
    case "published":
      return query.publishedFrom !== undefined || query.publishedTo !== undefined;
    case "status":
      return true;
    case "duplicates":
      return wantedDuplicates(query) !== "include";
    default:
      return query[name] !== undefined;
  }
}

function isOneOf(value: string | undefined, wanted: readonly string[] | undefined): boolean {
  return wanted === undefined || (value !== undefined && wanted.includes(value));
}

/** `de` also finds `de-AT` (RFC 4647, basic filtering). */
function isLanguage(tag: string | undefined, range: string): boolean {
  const lowered = tag?.toLowerCase();
  const wanted = range.toLowerCase();
  return lowered === wanted || lowered?.startsWith(`${wanted}-`) === true;
}
