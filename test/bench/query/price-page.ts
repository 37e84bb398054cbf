import { listArticles, type Page } from "../../../shared/list-articles.ts";
import type { ListQuery } from "../../../shared/plan-query.ts";
import type { Archive } from "./open-archive.ts";

/** Queries whose first page is priced, in words. */
export const pricedQueries: readonly (readonly [name: string, query: ListQuery])[] = (
  [
    ["newest first", {}],
    ["oldest first", { sort: "publishedAt" }],
    ["as they arrived", { sort: "-ingestedAt" }],
    ["with duplicates", { duplicates: "include" }],
    ["one source", { source: ["source-0.example"] }],
    ["two partners", { partner: ["partner-1", "partner-3"] }],
    ["retracted", { status: ["retracted"] }],
    ["a tag", { tag: ["tag-2"] }],
  ] satisfies [string, Partial<ListQuery>][]
).map(([name, query]) => [name, { status: ["live"], limit: 20, ...query }]);

export interface PagePrice {
  readonly index: string;
  readonly partitions: number;
  readonly readUnits: number;
  /** Of the partition that gives the most. */
  readonly mostUnits: number;
  /** CPU time of this process and of the embedded DynamoDB, which is most of it. */
  readonly ms: number;
  readonly page: Page;
}

/** The system counts the time of other processes in steps of 10 ms. */
const repeats = 50;

/** What the first page of a query costs. */
export async function pricePage({ meter, context, cpuMs }: Archive, query: ListQuery): Promise<PagePrice> {
  const read = () => listArticles(query, undefined, context);
  for (let n = 0; n < 5; n++) await read();
  const before = cpuMs();
  for (let n = 0; n < repeats; n++) await read();
  const ms = (cpuMs() - before) / repeats;
  const { result, requests } = await meter.watch(read);
  const partitions = requests.filter(({ partition }) => partition !== "days");
  return {
    index: result.plan.index,
    partitions: new Set(partitions.map(({ partition }) => partition)).size,
    readUnits: requests.reduce((sum, { readUnits }) => sum + readUnits, 0),
    mostUnits: Math.max(...partitions.map(({ readUnits }) => readUnits)),
    ms,
    page: result,
  };
}
