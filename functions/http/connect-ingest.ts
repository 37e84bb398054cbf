import * as z from "zod";
import { deriveArticle } from "../../shared/article/derive-article.ts";
import { loadTables } from "../../shared/article/load-tables.ts";
import type { IngestContext } from "../../shared/ingest-article.ts";
import { openLineProfiles } from "../../shared/line-profiles.ts";
import { pauseBeforeRound } from "../../shared/pause.ts";
import { openQuotas, type Quotas } from "../../shared/quotas.ts";
import { type ArticleTable, openArticleTable } from "../../shared/stores/article-table.ts";
import { connectDynamoDb, connectS3 } from "../../shared/stores/aws-clients.ts";
import { openPartnerTable } from "../../shared/stores/partner-table.ts";
import { openQuotaTable } from "../../shared/stores/quota-table.ts";
import { openRawBucket } from "../../shared/stores/raw-bucket.ts";
import type { KeyStore } from "./authenticate.ts";
import { readSetting } from "./read-setting.ts";

/** The stores, clock and chance that a function needs which takes in articles. Called once, when the function is loaded. */
export function connectIngest(dynamoDb = connectDynamoDb()): {
  readonly context: IngestContext;
  readonly keys: KeyStore;
  readonly quotas: Quotas;
} {
  const partnersTable = readSetting("PARTNERS_TABLE");
  const context = connectPipeline(dynamoDb, connectS3());
  const { getKey, getSettings } = openPartnerTable(dynamoDb, partnersTable);
  return {
    context,
    keys: {
      getKey,
      getSettings(partner) {
        const settings = getSettings(partner);
        // The key was right, so an article will follow, and the database takes as long to answer.
        setImmediate(loadTables);
        return settings;
      },
    },
    quotas: openQuotas(openQuotaTable(dynamoDb, partnersTable), { now: context.now, onFault: logFault("quota") }),
  };
}

const count = z.coerce.number().int().positive();

/** What the pipeline needs alone, for who knows its partner otherwise. */
export function connectPipeline(
  dynamoDb: ReturnType<typeof connectDynamoDb>,
  s3: ReturnType<typeof connectS3>,
): IngestContext & { readonly articles: ArticleTable } {
  const articles = openArticleTable(dynamoDb, readSetting("ARTICLES_TABLE"));
  const now = () => new Date();
  return {
    articles,
    raw: openRawBucket(s3, readSetting("RAW_BUCKET")),
    derive: deriveArticle,
    profiles: openLineProfiles(articles, { now, random: Math.random, onFault: logFault("lineProfile") }),
    now,
    nearDuplicateDays: count.parse(readSetting("NEAR_DUPLICATE_DAYS")),
    timelineShards: count.parse(readSetting("TIMELINE_SHARDS")),
    pause: pauseBeforeRound,
  };
}

/** A lesson that was not saved, or an article that was not counted, harms nobody; but somebody should know if it goes on. */
function logFault(what: "lineProfile" | "quota"): (error: unknown) => void {
  return (error) => {
    const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    process.stdout.write(`${JSON.stringify({ level: "warn", time: new Date().toISOString(), [what]: message })}\n`);
  };
}
