import {
  BatchGetItemCommand,
  DynamoDBClient,
  GetItemCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";

/** The two clients, and the commands that a submission sends: what no ingest on the SDK can do without. */
const clients = [new DynamoDBClient({}), new S3Client({})];
const commands = [GetItemCommand, UpdateItemCommand, BatchGetItemCommand, TransactWriteItemsCommand, PutObjectCommand];

export const handler = async () => ({ statusCode: 200, body: String(clients.length + commands.length) });
