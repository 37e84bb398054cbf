import {
  type AttributeValue,
  BatchGetItemCommand,
  type ConsumedCapacity,
  CreateTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ResourceNotFoundException,
  TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { itemBytes } from "../../infra/ops/cost/item-bytes.ts";
import { startDynamoDbMeter } from "../../infra/ops/cost/meter-dynamodb.ts";
import { startTables } from "../support/start-tables.ts";

const TableName = "table";
let tables: Awaited<ReturnType<typeof startTables>>;

beforeAll(async () => {
  tables = await startTables();
  const key = (partition: string) => [
    { AttributeName: partition, KeyType: "HASH" as const },
    { AttributeName: "sk", KeyType: "RANGE" as const },
  ];
  await tables.client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: ["pk", "sk", "whole", "keys"].map((AttributeName) => ({
        AttributeName,
        AttributeType: "S",
      })),
      KeySchema: key("pk"),
      GlobalSecondaryIndexes: [
        { IndexName: "byWhole", KeySchema: key("whole"), Projection: { ProjectionType: "ALL" } },
        { IndexName: "byKeys", KeySchema: key("keys"), Projection: { ProjectionType: "KEYS_ONLY" } },
      ],
    }),
  );
});
afterAll(() => tables.close());

type Item = Record<string, AttributeValue>;
const item = (pk: string, more: Readonly<Record<string, string>>): Item =>
  Object.fromEntries(Object.entries({ pk, sk: "1", ...more }).map(([name, value]) => [name, { S: value }]));
const big = { whole: "a", keys: "b", text: "x".repeat(1500) };
const put = (entry: Item): TransactWriteItem => ({ Put: { TableName, Item: entry } });
const ReturnConsumedCapacity = "INDEXES";

async function transact(...TransactItems: TransactWriteItem[]) {
  const { ConsumedCapacity } = await tables.client.send(
    new TransactWriteItemsCommand({ TransactItems, ReturnConsumedCapacity }),
  );
  return read(ConsumedCapacity?.[0]);
}

function read(told: ConsumedCapacity | undefined) {
  const { byWhole, byKeys } = told?.GlobalSecondaryIndexes ?? {};
  return [told?.Table?.CapacityUnits ?? 0, byWhole?.CapacityUnits ?? 0, byKeys?.CapacityUnits ?? 0];
}

/** By AWS's rules: a unit of writing is 1 KB, twice in a transaction; an index is written once, and only where it changes. */
describe("the embedded DynamoDB tells what AWS would count: table, whole index, index of keys", () => {
  test("a put of 1.5 KB: two, two, one", async () => {
    const answer = await tables.client.send(
      new PutItemCommand({ TableName, Item: item("put", big), ReturnConsumedCapacity }),
    );
    expect(read(answer.ConsumedCapacity)).toEqual([2, 2, 1]);
  });

  test("in a transaction the table counts twice, its indexes do not", async () => {
    expect(await transact(put(item("new", big)))).toEqual([4, 2, 1]);
  });

  test("what is replaced counts as the larger of both, and an index where nothing changes does not count", async () => {
    await transact(put(item("replaced", big)));
    expect(await transact(put(item("replaced", { ...big, text: "x" })))).toEqual([4, 2, 0]);
    expect(await transact(put(item("replaced", { ...big, text: "x" })))).toEqual([2, 0, 0]);
  });

  test("another key of an index is a deletion and a put there", async () => {
    await transact(put(item("moved", { ...big, text: "x" })));
    expect(await transact(put(item("moved", { ...big, text: "x", whole: "c" })))).toEqual([2, 2, 0]);
  });

  test("each item of a transaction is rounded up for itself, a condition alone counts as a write", async () => {
    const check = { TableName, Key: item("put", {}), ConditionExpression: "attribute_exists(pk)" };
    const update = {
      TableName,
      Key: item("updated", {}),
      UpdateExpression: "SET #text = :text",
      ExpressionAttributeNames: { "#text": "text" },
      ExpressionAttributeValues: { ":text": { S: "x".repeat(2000) } },
    };
    expect(await transact(put(item("small", {})), { Update: update }, { ConditionCheck: check })).toEqual([
      2 + 4 + 4,
      0,
      0,
    ]);
  });

  test("an update counts the whole item", async () => {
    const answer = await tables.client.send(
      new UpdateItemCommand({
        TableName,
        Key: item("updated", {}),
        UpdateExpression: "SET small = :small",
        ExpressionAttributeValues: { ":small": { S: "x" } },
        ReturnConsumedCapacity,
      }),
    );
    expect(read(answer.ConsumedCapacity)).toEqual([2, 0, 0]);
  });

  test.each([
    [true, 3],
    [false, 1.5],
  ])(
    "a batch rounds each item up for itself, also one that is not there; consistent %s: %d",
    async (ConsistentRead, units) => {
      const Keys = ["put", "small", "nobody"].map((pk) => item(pk, {}));
      const answer = await tables.client.send(
        new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys, ConsistentRead } }, ReturnConsumedCapacity }),
      );
      expect(answer.ConsumedCapacity?.[0]?.CapacityUnits).toBe(units);
    },
  );

  test("a query is rounded up as a whole", async () => {
    for (const pk of ["q1", "q2", "q3"]) await transact(put(item(pk, { whole: "queried" })));
    const answer = await tables.client.send(
      new QueryCommand({
        TableName,
        IndexName: "byWhole",
        KeyConditionExpression: "whole = :whole",
        ExpressionAttributeValues: { ":whole": { S: "queried" } },
        ReturnConsumedCapacity,
      }),
    );
    expect(answer.ConsumedCapacity?.CapacityUnits).toBe(0.5);
  });
});

test("the meter adds up what it is told, by the kind of item, and changes no answer", async () => {
  const endpoint = (await tables.client.config.endpoint?.()) ?? { protocol: "", hostname: "", port: 0 };
  const meter = await startDynamoDbMeter(`${endpoint.protocol}//${endpoint.hostname}:${endpoint.port}`);
  const client = new DynamoDBClient({
    region: "us-east-1",
    endpoint: meter.endpoint,
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  await client.send(new TransactWriteItemsCommand({ TransactItems: [put(item("article#1", big))] }));
  await client.send(new PutItemCommand({ TableName, Item: item("quota#wire", { text: "x" }) }));
  const got = await client.send(new GetItemCommand({ TableName, Key: item("quota#wire", {}), ConsistentRead: true }));
  expect(got.Item?.["text"]?.S).toBe("x");
  expect(got.$metadata.httpStatusCode).toBe(200);
  const missing = new GetItemCommand({ TableName: "missing", Key: item("article#1", {}) });
  await expect(client.send(missing)).rejects.toThrow(ResourceNotFoundException);
  const onlyOnce = {
    Put: { TableName, Item: item("article#1", big), ConditionExpression: "attribute_not_exists(pk)" },
  };
  const cancelled = new TransactWriteItemsCommand({ TransactItems: [onlyOnce] });
  await expect(client.send(cancelled)).rejects.toThrow(TransactionCanceledException);
  client.destroy();
  expect(Object.fromEntries(meter.indexes)).toEqual({ byWhole: 2, byKeys: 1 });
  expect(meter.cancelled()).toBe(1);
  expect(Object.fromEntries(meter.consumed)).toEqual({
    articles: { requests: 1, writeUnits: 7, indexWriteUnits: 3, readUnits: 0 },
    quota: { requests: 2, writeUnits: 1, indexWriteUnits: 0, readUnits: 1 },
  });
  await meter.close();
});

/** Examples of AWS's page on sizes. */
test.each<[name: string, item: Item, bytes: number]>([
  ["text", { name: { S: "Größe" } }, 4 + 7],
  ["a number", { n: { N: "1795424400" } }, 1 + 6],
  ["a negative fraction", { n: { N: "-12.5" } }, 1 + 3],
  ["bytes", { data: { B: new Uint8Array(100) } }, 4 + 100],
  ["a truth", { is: { BOOL: true } }, 2 + 1],
  ["a list", { tags: { L: [{ S: "ab" }, { S: "c" }] } }, 4 + 3 + 2 + 3],
  ["a map", { m: { M: { a: { S: "bc" } } } }, 1 + 3 + 1 + 1 + 2],
])("the bytes of %s", (_, entry, bytes) => {
  expect(itemBytes(entry)).toBe(bytes);
});
