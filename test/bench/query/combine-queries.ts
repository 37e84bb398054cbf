import type { ListQuery } from "../../../shared/plan-query.ts";
import type { ArticleRecord, LiveArticle } from "../../../shared/stores/article-record.ts";

const sorts = [undefined, "publishedAt", "-publishedAt", "ingestedAt", "-ingestedAt"] as const;

/**
 * Every combination of filters and orders that the list knows, once each with a stretch of time and once without: with values
 * that the archive has.
 */
export function combineQueries(): ListQuery[] {
  const steps: readonly (readonly Partial<ListQuery>[])[] = [
    [{}, { partner: ["partner-1", "partner-3"] }],
    [{}, { source: ["source-0.example", "source-20.example"] }],
    [{}, { language: ["de", "fr"] }],
    [{}, { tag: ["tag-2"] }],
    [{}, { author: ["Author 1", "Author 2"] }],
    [{}, { publishedFrom: "2026-11-20T12:00:00.000Z", publishedTo: "2026-11-25T06:00:00.000Z" }],
    [{}, { duplicates: "include" }, { duplicates: "only" }],
    [{}, { status: ["retracted"] }, { status: ["live", "retracted"] }],
    sorts.map((sort) => (sort === undefined ? {} : { sort })),
  ];
  return steps.reduce<ListQuery[]>(
    (queries, values) => queries.flatMap((query) => values.map((value) => ({ ...query, ...value }))),
    [{ status: ["live"], limit: 200 }],
  );
}

/** What the list holds, by its documentation: from all articles, looked at one by one. */
export function answerByHand(articles: readonly ArticleRecord[], query: ListQuery): string[] {
  return inOrder(articles.filter((article) => isListed(article, query)).map(placeOf(query)), query);
}

/** The same for the beginning of a list, from articles that are seen once and not kept. */
export function openHead(query: ListQuery, length: number) {
  const place = placeOf(query);
  let head: Place[] = [];
  const shorten = () => {
    const ids = new Map(head.map((entry) => [entry.id, entry]));
    head = inOrder(head, query)
      .slice(0, length)
      .flatMap((id) => ids.get(id) ?? []);
  };
  return {
    see(article: ArticleRecord): void {
      if (isListed(article, query)) head.push(place(article));
      if (head.length > 1000 * length) shorten();
    },
    ids(): string[] {
      shorten();
      return head.map(({ id }) => id);
    },
  };
}

interface Place {
  readonly id: string;
  readonly key: string;
}

const placeOf =
  ({ sort = "-publishedAt" }: ListQuery) =>
  ({ id, ingestedAt, timelineKey }: ArticleRecord): Place => ({
    id,
    key: sort.endsWith("ingestedAt") ? ingestedAt + id : timelineKey,
  });

function inOrder(places: readonly Place[], { sort = "-publishedAt" }: ListQuery): string[] {
  return places.toSorted((a, b) => (a.key < b.key === sort.startsWith("-") ? 1 : -1)).map(({ id }) => id);
}

function isListed(article: ArticleRecord, query: ListQuery): boolean {
  const has = (values: readonly string[] | undefined, wanted: readonly string[] | undefined) =>
    wanted === undefined || wanted.some((value) => values?.includes(value));
  const { duplicates = "exclude", publishedFrom = "", publishedTo = "~" } = query;
  const { language = "", authors, tags, duplicate }: Partial<LiveArticle> = article.status === "live" ? article : {};
  return (
    query.status.includes(article.status) &&
    has([article.partner], query.partner) &&
    has([article.source ?? ""], query.source) &&
    has([language, language.split("-")[0] ?? ""], query.language) &&
    has(tags, query.tag) &&
    has(authors, query.author) &&
    article.timelineKey >= publishedFrom &&
    article.timelineKey < publishedTo &&
    (duplicates === "include" || (duplicates === "only") === (duplicate !== undefined))
  );
}
