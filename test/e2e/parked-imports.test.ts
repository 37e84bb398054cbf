import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type LocalDynamoDb, startDynamoDb } from "../../infra/local/dynamodb.ts";
import { listFailures, openFailures, redriveFailures } from "../../infra/ops/failures/manage-failures.ts";
import { listOpenImports, showImport } from "../../infra/ops/manage-imports.ts";
import { addSubscription } from "../../infra/ops/manage-subscriptions.ts";
import { openDeadLetters } from "../../shared/stores/dead-letters.ts";
import { openImportTable } from "../../shared/stores/import-table.ts";
import { openSubscriptionTable } from "../../shared/stores/subscription-table.ts";
import { uniqueText } from "../fixtures/articles.ts";
import type { Client } from "../support/client.ts";
import { type FaultProxy, startFaultProxy } from "../support/fault-proxy.ts";
import { silentProgress } from "../support/silent-progress.ts";
import { type HubRequest, startHub } from "../support/start-hub.ts";
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

const local = { region: "us-east-1", credentials: { accessKeyId: "local", secretAccessKey: "local" } };

/** What ops has of the stack. */
function openDesk() {
  const { environment } = stack;
  const { outputs } = stack.stack;
  const client = new DynamoDBClient({ ...local, endpoint: dynamoDb.endpoint });
  const sqs = new SQSClient({ ...local, endpoint: environment["AWS_ENDPOINT_URL_SQS"] ?? "" });
  const failures = openFailures(outputs, (queueUrl) => openDeadLetters(sqs, queueUrl));
  const redrive = () => redriveFailures(failures, undefined, { progress: silentProgress, now: () => new Date() });
  return {
    client,
    imports: openImportTable(client, outputs["ImportsTable"] ?? ""),
    failures,
    /** The letter comes when the last attempt is over for certain. */
    redrive: () =>
      expect.poll(async () => (await redrive()).redriven["Import"], { timeout: 60_000, interval: 200 }).toBe(1),
    close() {
      client.destroy();
      sqs.destroy();
    },
  };
}

async function startImport(partner: Client, lines: readonly string[]) {
  const file = lines.join("\n");
  const contentLength = Buffer.byteLength(file);
  const announced = await partner.send("POST", "/v1/imports", {
    body: { contentType: "application/x-ndjson", contentLength },
  });
  const { id, upload } = announced.json();
  const { "Content-Length": _own, ...headers } = upload.headers;
  expect((await fetch(upload.url, { method: "PUT", headers, body: file })).status).toBe(200);
  const read = async () => (await partner.get(`/v1/imports/${id}`)).json();
  const until = (state: string) =>
    expect.poll(async () => (await read()).state, { timeout: 90_000, interval: 200 }).toBe(state);
  return { id, read, until };
}

/** As when somebody has taken a right away: it does not pass. */
const refusal = JSON.stringify({ __type: "com.amazonaws.dynamodb.v20120810#AccessDeniedException", message: "No." });
/** Only what writes something with one of these in it is refused. */
function refuseWrites(...words: string[]): void {
  proxy.decide = ({ action, body }) =>
    action === "TransactWriteItems" && words.some((word) => body.includes(word))
      ? { kind: "answer", when: "before", status: 400, body: refusal }
      : undefined;
}

const article = (partnerArticleId: string) => JSON.stringify({ partnerArticleId, text: uniqueText(partnerArticleId) });
const logged = (word: string) => stack.log.filter((line) => line.includes(word)).map((line) => JSON.parse(line));

test("an import that we cannot work on is parked where ops sees it, and goes on when it is redriven", async () => {
  const partner = await stack.newPartner("submit");
  refuseWrites("");
  const lines = Array.from({ length: 20 }, (_, n) => article(`all-${n}`));
  const { id, read, until } = await startImport(partner, lines);
  await until("parked");
  expect((await read()).counts).toMatchObject({ created: 0, refused: 0, deferred: 0 });

  const { imports, redrive, close } = openDesk();
  const seen = { id, partner: partner.partner, state: "parked", attempt: 5, fault: { attempt: 5 } };
  expect(await listOpenImports(imports, new Date())).toMatchObject({ imports: [seen] });
  expect((await showImport(imports, id, new Date())).fault?.message).toContain("met a fault of ours");
  await expect(showImport(imports, "nonsense", new Date())).rejects.toThrow("There is no import nonsense");

  proxy.decide = () => undefined;
  await redrive();
  await until("completed");
  expect((await read()).counts).toMatchObject({ created: 20, unchanged: 0, refused: 0, deferred: 0 });
  expect(await listOpenImports(imports, new Date())).toEqual({ imports: [] });
  close();
});

test("one poisoned item of an import is found by its alarm's runbook, mended and redriven", async () => {
  const partner = await stack.newPartner("submit");
  refuseWrites("poisoned-item");
  const lines = Array.from({ length: 300 }, (_, n) => article(n === 170 ? "poisoned-item" : `good-${n}`));
  lines[30] = "no json";
  const { id, read, until } = await startImport(partner, lines);
  await until("parked");
  expect(await read()).toMatchObject({
    position: { items: 300 },
    counts: { created: 298, refused: 1, deferred: 1 },
    failures: { kept: 2 },
  });

  // The alarm: its metric, and the lines that the runbook asks for.
  const lineOfItem = {
    level: "error",
    operation: "run-import",
    partner: partner.partner,
    importId: id,
    index: 170,
    problem: "internal",
    itemFaults: 1,
    error: expect.stringMatching(/^AccessDeniedException/),
    stack: expect.stringMatching(/^ {4}at /),
  };
  const faults = logged('"itemFaults"').filter(({ importId }) => importId === id);
  expect(faults).toEqual(Array(5).fill(expect.objectContaining(lineOfItem)));
  for (const { _aws } of faults) expect(JSON.stringify(_aws)).toContain('"Name":"itemFaults"');
  const runs = logged('"articles"').filter(({ importId }) => importId === id);
  expect(runs).toMatchObject([{ operation: "run-import", partner: partner.partner, articles: 298, duplicates: 0 }]);

  const { imports, failures, redrive, close } = openDesk();
  await expect.poll(async () => (await listFailures(failures, 10)).failures.length, { timeout: 60_000 }).toBe(1);
  expect((await listFailures(failures, 10)).failures[0]?.body).toContain(id);
  expect(await listOpenImports(imports, new Date())).toMatchObject({
    imports: [{ id, state: "parked", faults: [170], fault: { message: expect.stringContaining("is item 170,") } }],
  });

  const before = proxy.seen.length;
  proxy.decide = () => undefined;
  await redrive();
  await until("completed");
  expect(await read()).toMatchObject({
    position: { items: 300 },
    counts: { created: 299, unchanged: 0, refused: 1, deferred: 0 },
    failures: { kept: 1 },
  });
  const commits = proxy.seen.slice(before).filter(({ action }) => action === "TransactWriteItems");
  // The article, and the checkpoint with the place of its failure.
  expect(commits).toHaveLength(2);
  const told = (await partner.get(`/v1/imports/${id}/failures`)).text.trim().split("\n");
  expect(told.map((line) => JSON.parse(line))).toMatchObject([{ index: 30, status: 400 }]);
  expect((await partner.get("/v1/submissions/poisoned-item")).json()).toMatchObject({ revision: 1 });
  expect(await listOpenImports(imports, new Date())).toEqual({ imports: [] });
  expect((await listFailures(failures, 10)).failures).toEqual([]);
  close();
});

test("one poisoned item of a batch is measured, and told with its cause", async () => {
  const partner = await stack.newPartner("submit");
  refuseWrites("poisoned-in-batch");
  const body = ["fine-1", "poisoned-in-batch", "fine-2"].map(article).join("\n");
  const send = () => partner.send("POST", "/v1/batches", { body, headers: { "Content-Type": "application/x-ndjson" } });
  const reply = await send();
  expect(reply.json().items.map(({ status }: { status: number }) => status)).toEqual([201, 500, 201]);
  expect(reply.text).not.toContain("AccessDenied");
  const [line, ...more] = logged('"itemFaults"').filter(({ operation }) => operation === "post-batch");
  expect(more).toEqual([]);
  expect(line).toMatchObject({
    partner: partner.partner,
    requestId: reply.headers.get("x-request-id"),
    index: 1,
    itemFaults: 1,
    error: expect.stringMatching(/^AccessDeniedException/),
  });
  proxy.decide = () => undefined;
  expect((await send()).json().items.map(({ status }: { status: number }) => status)).toEqual([200, 201, 200]);
});

test("one poisoned item of a hub's delivery is measured, and the hub delivers again", async () => {
  const partner = await stack.newPartner("submit");
  const hub = await startHub();
  const { client, close } = openDesk();
  const subscriptions = openSubscriptionTable(client, stack.stack.outputs["PartnersTable"] ?? "");
  const desk = { partners: stack.partners, subscriptions, apiUrl: stack.url };
  await addSubscription(desk, partner.partner, { topic: "https://gazette.example/feed.json", hub: hub.url });
  const [request] = hub.requests as [HubRequest];
  refuseWrites("poisoned-in-delivery");
  const body = ["whole-1", "poisoned-in-delivery"].map(article).join("\n");
  const deliver = async () => (await hub.deliver(request, body, { type: "application/x-ndjson" })).status;
  expect(await deliver()).toBe(503);
  expect(logged('"itemFaults"').filter(({ operation }) => operation === "receive-delivery")).toMatchObject([
    { partner: partner.partner, index: 1, problem: "internal", error: expect.stringMatching(/^AccessDeniedException/) },
  ]);
  proxy.decide = () => undefined;
  expect(await deliver()).toBe(202);
  await hub.close();
  close();
});
