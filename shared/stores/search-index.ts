import * as z from "zod";
import { ArticleSummary } from "../api/article-summary.ts";
import type { SearchTerm } from "../article/search/read-search.ts";
import type { SendToSearch } from "./connect-search.ts";

/** What the index shows of an article: its place on the list, and the text to show matches in. */
const Shown = z.object({ summary: ArticleSummary, text: z.string() });
export type Shown = z.infer<typeof Shown>;

/** An article as it lies in the index. */
export interface SearchDocument {
  readonly id: string;
  /** Folded; only compared by word. */
  readonly title: string;
  readonly text: string;
  readonly partner: string;
  readonly source: string | undefined;
  /** The tag in small letters, and what it begins with: `de-at` and `de`. */
  readonly languages: readonly string[];
  readonly tags: readonly string[];
  readonly authors: readonly string[];
  readonly clusterId: string;
  readonly isDuplicate: boolean;
  /** The time by which it is listed, and that of its arrival. */
  readonly listedAt: string;
  readonly ingestedAt: string;
  readonly shown: Shown;
}

/** Each is met by any of its values; what is absent is met by all. */
export interface SearchFilters {
  readonly partner?: readonly string[] | undefined;
  readonly source?: readonly string[] | undefined;
  readonly languages?: readonly string[] | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly authors?: readonly string[] | undefined;
  readonly clusterId?: readonly string[] | undefined;
  readonly isDuplicate?: boolean | undefined;
  /** At or after, and before. */
  readonly listedFrom?: string | undefined;
  readonly listedBefore?: string | undefined;
}

export interface SearchRequest {
  /** All of which a text has to have, in title or text. */
  readonly terms: readonly SearchTerm[];
  readonly filters: SearchFilters;
  /** The best first, where it is absent. */
  readonly sort?: { readonly by: "listedAt" | "ingestedAt"; readonly isAscending: boolean } | undefined;
  /** Position of the last hit of the page before. */
  readonly after?: string | undefined;
  readonly limit: number;
}

export interface SearchHit extends Shown {
  /** Comparable within one search. */
  readonly score: number;
  readonly position: string;
}

/** Its number goes up with what is in a document or how it is folded, so that old and new never mix. */
const searchIndexName = "articles-1";

/** A word in the title counts for so many in the text. */
export const titleBoost = 3;

/** Words that a prefix at the end of a phrase may stand for; the commonest Han character begins some thousand pairs. */
export const maxExpansions = 2000;

/** What is found at a time where only IDs are wanted. */
const maxFoundIds = 1000;

/** Text comes folded, so that all the engine has to do is to part it at spaces. */
const folded = { type: "text", analyzer: "whitespace" } as const;
const keyword = { type: "keyword" } as const;
const time = { type: "date" } as const;

export const indexDefinition = {
  mappings: {
    dynamic: "strict",
    properties: {
      id: keyword,
      title: folded,
      text: folded,
      partner: keyword,
      source: keyword,
      languages: keyword,
      tags: keyword,
      authors: keyword,
      clusterId: keyword,
      isDuplicate: { type: "boolean" },
      listedAt: time,
      ingestedAt: time,
      shown: { type: "object", enabled: false },
    },
  },
} as const;

const Failure = z.object({ error: z.object({ type: z.string() }) });
const BulkAnswer = z.object({
  items: z.array(z.record(z.string(), z.object({ _id: z.string(), status: z.int(), error: z.unknown().optional() }))),
});
const FoundIds = z.object({ hits: z.object({ hits: z.array(z.object({ _id: z.string() })) }) });
const SearchAnswer = z.object({
  hits: z.object({
    hits: z.array(
      z.object({
        _score: z.number(),
        _source: z.object({ shown: Shown }),
        sort: z.array(z.union([z.number(), z.string()])),
      }),
    ),
  }),
});

export type SearchIndex = ReturnType<typeof openSearchIndex>;

/** The index of all live articles, in the words of OpenSearch's REST API. */
export function openSearchIndex(send: SendToSearch, indexName: string = searchIndexName) {
  let isPrepared = false;

  /** Makes the index where there is none. */
  async function prepare(): Promise<void> {
    if (isPrepared) return;
    const { status, json } = await send("PUT", `/${indexName}`, JSON.stringify(indexDefinition));
    if (status !== 200 && !isFailure(json, "resource_already_exists_exception")) throw unexpected(status, json);
    isPrepared = true;
  }

  return {
    /**
     * Puts articles into the index, in the place of what stood there, and takes others out of it. Done again, it changes nothing.
     *
     * @throws Error when the engine took one of them not; the others it may have taken
     */
    async writeDocuments(puts: readonly SearchDocument[], removals: readonly string[]): Promise<void> {
      if (puts.length === 0 && removals.length === 0) return;
      await prepare();
      const lines = [
        ...puts.flatMap((document) => [{ index: { _id: document.id } }, document]),
        ...removals.map((id) => ({ delete: { _id: id } })),
      ];
      const body = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
      const { status, json } = await send("POST", `/${indexName}/_bulk`, body);
      if (status !== 200) throw unexpected(status, json);
      for (const item of BulkAnswer.parse(json).items) {
        for (const [action, { _id: id, status, error }] of Object.entries(item)) {
          const isDone = status < 300 || (action === "delete" && status === 404);
          if (!isDone) throw unexpected(status, { id, error });
        }
      }
    },

    /** IDs of documents with a value in a field, a thousand at most. */
    async findIds({ field, value }: { readonly field: "id" | "partner"; readonly value: string }): Promise<string[]> {
      const query = { bool: { filter: [{ term: { [field]: value } }] } };
      const body = JSON.stringify({ size: maxFoundIds, _source: false, query });
      const { status, json } = await send("POST", `/${indexName}/_search`, body);
      if (isFailure(json, "index_not_found_exception")) return [];
      if (status !== 200) throw unexpected(status, json);
      return FoundIds.parse(json).hits.hits.map(({ _id }) => _id);
    },

    /** Articles that have all terms, the best first or as they are sorted. */
    async search(request: SearchRequest): Promise<{ hits: SearchHit[]; hasMore: boolean }> {
      const body = JSON.stringify(describeSearch(request));
      const { status, json } = await send("POST", `/${indexName}/_search`, body);
      // Nothing was ever put into it.
      if (isFailure(json, "index_not_found_exception")) return { hits: [], hasMore: false };
      if (status !== 200) throw unexpected(status, json);
      const found = SearchAnswer.parse(json).hits.hits;
      const hits = found.slice(0, request.limit).map(({ _score: score, _source, sort }) => {
        return { ..._source.shown, score, position: JSON.stringify(sort) };
      });
      return { hits, hasMore: found.length > request.limit };
    },
  };
}

function describeSearch({ terms, filters, sort, after, limit }: SearchRequest): object {
  const order = sort?.isAscending === true ? "asc" : "desc";
  return {
    // One more tells whether there is a next page.
    size: limit + 1,
    track_total_hits: false,
    track_scores: true,
    _source: ["shown"],
    query: { bool: { must: terms.map(describeTerm), filter: describeFilters(filters) } },
    sort: [{ [sort?.by ?? "_score"]: order }, { id: order }],
    ...(after !== undefined && { search_after: JSON.parse(after) }),
  };
}

/** In the title or in the text, in one way of folding or another: what fits best counts. */
function describeTerm({ variants, isPrefix }: SearchTerm): object {
  const queries = variants.flatMap((words) =>
    (["title", "text"] as const).map((field) => {
      const boost = field === "title" ? titleBoost : 1;
      const [word = ""] = words;
      if (words.length === 1) return { [isPrefix ? "prefix" : "term"]: { [field]: { value: word, boost } } };
      const query = words.join(" ");
      return isPrefix
        ? { match_phrase_prefix: { [field]: { query, boost, max_expansions: maxExpansions } } }
        : { match_phrase: { [field]: { query, boost } } };
    }),
  );
  return { dis_max: { queries } };
}

function describeFilters({ isDuplicate, listedFrom, listedBefore, ...terms }: SearchFilters): object[] {
  return [
    ...Object.entries(terms).flatMap(([name, values]) => (values === undefined ? [] : [{ terms: { [name]: values } }])),
    ...(isDuplicate === undefined ? [] : [{ term: { isDuplicate } }]),
    ...(listedFrom === undefined ? [] : [{ range: { listedAt: { gte: listedFrom } } }]),
    ...(listedBefore === undefined ? [] : [{ range: { listedAt: { lt: listedBefore } } }]),
  ];
}

function isFailure(json: unknown, type: string): boolean {
  return Failure.safeParse(json).data?.error.type === type;
}

function unexpected(status: number, json: unknown): Error {
  return new Error(`The search engine answered ${status}: ${JSON.stringify(json).slice(0, 1000)}`);
}
