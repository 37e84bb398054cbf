import { readOptions } from "../../../infra/local/read-options.ts";
import { synthesize } from "../../../infra/local/synthesize.ts";
import { listArticles } from "../../../shared/list-articles.ts";
import type { ListQuery } from "../../../shared/plan-query.ts";
import type { ArticleRecord } from "../../../shared/stores/article-record.ts";
import { cdkOut } from "../../support/cdk-out.ts";
import { printTable } from "../print-table.ts";
import { answerByHand, combineQueries } from "./combine-queries.ts";
import { type Archive, openArchive, showProgress } from "./open-archive.ts";
import { pricedQueries, pricePage } from "./price-page.ts";

/**
 * Pages through generated archives in the embedded DynamoDB: every combination of filters and orders against an answer by
 * hand, and what a page of twenty costs.
 *
 * Options: `--sizes 1000,100000` (the archive grows, so the smallest first), and `--walks 400` (so many combinations, in a fixed random order; `all` takes every one)
 */
export async function run(options: readonly string[]): Promise<void> {
  const { values } = readOptions(
    { sizes: { type: "string", default: "1000,100000" }, walks: { type: "string", default: "400" } },
    "Usage: npm run bench -- query [--sizes 1000,100000] [--walks 400]",
    options,
  );
  await synthesize(cdkOut, () => console.log("Building the template."));
  const costs: string[][] = [["a page of 20", "articles", "index", "partitions", "read units", "most for one", "ms"]];
  const growing = await openArchive();
  const articles: ArticleRecord[] = [];
  try {
    for (const size of values.sizes.split(",").map(Number)) {
      const archive = await growing.growTo(size, (article) => articles.push(article));
      await checkWalks(archive, articles, values.walks === "all" ? Number.POSITIVE_INFINITY : Number(values.walks));
      for (const [name, query] of pricedQueries) {
        const { index, partitions, readUnits, mostUnits, ms } = await pricePage(archive, query);
        const figures = [readUnits, mostUnits, ms].map((figure) => figure.toFixed(1));
        costs.push([name, size.toLocaleString("en"), index, String(partitions), ...figures]);
      }
    }
  } finally {
    await growing.close();
  }
  printTable(costs);
}

/** Pages to the end and compares with the answer by hand: a gap, a repeat or another order ends the benchmark. */
async function checkWalks(
  { size, context }: Archive,
  articles: readonly ArticleRecord[],
  count: number,
): Promise<void> {
  const queries = shuffle(combineQueries()).slice(0, count);
  let pages = 0;
  let entries = 0;
  for (const [done, query] of queries.entries()) {
    const ids: string[] = [];
    let position: string | undefined;
    do {
      const page = await listArticles(query, position, context);
      ids.push(...page.items.map(({ id }) => id));
      position = page.position;
      pages++;
    } while (position !== undefined);
    compare(query, ids, articles);
    entries += ids.length;
    showProgress(`${size.toLocaleString("en")} articles: walking`, done + 1, queries.length);
  }
  const shown = [queries.length, pages, entries].map((number) => number.toLocaleString("en"));
  console.log(
    `${size.toLocaleString("en")} articles: ${shown[0]} combinations of filters and orders, walked over ${shown[1]} pages with ${shown[2]} entries: no gap, no repeat.`,
  );
}

function compare(query: ListQuery, ids: readonly string[], articles: readonly ArticleRecord[]): void {
  const expected = answerByHand(articles, query);
  const wrong = expected.findIndex((id, index) => ids[index] !== id);
  if (wrong >= 0 || ids.length !== expected.length) {
    throw new Error(
      `${JSON.stringify(query)}: ${ids.length} of ${expected.length}, the first that differs is ${wrong}`,
    );
  }
}

/** Always the same order, so that two runs walk the same. */
function shuffle<T>(values: readonly T[]): T[] {
  let state = 1;
  const random = () => {
    state = (state * 48_271) % 2_147_483_647;
    return state;
  };
  return values
    .map((value) => ({ value, key: random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ value }) => value);
}
