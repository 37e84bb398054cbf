import type { ArticleSummary } from "./api/article-summary.ts";
import type { Highlights } from "./api/listed-article.ts";
import { ProblemError } from "./api/problem.ts";
import { highlightPassage, highlightText } from "./article/search/highlight-text.ts";
import { readSearch, type SearchTerm } from "./article/search/read-search.ts";
import type { ListQuery } from "./plan-query.ts";
import { findCluster } from "./read-cluster.ts";
import type { ArticleTable } from "./stores/article-table.ts";
import type { SearchHit, SearchIndex } from "./stores/search-index.ts";

/** What is searched for, and among what; without `sort` the best come first. */
export type SearchQuery = ListQuery & { readonly q: string };

export interface SearchContext {
  readonly index: Pick<SearchIndex, "search">;
  readonly articles: Pick<ArticleTable, "getArticles" | "getCluster" | "listMembers">;
}

/** An article that was found: how well it fits, and where. */
export interface FoundArticle extends ArticleSummary {
  readonly score: number;
  readonly highlights: Highlights;
}

export interface SearchPage {
  readonly items: FoundArticle[];
  /** Where the next page begins; absent at the end. */
  readonly position?: string;
}

/** Words and phrases of one search; each of them is looked for in several ways. */
const maxSearchTerms = 30;

/**
 * A page of the articles that have what is searched for, among those that the filters let through.
 *
 * @param position where the page before ended
 * @throws ProblemError `invalid-parameter` when the search has no word, or too many
 */
export async function searchArticles(
  query: SearchQuery,
  position: string | undefined,
  { index, articles }: SearchContext,
): Promise<SearchPage> {
  const terms = readTerms(query.q);
  // Of a retracted article nothing stays that could be searched.
  if (!query.status.includes("live")) return { items: [] };
  const cluster = query.cluster === undefined ? undefined : await findCluster(query.cluster, articles);
  if (query.cluster !== undefined && cluster === undefined) return { items: [] };
  const duplicates = query.duplicates ?? (cluster === undefined ? "exclude" : "include");
  const { hits, hasMore } = await index.search({
    terms,
    filters: {
      partner: query.partner,
      source: query.source,
      languages: query.language?.map((range) => range.toLowerCase()),
      tags: query.tag,
      authors: query.author,
      clusterId: cluster && [cluster.clusterId],
      isDuplicate: duplicates === "include" ? undefined : duplicates === "only",
      listedFrom: query.publishedFrom,
      listedBefore: query.publishedTo,
    },
    sort: query.sort && {
      by: query.sort.endsWith("ingestedAt") ? "ingestedAt" : "listedAt",
      isAscending: !query.sort.startsWith("-"),
    },
    after: position,
    limit: query.limit,
  });
  const items = hits.map((hit) => describeHit(hit, terms));
  const last = hits.at(-1);
  return { items, ...(hasMore && last !== undefined && { position: last.position }) };
}

function readTerms(q: string): SearchTerm[] {
  const terms = readSearch(q);
  const fault =
    terms.length === 0
      ? "has no word to search for"
      : terms.length > maxSearchTerms
        ? `has ${terms.length} words; it may have ${maxSearchTerms}`
        : undefined;
  if (fault === undefined) return terms;
  throw new ProblemError("invalid-parameter", `The search ${fault}.`, {
    errors: [{ pointer: "query:q", detail: fault }],
  });
}

function describeHit({ summary, text, score }: SearchHit, terms: readonly SearchTerm[]): FoundArticle {
  const { title, language } = summary;
  return {
    ...summary,
    score,
    highlights: {
      ...(title !== undefined && { title: highlightText(title, terms, language) }),
      text: highlightPassage(text, terms, language),
    },
  };
}
