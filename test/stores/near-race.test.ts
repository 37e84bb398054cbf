import { afterAll, beforeAll, expect, test } from "vitest";
import { deriveArticle } from "../../shared/article/derive-article.ts";
import { type IngestContext, ingestArticle } from "../../shared/ingest-article.ts";
import { pauseBeforeRound } from "../../shared/pause.ts";
import { openArticleTable } from "../../shared/stores/article-table.ts";
import { rivalCount, writeRival } from "../fixtures/write-rival.ts";
import { startTables } from "../support/start-tables.ts";
import { withoutProfiles } from "../support/without-profiles.ts";

let tables: Awaited<ReturnType<typeof startTables>>;
let context: IngestContext;

beforeAll(async () => {
  tables = await startTables();
  await tables.addTable("ArticlesTable", "articles");
  context = {
    articles: openArticleTable(tables.client, "articles"),
    // Here only the metadata race; the raw bytes have no conditions.
    raw: { putRaw: async () => {}, quarantineRaw: async () => {} },
    derive: deriveArticle,
    now: () => new Date(),
    profiles: withoutProfiles,
    nearDuplicateDays: 90,
    timelineShards: 1,
    pause: pauseBeforeRound,
  };
});
afterAll(async () => {
  await tables.close();
});

const trials = Number(process.env["TRIALS"] ?? 60);

test(`six nearly equal rivals at once leave one original, ${trials} times`, async () => {
  for (let trial = 0; trial < trials; trial++) {
    const results = await Promise.all(
      Array.from({ length: rivalCount }, (_, rival) => {
        const text = writeRival(trial, rival).join(" ");
        return ingestArticle(
          {
            partner: `p${rival}`,
            address: { partnerArticleId: `t${trial}` },
            metadata: { title: `Trial ${trial}` },
            document: {
              form: "text",
              content: text,
              bytes: Buffer.from(text),
              contentType: "text/plain",
              charset: "utf-8",
              warnings: [],
            },
            validateOnly: false,
          },
          context,
        );
      }),
    );
    const originals = results.filter(({ result }) => result.outcome === "created");
    expect(originals, `trial ${trial}`).toHaveLength(1);
    const clusterIds = new Set(results.map(({ result }) => result.clusterId));
    expect(clusterIds.size, `trial ${trial}`).toBe(1);
  }
}, 600_000);
