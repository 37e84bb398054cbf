import { afterAll, beforeAll, expect, test } from "vitest";
import { deriveArticle } from "../../shared/article/derive-article.ts";
import { type IngestContext, ingestArticle } from "../../shared/ingest-article.ts";
import { pauseBeforeRound } from "../../shared/pause.ts";
import { openArticleTable } from "../../shared/stores/article-table.ts";
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

const words =
  "harbour council bridge winter market school river station garden museum theatre hospital library factory village airport forest island church tower".split(
    " ",
  );

/**
 * A text of its own for every trial, which each rival has with a small edit of its own. The words are the trial's own too: a
 * phrase that all trials had would fill its key, and a full key finds nobody.
 */
function writeRival(trial: number, rival: number): string {
  const pick = (n: number) => `${words[(trial * 7 + n * 13 + ((trial * n) % 11)) % words.length]}${toLetters(trial)}`;
  const sentences = Array.from(
    { length: 14 },
    (_, n) =>
      `The ${pick(n)} of ${pick(n + 3)} opened its ${pick(n + 5)} to the ${pick(n + 8)} after talks about the ${pick(n + 1)}.`,
  );
  sentences.splice(3 + rival, 1, `Agency ${"ABCDEF"[rival]} reports from the ${pick(rival)} that nobody was hurt.`);
  return sentences.join(" ");
}

/** `a`, `b` … `z`, `ba`: a number without figures, since other figures make another report. */
function toLetters(n: number): string {
  return n.toString(26).replace(/[0-9a-p]/g, (digit) => String.fromCharCode(97 + Number.parseInt(digit, 26)));
}

const trials = Number(process.env["TRIALS"] ?? 60);

test(`six nearly equal rivals at once leave one original, ${trials} times`, async () => {
  for (let trial = 0; trial < trials; trial++) {
    const results = await Promise.all(
      Array.from({ length: 6 }, (_, rival) => {
        const text = writeRival(trial, rival);
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
