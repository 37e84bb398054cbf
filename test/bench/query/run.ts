import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { createTable } from "../../../infra/local/create-stores.ts";
import { startDynamoDb } from "../../../infra/local/dynamodb.ts";
import { synthesize } from "../../../infra/local/synthesize.ts";
import { listArticles } from "../../../shared/list-articles.ts";
import type { ListQuery } from "../../../shared/plan-query.ts";
import type { ArticleRecord } from "../../../shared/stores/article-record.ts";
import { openArticleTable } from "../../../shared/stores/article-table.ts";
import { openArticleTimeline } from "../../../shared/stores/article-timeline.ts";
import { meterReads } from "../../../shared/stores/meter-reads.ts";
import { cdkOut } from "../../support/cdk-out.ts";
import { describeTable } from "../../support/describe-table.ts";
import { printTable } from "../print-table.ts";
import { answerByHand, combineQueries } from "./combine-queries.ts";
import { loadArchive } from "./load-archive.ts";
import { makeArticle } from "./make-archive.ts";

/** Queries whose first page is priced, in words. */
const priced: readonly (readonly [string, Partial<ListQuery>])[] = [
  ["newest first", {}],
  ["oldest first", { sort: "publishedAt" }],
  ["as they arrived", { sort: "-ingestedAt" }],
  ["with duplicates", { duplicates: "include" }],
  ["one source", { source: ["source-0.example"] }],
  ["two partners", { partner: ["partner-1", "partner-3"] }],
  ["retracted", { status: ["retracted"] }],
  ["a tag", { tag: ["tag-2"] }],
];

/**
 * Pages through generated archives in the embedded DynamoDB: every combination of filters and orders against an answer by
 * hand, and what a page of twenty costs.
 *
 * Options: `--sizes 1000,100000`, and `--walks 400` (so many combinations, in a fixed random order; `all` takes every one)
 */
export async function run(options: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...options],
    options: { sizes: { type: "string", default: "1000,100000" }, walks: { type: "string", default: "400" } },
  });
  await synthesize(cdkOut, () => console.log("Building the template."));
  const costs: string[][] = [["a page of 20", "articles", "index", "partitions", "read units", "most for one", "ms"]];
  for (const size of values.sizes.split(",").map(Number)) {
    const archive = await openArchive(size);
    try {
      await checkWalks(archive, values.walks === "all" ? Number.POSITIVE_INFINITY : Number(values.walks));
      for (const [name, query] of priced) costs.push(await pricePage(archive, name, query));
    } finally {
      await archive.close();
    }
  }
  printTable(costs);
}

async function openArchive(size: number) {
  const directory = mkdtempSync(join(tmpdir(), "copydesk-query-"));
  const dynamoDb = await startDynamoDb({ file: join(directory, "dynamodb.sqlite") });
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const client = new DynamoDBClient({ region: "us-east-1", endpoint: dynamoDb.endpoint, credentials });
  await createTable(client, describeTable("ArticlesTable", "articles"));
  const records = Array.from({ length: size }, (_, n) => makeArticle(n));
  await loadArchive(client, {
    table: "articles",
    articles: records,
    onProgress: (done) => showProgress(`${size.toLocaleString("en")} articles: loading`, done, size),
  });
  return {
    size,
    articles: records,
    meter: meterReads(client),
    context: { articles: openArticleTable(client, "articles"), timeline: openArticleTimeline(client, "articles") },
    async close() {
      client.destroy();
      await dynamoDb.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

type Archive = Awaited<ReturnType<typeof openArchive>>;

/** Pages to the end and compares with the answer by hand: a gap, a repeat or another order ends the benchmark. */
async function checkWalks({ size, articles, context }: Archive, count: number): Promise<void> {
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

async function pricePage({ size, meter, context }: Archive, name: string, query: Partial<ListQuery>) {
  const whole: ListQuery = { status: ["live"], limit: 20, ...query };
  const read = () => listArticles(whole, undefined, context);
  for (let n = 0; n < 5; n++) await read();
  const startedAt = performance.now();
  for (let n = 0; n < 20; n++) await read();
  const ms = (performance.now() - startedAt) / 20;
  const { result, requests } = await meter.watch(read);
  const partitions = requests.filter(({ partition }) => partition !== "days");
  const most = Math.max(...partitions.map(({ readUnits }) => readUnits));
  const units = requests.reduce((sum, { readUnits }) => sum + readUnits, 0);
  return [
    name,
    size.toLocaleString("en"),
    result.plan.index,
    String(new Set(partitions.map(({ partition }) => partition)).size),
    units.toFixed(1),
    most.toFixed(1),
    ms.toFixed(1),
  ];
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

function showProgress(what: string, done: number, total: number): void {
  if (!process.stderr.isTTY) return;
  process.stderr.write(`\r\u001b[K${what} ${Math.floor((100 * done) / total)} %`);
  if (done === total) process.stderr.write("\r\u001b[K");
}
