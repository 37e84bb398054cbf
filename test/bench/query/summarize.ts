import assert from "node:assert/strict";
import { synthesize } from "../../../infra/local/synthesize.ts";
import { cdkOut } from "../../support/cdk-out.ts";
import { showMs } from "../formats.ts";
import type { Effort, Section } from "../section.ts";
import { openHead } from "./combine-queries.ts";
import { openArchive } from "./open-archive.ts";
import { type PagePrice, pricedQueries, pricePage } from "./price-page.ts";

/** What the first page of the usual lists costs while an archive grows. */
export async function summarize({ isQuick }: Effort): Promise<Section> {
  await synthesize(cdkOut, () => {});
  const sizes = isQuick ? [100, 1_000] : [1_000, 100_000, 1_000_000];
  const growing = await openArchive();
  const heads = pricedQueries.map(([, query]) => openHead(query, 20));
  const prices = pricedQueries.map(() => [] as PagePrice[]);
  try {
    for (const size of sizes) {
      const archive = await growing.growTo(size, (article) => {
        for (const head of heads) head.see(article);
      });
      for (const [index, [name, query]] of pricedQueries.entries()) {
        const price = await pricePage(archive, query);
        const ids = price.page.items.map(({ id }) => id);
        assert.ok(ids.length > 0, `${name} of ${size}: an empty page`);
        assert.deepEqual(ids, heads[index]?.ids().slice(0, ids.length), `${name} of ${size}: another page`);
        prices[index]?.push(price);
      }
    }
  } finally {
    await growing.close();
  }
  const shown = sizes.map((size) => size.toLocaleString("en"));
  return {
    title: "A page of 20 from an archive",
    note: "Read units of the first page, counted by the embedded DynamoDB, and CPU time of this process and that DynamoDB; each page is first compared with an answer by hand.",
    rows: [
      ["articles", ...shown.flatMap((size) => [size, ""])],
      ...pricedQueries.map(([name], index) => [
        name,
        ...(prices[index] ?? []).flatMap(({ readUnits, ms }) => [`${readUnits.toFixed(1)} units`, showMs(ms)]),
      ]),
    ],
    budgets: [
      {
        what: "Read units of a partition for a page of 20, with no filter outside of a key",
        measured: Math.max(...prices.slice(0, -1).flatMap((ofQuery) => ofQuery.map(({ mostUnits }) => mostUnits))),
        atMost: 1,
        show: (units) => units.toFixed(1),
      },
    ],
    panels: [
      {
        title: "The first page of 20",
        unit: "ms",
        x: { unit: "articles", isLog: true },
        lines: pricedQueries.map(([name], index) => ({
          name,
          points: (prices[index] ?? []).map(({ ms }, at) => ({ at: sizes[at] ?? 0, value: ms })),
        })),
      },
      {
        title: "The first page of 20",
        unit: "read units",
        x: { unit: "articles", isLog: true },
        lines: pricedQueries.map(([name], index) => ({
          name,
          points: (prices[index] ?? []).map(({ readUnits }, at) => ({ at: sizes[at] ?? 0, value: readUnits })),
        })),
      },
    ],
  };
}
