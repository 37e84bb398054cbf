import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type LocalDynamoDb, startDynamoDb } from "../../infra/local/dynamodb.ts";
import { openFailures, redriveFailures } from "../../infra/ops/failures/manage-failures.ts";
import { listOpenImports, showImport } from "../../infra/ops/manage-imports.ts";
import { openDeadLetters } from "../../shared/stores/dead-letters.ts";
import { openImportTable } from "../../shared/stores/import-table.ts";
import { uniqueText } from "../fixtures/articles.ts";
import { type FaultProxy, startFaultProxy } from "../support/fault-proxy.ts";
import { silentProgress } from "../support/silent-progress.ts";
import { startTestStack, type TestStack } from "../support/start-stack.ts";

let dynamoDb: LocalDynamoDb;
let proxy: FaultProxy;
let stack: TestStack;

beforeAll(async () => {
  dynamoDb = await startDynamoDb();
  proxy = await startFaultProxy(dynamoDb.endpoint);
  stack = await startTestStack({ dynamoDbEndpoint: proxy.endpoint });
});
afterAll(async () => {
  await stack.close();
  await proxy.close();
  await dynamoDb.close();
});

test("an import that we cannot work on is parked where ops sees it, and goes on when it is redriven", async () => {
  const partner = await stack.newPartner("submit");
  const lines = Array.from({ length: 20 }, (_, n) => JSON.stringify({ partnerArticleId: `${n}`, text: uniqueText(n) }));
  const file = lines.join("\n");
  const contentLength = Buffer.byteLength(file);
  const announced = await partner.send("POST", "/v1/imports", {
    body: { contentType: "application/x-ndjson", contentLength },
  });
  const { id, upload } = announced.json();
  // As when somebody has taken a right away: it does not pass, and it is no matter of the items.
  const body = JSON.stringify({ __type: "com.amazonaws.dynamodb.v20120810#AccessDeniedException", message: "No." });
  proxy.decide = ({ action }) =>
    action === "TransactWriteItems" ? { kind: "answer", when: "before", status: 400, body } : undefined;
  const { "Content-Length": _own, ...headers } = upload.headers;
  expect((await fetch(upload.url, { method: "PUT", headers, body: file })).status).toBe(200);

  const read = async () => (await partner.get(`/v1/imports/${id}`)).json();
  await expect.poll(async () => (await read()).state, { timeout: 90_000, interval: 200 }).toBe("parked");
  expect((await read()).counts).toMatchObject({ created: 0, refused: 0, deferred: 0 });

  const { environment } = stack;
  const { outputs } = stack.stack;
  const local = { region: "us-east-1", credentials: { accessKeyId: "local", secretAccessKey: "local" } };
  const client = new DynamoDBClient({ ...local, endpoint: dynamoDb.endpoint });
  const sqs = new SQSClient({ ...local, endpoint: environment["AWS_ENDPOINT_URL_SQS"] ?? "" });
  const imports = openImportTable(client, outputs["ImportsTable"] ?? "");
  const failures = openFailures(outputs, (queueUrl) => openDeadLetters(sqs, queueUrl));
  const redrive = () => redriveFailures(failures, undefined, { progress: silentProgress, now: () => new Date() });
  const seen = { id, partner: partner.partner, state: "parked", attempt: 5, fault: { attempt: 5 } };
  expect(await listOpenImports(imports, new Date())).toMatchObject({ imports: [seen] });
  expect((await showImport(imports, id, new Date())).fault?.message).toContain("met a fault of ours");
  await expect(showImport(imports, "nonsense", new Date())).rejects.toThrow("There is no import nonsense");

  proxy.decide = () => undefined;
  await expect.poll(async () => (await redrive()).redriven["Import"], { timeout: 60_000, interval: 200 }).toBe(1);
  await expect.poll(async () => (await read()).state, { timeout: 90_000, interval: 200 }).toBe("completed");
  expect((await read()).counts).toMatchObject({ created: 20, unchanged: 0, refused: 0, deferred: 0 });
  expect(await listOpenImports(imports, new Date())).toEqual({ imports: [] });
  client.destroy();
  sqs.destroy();
});
