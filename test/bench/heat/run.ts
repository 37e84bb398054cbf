import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { createTable } from "../../../infra/local/create-stores.ts";
import { startDynamoDb } from "../../../infra/local/dynamodb.ts";
import { readOptions } from "../../../infra/local/read-options.ts";
import { synthesize } from "../../../infra/local/synthesize.ts";
import { makeSubmissions, usualMix } from "../../../infra/ops/cost/make-submissions.ts";
import { startDynamoDbMeter } from "../../../infra/ops/cost/meter-dynamodb.ts";
import { deriveArticle } from "../../../shared/article/derive-article.ts";
import { ingestArticle } from "../../../shared/ingest-article.ts";
import { openArticleTable } from "../../../shared/stores/article-table.ts";
import { cdkOut } from "../../support/cdk-out.ts";
import { describeTable } from "../../support/describe-table.ts";
import { withoutProfiles } from "../../support/without-profiles.ts";
import { printTable } from "../print-table.ts";
import { type Heat, openHeatCounter, partitionLimits } from "./count-heat.ts";

/**
 * How hot partitions get: a second's submissions of the usual mix, all on one day, through the real pipeline and the real keys.
 * Prints the hottest key of the table and of each index, and at what rate of submissions it reaches what a partition gives.
 *
 * Options: `--submissions 1000` in the second, `--shards 1,8` of a day to compare
 */
export async function run(options: readonly string[]): Promise<void> {
  await synthesize(cdkOut, () => console.log("Building the template …\n"));
  const { values } = readOptions(
    { submissions: { type: "string", default: "1000" }, shards: { type: "string", default: "1,8" } },
    "Usage: npm run bench -- heat [--submissions 1000] [--shards 1,8]",
    options,
  );
  const submissions = Number(values.submissions);
  for (const shards of values.shards.split(",").map(Number)) {
    const heat = await measureHeat(submissions, shards);
    console.log(
      `${submissions} submissions in a second, ${shards === 1 ? "one shard" : `${shards} shards`} of a day\n`,
    );
    printTable([
      ["", "keys", "units", "hottest", "key", "full at"],
      ...[...heat]
        .toSorted(([one], [other]) => (one < other ? -1 : 1))
        .map(([place, keys]) => {
          const [key = "", units = 0] = [...keys].toSorted(([, one], [, other]) => other - one)[0] ?? [];
          const limit = place.endsWith("read") ? partitionLimits.reads : partitionLimits.writes;
          const total = [...keys.values()].reduce((sum, count) => sum + count, 0);
          return [place, keys.size, total, units, nameKey(key), `${Math.floor((submissions * limit) / units)}/s`].map(
            (cell) => (typeof cell === "number" ? cell.toLocaleString("en") : cell),
          );
        }),
    ]);
    plot(heat, submissions);
  }
}

async function measureHeat(submissions: number, shards: number): Promise<Heat> {
  const counter = openHeatCounter();
  const dynamoDb = await startDynamoDb();
  const meter = await startDynamoDbMeter(dynamoDb.endpoint, counter.count);
  const client = new DynamoDBClient({
    region: "us-east-1",
    endpoint: meter.endpoint,
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  try {
    await createTable(client, describeTable("ArticlesTable", "articles"));
    const now = () => new Date("2026-11-27T12:00:00Z");
    const context = {
      articles: openArticleTable(client, "articles"),
      raw: { putRaw: async () => {}, quarantineRaw: async () => {} },
      derive: deriveArticle,
      now,
      profiles: withoutProfiles,
      nearDuplicateDays: 90,
      timelineShards: shards,
      pause: async () => {},
    };
    for (const { partner, partnerArticleId, body } of makeSubmissions(
      usualMix,
      submissions / 100,
      now().toISOString(),
    )) {
      const { html, ...metadata } = body;
      await ingestArticle(
        {
          partner,
          address: { partnerArticleId },
          metadata,
          document: {
            form: "html",
            content: html,
            bytes: Buffer.from(html),
            contentType: "text/html; charset=utf-8",
            charset: "utf-8",
            warnings: [],
          },
          validateOnly: false,
        },
        context,
      );
    }
    checkHeat(counter.heat, submissions - Math.round((submissions * usualMix.replay) / 100));
    return counter.heat;
  } finally {
    client.destroy();
    await meter.close();
    await dynamoDb.close();
  }
}

/** A benchmark of something else would be worse than none: every article is in a list of its day, once. */
function checkHeat(heat: Heat, articles: number): void {
  for (const index of ["byDay", "byArrival"]) {
    const written = [...(heat.get(`${index}, written`)?.values() ?? [])].reduce((sum, units) => sum + units, 0);
    if (written !== articles) throw new Error(`${index} was written ${written} times for ${articles} articles.`);
  }
}

/** Hashes are not worth the width. */
function nameKey(key: string): string {
  return key.length > 24 ? `${key.slice(0, 23)}…` : key;
}

/** A bar for each of the hottest keys of all places, against what a partition gives. */
function plot(heat: Heat, submissions: number): void {
  const width = 40;
  const hottest = [...heat]
    .flatMap(([place, keys]) => {
      const limit = place.endsWith("read") ? partitionLimits.reads : partitionLimits.writes;
      return [...keys].map(([key, units]) => ({ name: `${nameKey(key)} (${place})`, share: units / limit }));
    })
    .toSorted((one, other) => other.share - one.share)
    .slice(0, 12);
  const nameWidth = Math.max(...hottest.map(({ name }) => name.length));
  for (const { name, share } of hottest) {
    const bar = "█".repeat(Math.max(1, Math.round(Math.min(1, share) * width)));
    console.log(`${name.padEnd(nameWidth)}  ${bar.padEnd(width, "·")} ${(share * 100).toFixed(0).padStart(4)} %`);
  }
  console.log(
    `\nShare of what one partition gives (${partitionLimits.writes} units written, ${partitionLimits.reads} read in a second) at ${submissions}/s.\n`,
  );
}
