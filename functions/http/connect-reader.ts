import { openArticleTable } from "../../shared/stores/article-table.ts";
import { openArticleTimeline } from "../../shared/stores/article-timeline.ts";
import { connectDynamoDb } from "../../shared/stores/aws-clients.ts";
import { meterReads } from "../../shared/stores/meter-reads.ts";
import { openPartnerTable } from "../../shared/stores/partner-table.ts";
import { readSetting } from "./read-setting.ts";

/** The tables that a function needs which reads articles. Called once, when the function is loaded. */
export function connectReader() {
  const dynamoDb = connectDynamoDb();
  const tableName = readSetting("ARTICLES_TABLE");
  return {
    articles: openArticleTable(dynamoDb, tableName),
    timeline: openArticleTimeline(dynamoDb, tableName),
    meter: meterReads(dynamoDb),
    keys: openPartnerTable(dynamoDb, readSetting("PARTNERS_TABLE")),
  };
}
