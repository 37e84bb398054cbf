import {
  CreateTableCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  type StreamSpecification,
  type TableDescription,
} from "@aws-sdk/client-dynamodb";
import { CreateBucketCommand, HeadBucketCommand, PutBucketVersioningCommand, type S3Client } from "@aws-sdk/client-s3";
import type { LocalBucket, LocalTable } from "./read-stack.ts";

/**
 * Makes a table that is not there yet.
 *
 * @throws Error when it is there with other keys or indexes, with what to do
 */
export async function createTable(client: DynamoDBClient, table: LocalTable): Promise<void> {
  const standing = await describeTable(client, table.name);
  if (standing === undefined) {
    await client.send(new CreateTableCommand(table.definition));
    return;
  }
  const wanted = summarizeKeys(table.definition);
  const found = summarizeKeys(standing);
  if (wanted !== found) {
    throw new Error(
      `The table ${table.name} was made by another version: it has ${found}, and ${wanted} is needed. Move .local away to start with empty tables.`,
    );
  }
}

async function describeTable(client: DynamoDBClient, name: string): Promise<TableDescription | undefined> {
  try {
    return (await client.send(new DescribeTableCommand({ TableName: name }))).Table;
  } catch (error) {
    if ((error as Error).name === "ResourceNotFoundException") return undefined;
    throw error;
  }
}

type Keyed = { IndexName?: string | undefined; KeySchema?: { AttributeName?: string | undefined }[] | undefined };

function summarizeKeys(
  table: Keyed & {
    GlobalSecondaryIndexes?: Keyed[] | undefined;
    StreamSpecification?: StreamSpecification | undefined;
  },
): string {
  const keys = ({ KeySchema }: Keyed) => (KeySchema ?? []).map((key) => key.AttributeName).join("/");
  const indexes = (table.GlobalSecondaryIndexes ?? []).map((index) => `${index.IndexName}(${keys(index)})`).sort();
  const stream = table.StreamSpecification?.StreamEnabled
    ? [`a stream of ${table.StreamSpecification.StreamViewType}`]
    : [];
  return [`keys ${keys(table)}`, ...indexes, ...stream].join(", ");
}

/** Makes a bucket that is not there yet. */
export async function createBucket(client: S3Client, bucket: LocalBucket): Promise<void> {
  const isThere = await client.send(new HeadBucketCommand({ Bucket: bucket.name })).then(
    () => true,
    (error: Error) => {
      if (error.name === "NotFound") return false;
      throw error;
    },
  );
  if (!isThere) await client.send(new CreateBucketCommand({ Bucket: bucket.name }));
  if (bucket.isVersioned) {
    await client.send(
      new PutBucketVersioningCommand({ Bucket: bucket.name, VersioningConfiguration: { Status: "Enabled" } }),
    );
  }
}
