import { createHash } from "node:crypto";
import { Logger } from "@aws-lambda-powertools/logger";
import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import { logMetrics } from "@aws-lambda-powertools/metrics/middleware";
import { Tracer } from "@aws-lambda-powertools/tracer";
import { captureLambdaHandler } from "@aws-lambda-powertools/tracer/middleware";
import { ConditionalCheckFailedException, DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { marshall } from "@aws-sdk/util-dynamodb";
import middy from "@middy/core";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import createDOMPurify from "dompurify";
import { JSDOM } from "jsdom";
import { z } from "zod";

/**
 * The ingest that one would write first, of parts that everybody knows: what Copydesk is measured against. It does less: no
 * keys, no quotas, no revisions, no near-duplicates, no list, and a crash between its writes leaves claims without articles.
 */
const serviceName = "naive-ingest";
const logger = new Logger({ serviceName });
const metrics = new Metrics({ namespace: "news", serviceName });
const tracer = new Tracer({ serviceName });
const dynamoDb = tracer.captureAWSv3Client(new DynamoDBClient({}));
const s3 = tracer.captureAWSv3Client(new S3Client({}));
const { sanitize } = createDOMPurify(new JSDOM("").window);

const Article = z.object({
  html: z.string().min(1),
  url: z.url().optional(),
  title: z.string().optional(),
  language: z.string().optional(),
  publishedAt: z.iso.datetime({ offset: true }).optional(),
  authors: z.array(z.string()).optional(),
  tags: z.array(z.string()).optional(),
});

const TableName = process.env["ARTICLES_TABLE"];
const Bucket = process.env["RAW_BUCKET"];
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

async function putArticle(event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> {
  const body = Buffer.from(event.body ?? "", event.isBase64Encoded ? "base64" : "utf8").toString("utf8");
  const parsed = Article.safeParse(JSON.parse(body));
  if (!parsed.success) return answer(400, { errors: parsed.error.issues });
  const { html, ...metadata } = parsed.data;
  const id = event.pathParameters?.["id"] ?? "";
  const clean = sanitize(html);

  const claimant = await claimContent(sha256(clean), id);
  if (claimant === id) return answer(200, { id, outcome: "unchanged" });
  const outcome = claimant === undefined ? "created" : "duplicate";
  await s3.send(new PutObjectCommand({ Bucket, Key: `raw/${id}.html`, Body: html, ContentType: "text/html" }));
  const item = {
    ...metadata,
    pk: `article#${id}`,
    html: clean,
    duplicateOf: claimant,
    ingestedAt: new Date().toJSON(),
  };
  await dynamoDb.send(new PutItemCommand({ TableName, Item: marshall(item, { removeUndefinedValues: true }) }));
  metrics.addMetric(outcome, MetricUnit.Count, 1);
  logger.info("Article stored", { id, outcome });
  return answer(201, { id, outcome, duplicateOf: claimant });
}

/** The article that had this content before, if any. */
async function claimContent(hash: string, id: string): Promise<string | undefined> {
  try {
    await dynamoDb.send(
      new PutItemCommand({
        TableName,
        Item: marshall({ pk: `content#${hash}`, articleId: id }),
        ConditionExpression: "attribute_not_exists(pk)",
        ReturnValuesOnConditionCheckFailure: "ALL_OLD",
      }),
    );
    return undefined;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return error.Item?.["articleId"]?.S;
    throw error;
  }
}

function answer(statusCode: number, body: unknown): APIGatewayProxyStructuredResultV2 {
  return { statusCode, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
}

export const handler = middy(putArticle)
  .use(captureLambdaHandler(tracer))
  .use(injectLambdaContext(logger, { clearState: true }))
  .use(logMetrics(metrics));
