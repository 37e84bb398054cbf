import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import { SigningHash } from "./signing-hash.ts";

/**
 * A store that does not answer must cost the caller seconds, not the whole time of the function: 2 s for a connection, 5 s
 * for the head of an answer, 5 s of silence within its body; three tries.
 */
export const requestHandler = {
  connectionTimeout: 2000,
  requestTimeout: 5000,
  socketTimeout: 5000,
  throwOnRequestTimeout: true,
};

const settings = { requestHandler, maxAttempts: 3, sha256: SigningHash };

/** Endpoints come from `AWS_ENDPOINT_URL_DYNAMODB`, `…_S3`, `…_SQS` and `…_EVENTBRIDGE` where they are set, as the SDK does by itself. */
export function connectDynamoDb(): DynamoDBClient {
  // Middleware is put together once for each command; who adds some, does so before the first request.
  return withoutLogger(new DynamoDBClient({ ...settings, cacheMiddleware: true }));
}

export function connectS3(): S3Client {
  return withoutLogger(new S3Client(settings));
}

/** The SDK copies every request and answer for a logger, even where there is none. */
function withoutLogger<C extends DynamoDBClient | S3Client>(client: C): C {
  client.middlewareStack.remove("loggerMiddleware");
  return client;
}

/** For who signs uploads: the SDK would sign the checksum of an empty body along. */
export function connectS3ToSign(): S3Client {
  return new S3Client({ requestChecksumCalculation: "WHEN_REQUIRED" });
}

export function connectSqs(): SQSClient {
  return new SQSClient({ ...settings, useQueueUrlAsEndpoint: false });
}

export function connectEventBridge(): EventBridgeClient {
  return new EventBridgeClient(settings);
}
