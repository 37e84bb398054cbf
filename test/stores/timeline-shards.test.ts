import { afterAll, beforeAll, expect, test } from "vitest";
import { ingestArticle } from "../../shared/ingest-article.ts";
import { listArticles } from "../../shared/list-articles.ts";
import type { ListQuery } from "../../shared/plan-query.ts";
import { retractArticle } from "../../shared/retract-article.ts";
import { openArticleTable } from "../../shared/stores/article-table.ts";
import { openArticleTimeline } from "../../shared/stores/article-timeline.ts";
import { uniqueText } from "../fixtures/articles.ts";
import { makeIngestContext } from "../support/make-ingest-context.ts";
import { openMemoryStores } from "../support/memory-stores.ts";
import { startTables } from "../support/start-tables.ts";

const day = "2026-11-23";
let tables: Awaited<ReturnType<typeof startTables>>;

beforeAll(async () => {
  tables = await startTables();
  await tables.addTable("ArticlesTable", "articles");
});
afterAll(() => tables.close());

test("a day whose shards grow while it is written to and read is listed whole, in order", async () => {
  const articles = openArticleTable(tables.client, "articles");
  const timeline = openArticleTimeline(tables.client, "articles");
  const context = makeIngestContext(openMemoryStores(), { articles });
  const submit = async (n: number) => {
    const text = uniqueText(`shard ${n}`);
    const document = { form: "text", content: text, bytes: Buffer.from(text), contentType: "text/plain" } as const;
    await ingestArticle(
      {
        partner: "wire",
        address: { partnerArticleId: `a${n}` },
        metadata: { title: `Report ${n}` },
        document: { ...document, charset: "utf-8", warnings: [] },
        validateOnly: false,
      },
      context,
    );
  };
  const readAll = async (query: Partial<ListQuery>) => {
    const titles: (string | undefined)[] = [];
    const partitions = new Set<string>();
    const watched: typeof timeline = {
      ...timeline,
      queryEntries(wanted) {
        partitions.add(wanted.partition);
        return timeline.queryEntries(wanted);
      },
    };
    let position: string | undefined;
    do {
      const page = await listArticles({ status: ["live"], limit: 7, ...query }, position, {
        articles,
        timeline: watched,
      });
      titles.push(...page.items.map(({ title }) => title));
      position = page.position;
    } while (position !== undefined);
    return { titles, partitions };
  };
  const newestFirst = (count: number) => Array.from({ length: count }, (_, n) => `Report ${count - 1 - n}`);

  for (let n = 0; n < 15; n++) await submit(n);
  expect((await readAll({})).titles).toEqual(newestFirst(15));

  expect(await timeline.growDay(day, 3)).toBe(true);
  for (let n = 15; n < 40; n++) await submit(n);
  expect((await readAll({})).titles).toEqual(newestFirst(40));

  // It never shrinks: what lies in the third shard would be lost.
  expect(await timeline.growDay(day, 2)).toBe(false);
  expect(await timeline.growDay(day, 8)).toBe(true);
  for (let n = 40; n < 80; n++) await submit(n);
  for (const [query, expected] of [
    [{}, newestFirst(80)],
    [{ sort: "publishedAt" }, newestFirst(80).toReversed()],
    [{ sort: "-ingestedAt" }, newestFirst(80)],
  ] as const) {
    const { titles, partitions } = await readAll(query);
    expect(titles).toEqual(expected);
    expect([...partitions].sort()).toEqual(Array.from({ length: 8 }, (_, shard) => `o#${day}#${shard}`));
  }

  // One that is sent again, and one that is retracted, leave the list in order too.
  await submit(3);
  await retractArticle({ partner: "wire", address: { partnerArticleId: "a79" } }, context);
  expect((await readAll({})).titles).toEqual(newestFirst(79));
  expect((await readAll({ status: ["retracted"] })).titles).toEqual([undefined]);
});
