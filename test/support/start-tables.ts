import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { createTable } from "../../infra/local/create-stores.ts";
import { startDynamoDb } from "../../infra/local/dynamodb.ts";
import { describeTable } from "./describe-table.ts";

/** An embedded DynamoDB in memory, with a client. */
export async function startTables() {
  const dynamoDb = await startDynamoDb();
  const client = new DynamoDBClient({
    region: "us-east-1",
    endpoint: dynamoDb.endpoint,
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  return {
    client,
    addTable: (...table: Parameters<typeof describeTable>) => createTable(client, describeTable(...table)),
    async close() {
      client.destroy();
      await dynamoDb.close();
    },
  };
}
