import { randomBytes } from "node:crypto";
import type { Context, SQSEvent } from "aws-lambda";
import { answerItem } from "../shared/answer-item.ts";
import { importLimits } from "../shared/api/import.ts";
import type { ArticleRules } from "../shared/article/article-rules.ts";
import { addCounts, countOutcomes } from "../shared/count-outcomes.ts";
import { readImportMessage } from "../shared/imports/read-import-message.ts";
import { runImport } from "../shared/imports/run-import.ts";
import { resolveSettings } from "../shared/partner-policy.ts";
import { pauseBeforeRound } from "../shared/pause.ts";
import { connectDynamoDb, connectS3, connectSqs } from "../shared/stores/aws-clients.ts";
import { openImportBucket } from "../shared/stores/import-bucket.ts";
import { openImportQueue } from "../shared/stores/import-queue.ts";
import { openImportTable } from "../shared/stores/import-table.ts";
import { openPartnerTable } from "../shared/stores/partner-table.ts";
import { connectPipeline } from "./http/connect-ingest.ts";
import { logEvent, logFailure } from "./http/log-event.ts";
import { itemMetrics, logItemFault, openItemMeter } from "./http/measure-items.ts";
import { readSetting } from "./http/read-setting.ts";

const dynamoDb = connectDynamoDb();
const s3 = connectS3();
const pipeline = connectPipeline(dynamoDb, s3);
const partners = openPartnerTable(dynamoDb, readSetting("PARTNERS_TABLE"));
const imports = openImportTable(dynamoDb, readSetting("IMPORTS_TABLE"));
const bucket = openImportBucket(s3, readSetting("IMPORTS_BUCKET"));
const queue = openImportQueue(connectSqs(), readSetting("IMPORT_QUEUE"));
const measureItems = openItemMeter();

/** Failures of an item fit into a page of them; a chunk of common articles takes a second or two. */
const limits = {
  items: 100,
  bytes: 1024 * 1024,
  concurrency: 8,
  minRemainingMs: 60_000,
  maxUnpackedBytes: importLimits.maxUnpackedBytes,
};

/** Works off the imports that messages name: an upload has come, or a run before has left something. */
export async function handler(event: SQSEvent, lambda: Pick<Context, "getRemainingTimeInMillis">): Promise<void> {
  for (const { messageId, body, attributes } of event.Records) {
    const attempt = Number(attributes.ApproximateReceiveCount);
    for (const importId of readImportMessage(body)) {
      const startedAt = performance.now();
      let rules: Promise<ArticleRules | undefined> | undefined;
      const subject = { operation: "run-import", importId, attempt };
      let counts = countOutcomes([]);
      let sender: string | undefined;
      const measure = () => ({ partner: sender, ...measureItems(sender, counts) });
      try {
        const run = await runImport(
          { importId, messageId, attempt },
          {
            imports,
            bucket,
            queue,
            answerItem: async (item, { partner, id }, check) => {
              rules ??= partners.getSettings(partner).then((settings) => resolveSettings(settings).rules);
              return answerItem(
                item,
                {
                  partner,
                  rules: await rules,
                  check,
                  validateOnly: false,
                  instance: `urn:import:${id}`,
                  onFault: (problem, index) => logItemFault({ ...subject, partner, index }, problem),
                },
                pipeline,
              );
            },
            onCounted(partner, added) {
              sender = partner;
              counts = addCounts(counts, added);
            },
            getArticle: pipeline.articles.getArticle,
            now: pipeline.now,
            makeToken: () => randomBytes(8).toString("hex"),
            remainingMs: () => lambda.getRemainingTimeInMillis(),
            pause: pauseBeforeRound,
            limits,
          },
        );
        const durationMs = Math.round(performance.now() - startedAt);
        logEvent("info", { ...subject, ...run, durationMs, ...measure() }, [itemMetrics]);
      } catch (error) {
        logFailure({ ...subject, ...measure() }, error, [itemMetrics]);
        throw error;
      }
    }
  }
}
