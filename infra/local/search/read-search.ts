import * as z from "zod";
import { maxExpansions, titleBoost } from "../../../shared/stores/search-index.ts";

const word = z.string().regex(/^[\p{L}\p{N}\p{M}]+$/u);
const words = z.string().regex(/^[\p{L}\p{N}\p{M}]+(?: [\p{L}\p{N}\p{M}]+)+$/u);

/** A condition on the title or on the text; the title counts for more. */
const inField = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.union([
    z.strictObject({ title: z.strictObject({ ...shape, boost: z.literal(titleBoost) }) }),
    z.strictObject({ text: z.strictObject({ ...shape, boost: z.literal(1) }) }),
  ]);

const Leaf = z.union([
  z.strictObject({ term: inField({ value: word }) }),
  z.strictObject({ prefix: inField({ value: word }) }),
  z.strictObject({ match_phrase: inField({ query: words }) }),
  z.strictObject({ match_phrase_prefix: inField({ query: words, max_expansions: z.literal(maxExpansions) }) }),
]);

const keywords = ["partner", "source", "languages", "tags", "authors", "clusterId"] as const;
const Filter = z.union([
  z.strictObject({ terms: z.partialRecord(z.enum(keywords), z.array(z.string()).min(1)) }),
  z.strictObject({ term: z.strictObject({ isDuplicate: z.boolean() }) }),
  z.strictObject({ range: z.strictObject({ listedAt: z.strictObject({ gte: z.iso.datetime() }) }) }),
  z.strictObject({ range: z.strictObject({ listedAt: z.strictObject({ lt: z.iso.datetime() }) }) }),
]);

const order = z.enum(["asc", "desc"]);

/** What is understood of OpenSearch's query language: just what the client in shared/stores/search-index.ts says. */
const Search = z.strictObject({
  size: z.int().min(1),
  track_total_hits: z.literal(false),
  track_scores: z.literal(true),
  _source: z.tuple([z.literal("shown")]),
  query: z.strictObject({
    bool: z.strictObject({
      must: z.array(z.strictObject({ dis_max: z.strictObject({ queries: z.array(Leaf).min(1) }) })).min(1),
      filter: z.array(Filter),
    }),
  }),
  sort: z.tuple([
    z.union([
      z.strictObject({ _score: order }),
      z.strictObject({ listedAt: order }),
      z.strictObject({ ingestedAt: order }),
    ]),
    z.strictObject({ id: order }),
  ]),
  search_after: z.tuple([z.number(), z.string()]).optional(),
});

/** A search in SQLite's terms. */
export interface LocalSearch {
  /** For MATCH, in the language of FTS5. */
  readonly match: string;
  /** Conditions on the row `document`, with the values of their parameters. */
  readonly conditions: readonly { readonly sql: string; readonly value: string | number }[];
  readonly sortColumn: "score" | "listed_at" | "ingested_at";
  readonly isAscending: boolean;
  readonly after: readonly [number, string] | undefined;
  readonly limit: number;
}

const columns = { _score: "score", listedAt: "listed_at", ingestedAt: "ingested_at" } as const;

/** @throws ZodError on anything that is not understood here */
export function readSearch(body: unknown): LocalSearch {
  const { query, sort, search_after: after, size: limit } = Search.parse(body);
  const [[by, direction] = ["_score", "desc"]] = Object.entries(sort[0]);
  const isAscending = direction === "asc";
  if (sort[1].id !== direction) throw new Error("Both keys of the order have to run the same way.");
  return {
    match: query.bool.must
      .map(({ dis_max }) => `(${dis_max.queries.map((leaf) => describeLeaf(leaf)).join(" OR ")})`)
      .join(" AND "),
    conditions: query.bool.filter.map((filter) => describeFilter(filter)),
    sortColumn: columns[by as keyof typeof columns],
    isAscending,
    after,
    limit,
  };
}

/** A phrase in quotes, as FTS5 has it; words have no quote in them. A star stands behind what is only begun. */
function describeLeaf(leaf: z.infer<typeof Leaf>): string {
  const [[kind, inField] = ["", {}]] = Object.entries(leaf);
  const [[field, condition] = ["", {}]] = Object.entries(inField as Record<string, { value?: string; query?: string }>);
  const star = kind === "prefix" || kind === "match_phrase_prefix" ? " *" : "";
  return `${field} : "${condition.value ?? condition.query}"${star}`;
}

function describeFilter(filter: z.infer<typeof Filter>): LocalSearch["conditions"][number] {
  if ("terms" in filter) {
    const [[name, values] = ["", []], ...others] = Object.entries(filter.terms);
    if (name === "" || others.length > 0) throw new Error("A filter has one field.");
    return {
      sql: `EXISTS (SELECT 1 FROM json_each(document.fields, '$.${name}') AS own
        WHERE own.value IN (SELECT value FROM json_each(?)))`,
      value: JSON.stringify(values),
    };
  }
  if ("term" in filter) {
    return { sql: "json_extract(document.fields, '$.isDuplicate') = ?", value: Number(filter.term.isDuplicate) };
  }
  const { listedAt } = filter.range;
  return "gte" in listedAt
    ? { sql: "document.listed_at >= ?", value: Date.parse(listedAt.gte) }
    : { sql: "document.listed_at < ?", value: Date.parse(listedAt.lt) };
}
