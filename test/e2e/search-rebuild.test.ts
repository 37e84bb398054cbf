import { setTimeout as sleep } from "node:timers/promises";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DeleteObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { rebuildSearch } from "../../infra/ops/rebuild-search.ts";
import { openArticleTable } from "../../shared/stores/article-table.ts";
import { openChangeLog } from "../../shared/stores/change-log.ts";
import { connectSearch } from "../../shared/stores/connect-search.ts";
import { openSearchIndex } from "../../shared/stores/search-index.ts";
import { uniqueText } from "../fixtures/articles.ts";
import type { Client } from "../support/client.ts";
import { startTestStack, type TestStack } from "../support/start-stack.ts";

let stack: TestStack;
let wire: Client;
let reader: Client;
let dynamoDb: DynamoDBClient;

beforeAll(async () => {
  stack = await startTestStack();
  [wire, reader] = await Promise.all([stack.newPartner("submit"), stack.newPartner("read")]);
  Object.assign(process.env, stack.environment);
  dynamoDb = new DynamoDBClient({});
});
afterAll(async () => {
  dynamoDb.destroy();
  await stack.close();
});

async function findIds(q: string): Promise<string[]> {
  const { json } = await reader.listArticles({ q, limit: 200 });
  return json.items.flatMap(({ partnerArticleId }) => partnerArticleId ?? []).toSorted();
}

async function waitFor(q: string, expected: readonly string[]): Promise<void> {
  const deadline = Date.now() + 60_000;
  while ((await findIds(q)).join() !== expected.join() && Date.now() < deadline) await sleep(200);
  expect(await findIds(q)).toEqual(expected);
}

function rebuild() {
  const articles = openArticleTable(dynamoDb, stack.stack.outputs["ArticlesTable"] ?? "");
  const changes = openChangeLog(dynamoDb, stack.stack.outputs["ChangesTable"] ?? "");
  const options = { from: 1, signal: new AbortController().signal, onProgress: () => {} };
  return rebuildSearch({ articles, changes, now: () => new Date() }, options);
}

const names = Array.from({ length: 25 }, (_, n) => `r${String(n).padStart(2, "0")}`);

test("an index that is empty is filled again from the articles, and nobody hears of a change", async () => {
  for (const name of names) await wire.put(name, { text: `${uniqueText(name)} Gezeitenkraftwerk.` });
  await wire.put("gone", { text: `${uniqueText("gone")} Gezeitenkraftwerk.` });
  await wire.send("DELETE", "/v1/submissions/gone");
  await waitFor("gezeitenkraftwerk", names);
  const { items } = (await reader.listArticles({ limit: 200 })).json;
  await openSearchIndex(connectSearch("")).writeDocuments(
    [],
    items.map(({ id }) => id),
  );
  expect(await findIds("gezeitenkraftwerk")).toEqual([]);

  const before = (await reader.listChanges({ start: "now" })).json.nextCursor;
  const progress = await rebuild();
  expect(progress).toMatchObject({ touched: names.length + 1 });
  expect(progress.entry).toBe(progress.lastEntry + 1);
  await waitFor("gezeitenkraftwerk", names);
  await wire.put("last", { text: `${uniqueText("last")} Schluss.` });
  await waitFor("schluss", ["last"]);
  const changes = (await reader.listChanges({ cursor: before })).json.items;
  expect(changes.map(({ type }) => type)).toEqual(["created"]);
});

test("an article that cannot be read is given up and told of; those around it are found", async () => {
  const article = (await wire.put("r00", { text: `${uniqueText("broken")} Gezeitenkraftwerk, zerbrochen.` })).json();
  await waitFor("zerbrochen", ["r00"]);
  const { raw } = (await reader.getArticle({ id: article.id })).json;
  const s3 = new S3Client({ forcePathStyle: true });
  const Key = `raw/${wire.partner}/${raw.sha256}`;
  await s3.send(new DeleteObjectCommand({ Bucket: stack.stack.outputs["RawBucket"] ?? "", Key }));
  s3.destroy();

  await rebuild();
  await wire.put("after", { text: `${uniqueText("after")} Danach.` });
  await waitFor("danach", ["after"]);
  expect(stack.log.some((line) => line.endsWith("goes on without 1 records of its stream."))).toBe(true);
  expect(await findIds("gezeitenkraftwerk")).toEqual(names);
});
