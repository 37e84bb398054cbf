import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startDynamoDb } from "../../infra/local/dynamodb.ts";
import { startS3Server } from "../../infra/local/s3/start-s3-server.ts";
import { uniqueText } from "../fixtures/articles.ts";
import type { Client, Reply } from "../support/client.ts";
import { type Cut, type Fault, type FaultProxy, failed, startFaultProxy, throttled } from "../support/fault-proxy.ts";
import { startTestStack, type TestStack } from "../support/start-stack.ts";

const closers: (() => unknown)[] = [];
let stack: TestStack;
let dynamoDb: FaultProxy;
let s3: FaultProxy;
let partner: Client;
let reader: Client;

beforeAll(async () => {
  const directory = mkdtempSync(join(tmpdir(), "copydesk-faults-"));
  closers.push(() => rmSync(directory, { recursive: true, force: true }));
  const credentials = { accessKeyId: "faults", secretAccessKey: randomBytes(16).toString("hex") };
  // The runner takes these for a server that is not its own.
  process.env["AWS_ACCESS_KEY_ID"] = credentials.accessKeyId;
  process.env["AWS_SECRET_ACCESS_KEY"] = credentials.secretAccessKey;
  const realDynamoDb = await startDynamoDb();
  const realS3 = await startS3Server({ directory, credentials });
  dynamoDb = await startFaultProxy(realDynamoDb.endpoint);
  s3 = await startFaultProxy(realS3.endpoint);
  closers.push(
    () => realDynamoDb.close(),
    () => realS3.close(),
    () => dynamoDb.close(),
    () => s3.close(),
  );
  stack = await startTestStack({ dynamoDbEndpoint: dynamoDb.endpoint, s3Endpoint: s3.endpoint });
  closers.push(() => stack.close());
  partner = await stack.newPartner("submit");
  reader = await stack.newPartner("read");
});
afterAll(async () => {
  for (const close of closers.reverse()) await close();
});
beforeEach(() => {
  dynamoDb.decide = () => undefined;
  s3.decide = () => undefined;
});

const plain = { type: "text/plain" };

/** Faults the first requests with an action, and lets the later ones through. */
function faultFirst(proxy: FaultProxy, action: string, fault: Fault, times: number): void {
  let left = times;
  proxy.decide = (request) => (request.action === action && left-- > 0 ? fault : undefined);
}

/** What has to hold after any fault: the article is there once, whole, at the given revision. */
async function expectWhole(id: string, reply: Reply, text: string, revision = 1): Promise<void> {
  const { id: articleId } = reply.json();
  expect((await partner.get(`/v1/submissions/${id}`)).json()).toMatchObject({ id: articleId, revision });
  expect((await reader.getArticleRaw({ id: articleId })).text).toBe(text);
  const revisions = (await reader.listArticleRevisions({ id: articleId })).json.items;
  expect(revisions.map((item) => item.revision)).toEqual(
    Array.from({ length: revision }, (_, index) => revision - index),
  );
  const listed = (await reader.listArticles({ limit: 200, duplicates: "include" })).json.items;
  expect(listed.filter((item) => item.id === articleId)).toHaveLength(1);
}

/** More than the SDK tries by itself. */
const always = 100;
/** The request never arrives, or its answer; or they stop in the middle of a part. */
function cut(kind: Cut["kind"], message: Cut["message"], part?: Cut["part"]): Cut {
  return { kind, message, part: part ?? "head", share: part === undefined ? 0 : 0.5 };
}
const answer = (when: "before" | "after", what: { status: number; body: string }): Fault => ({
  kind: "answer",
  when,
  ...what,
});

const lasting: [name: string, store: "dynamoDb" | "s3", action: string, fault: Fault][] = [
  ["DynamoDB throttles the read", "dynamoDb", "BatchGetItem", answer("before", throttled)],
  ["DynamoDB fails at the read", "dynamoDb", "BatchGetItem", answer("before", failed)],
  ["DynamoDB throttles the transaction", "dynamoDb", "TransactWriteItems", answer("before", throttled)],
  ["DynamoDB fails at the transaction", "dynamoDb", "TransactWriteItems", answer("before", failed)],
  ["DynamoDB commits and fails to say so", "dynamoDb", "TransactWriteItems", answer("after", failed)],
  ["DynamoDB commits and the connection breaks", "dynamoDb", "TransactWriteItems", cut("reset", "answer")],
  ["the connection to DynamoDB breaks", "dynamoDb", "TransactWriteItems", cut("reset", "request")],
  ["DynamoDB's answer breaks in its head", "dynamoDb", "TransactWriteItems", cut("reset", "answer", "head")],
  ["DynamoDB's answer breaks in its body", "dynamoDb", "BatchGetItem", cut("reset", "answer", "body")],
  ["DynamoDB's answer ends in its head", "dynamoDb", "BatchGetItem", cut("end", "answer", "head")],
  ["DynamoDB's answer ends in its body", "dynamoDb", "TransactWriteItems", cut("end", "answer", "body")],
  ["the request to DynamoDB ends in its head", "dynamoDb", "TransactWriteItems", cut("end", "request", "head")],
  ["the request to DynamoDB ends in its body", "dynamoDb", "TransactWriteItems", cut("end", "request", "body")],
  ["S3 fails", "s3", "PUT", answer("before", { status: 500, body: "<Error><Code>InternalError</Code></Error>" })],
  [
    "S3 asks to slow down",
    "s3",
    "PUT",
    answer("before", { status: 503, body: "<Error><Code>SlowDown</Code></Error>" }),
  ],
  ["the connection to S3 breaks", "s3", "PUT", cut("reset", "request")],
  ["S3 stores and the connection breaks", "s3", "PUT", cut("reset", "answer")],
  ["S3 stores and its answer ends in its head", "s3", "PUT", cut("end", "answer", "head")],
  ["the request to S3 ends in its head", "s3", "PUT", cut("end", "request", "head")],
  ["the request to S3 breaks in its body", "s3", "PUT", cut("reset", "request", "body")],
];

describe.each(lasting)("%s", (name, store, action, fault) => {
  const id = encodeURIComponent(name);

  test("for long: the partner gets a 503 that says when to retry, and the retry works", async () => {
    const proxy = store === "s3" ? s3 : dynamoDb;
    faultFirst(proxy, action, fault, always);
    const reply = await partner.put(name, uniqueText(name), plain);
    expect(reply.status).toBe(503);
    expect(reply.headers.get("retry-after")).toMatch(/^\d+$/);
    proxy.decide = () => undefined;
    const retried = await partner.put(name, uniqueText(name), plain);
    expect([200, 201]).toContain(retried.status);
    await expectWhole(id, retried, uniqueText(name));
  });

  test("for a moment: the partner does not notice", async () => {
    faultFirst(store === "s3" ? s3 : dynamoDb, action, fault, 1);
    const text = uniqueText(`${name} for a moment`);
    const reply = await partner.put(name, text, plain);
    expect(reply.status).toBe(200);
    await expectWhole(id, reply, text, 2);
  });
});

const silences: [name: string, store: "dynamoDb" | "s3", action: string, fault: Fault][] = [
  ["DynamoDB falls silent in the body of its answer", "dynamoDb", "BatchGetItem", cut("hang", "answer", "body")],
  ["DynamoDB commits and falls silent", "dynamoDb", "TransactWriteItems", cut("hang", "answer", "body")],
  ["S3 falls silent in the head of its answer", "s3", "PUT", cut("hang", "answer", "head")],
  ["the request to S3 is stuck in its body", "s3", "PUT", cut("hang", "request", "body")],
];

test.each(silences)(
  "%s: the function asks again, and the partner does not notice",
  async (name, store, action, fault) => {
    faultFirst(store === "s3" ? s3 : dynamoDb, action, fault, 1);
    const text = uniqueText(name);
    const reply = await partner.put(name, text, plain);
    expect(reply.status).toBe(201);
    await expectWhole(encodeURIComponent(name), reply, text);
  },
);

test.each(["reset", "end", "hang"] as const)(
  "S3 stops in the middle of the raw bytes (%s): a 503, never less",
  async (kind) => {
    const text = uniqueText(`read with ${kind}`);
    const path = `/v1/articles/${(await partner.put(`read with ${kind}`, text, plain)).json().id}/raw`;
    faultFirst(s3, "GET", cut(kind, "answer", "body"), always);
    const reply = await reader.get(path);
    expect([reply.status, reply.headers.get("retry-after")]).toEqual([503, "1"]);
    s3.decide = () => undefined;
    expect((await reader.get(path)).text).toBe(text);
  },
);

test("the quotas cannot be counted: the article is taken in all the same, and the log says so", async () => {
  faultFirst(dynamoDb, "UpdateItem", answer("before", failed), always);
  const text = uniqueText("not counted");
  const reply = await stack.newPartner("submit").then((other) => other.put("not counted", text, plain));
  expect(reply.status).toBe(201);
  expect(reply.headers.get("ratelimit")).toBeNull();
  await expect.poll(() => stack.log.some((line) => /"level":"warn".*"quota":/.test(line))).toBe(true);
});

const hangAndKill = (message: Cut["message"]): Fault => ({
  ...cut("hang", message),
  onReached: () => stack.killFunctions(),
});

const crashes: [step: string, store: "dynamoDb" | "s3", action: string, message: Cut["message"]][] = [
  ["before it reads", "dynamoDb", "BatchGetItem", "request"],
  ["between reading and storing the raw bytes", "dynamoDb", "BatchGetItem", "answer"],
  ["while it stores the raw bytes", "s3", "PUT", "request"],
  ["between the raw bytes and the transaction", "s3", "PUT", "answer"],
  ["while it commits", "dynamoDb", "TransactWriteItems", "request"],
  ["between the commit and the answer", "dynamoDb", "TransactWriteItems", "answer"],
];

test.each(crashes)("a function is killed %s: 5xx, and the retry ends right", async (step, store, action, message) => {
  const proxy = store === "s3" ? s3 : dynamoDb;
  for (const revision of [1, 2]) {
    const text = uniqueText(`killed ${step} ${revision}`);
    faultFirst(proxy, action, hangAndKill(message), 1);
    const reply = await partner.put(`killed ${step}`, text, plain);
    expect(reply.status).toBe(500);
    const retried = await partner.put(`killed ${step}`, text, plain);
    expect([200, 201]).toContain(retried.status);
    await expectWhole(encodeURIComponent(`killed ${step}`), retried, text, revision);
  }
});

test("a function is killed while it retracts an original: the story is handed over once", async () => {
  const text = uniqueText("killed retraction");
  const other = await stack.newPartner("submit");
  await partner.put("heritage", text, plain);
  const heir = (await other.put("heritage", text, plain)).json();
  faultFirst(dynamoDb, "TransactWriteItems", hangAndKill("answer"), 1);
  expect((await partner.send("DELETE", "/v1/submissions/heritage")).status).toBe(500);
  expect((await partner.send("DELETE", "/v1/submissions/heritage")).status).toBe(204);
  expect((await reader.getArticle({ id: heir.id })).json).not.toHaveProperty("duplicateOf");
});

describe("a batch", () => {
  const makeBatch = (name: string) =>
    Array.from({ length: 30 }, (_, n) => ({ partnerArticleId: `${name} ${n}`, text: uniqueText(`${name} ${n}`) }));
  const push = (batch: unknown) => partner.send("POST", "/v1/batches", { body: batch });

  /** Sent again, each of its articles is there once, with the text that was sent. */
  async function expectAllOnce(batch: ReturnType<typeof makeBatch>): Promise<void> {
    const again = (await push(batch)).json();
    expect(again.counts).toMatchObject({ updated: 0, refused: 0, deferred: 0 });
    expect((await push(batch)).json().counts).toMatchObject({ unchanged: batch.length });
    for (const n of [0, 14, 29]) {
      expect((await reader.get(`/v1/articles/${again.items[n].result.id}/raw`)).text).toBe(batch[n]?.text);
    }
  }

  test("meets a store that is too busy in the middle: those items say so, the others are taken in", async () => {
    const batch = makeBatch("throttled batch");
    let transactions = 0;
    dynamoDb.decide = ({ action }) =>
      action === "TransactWriteItems" && ++transactions > 10 ? answer("before", throttled) : undefined;
    const { items, counts } = (await push(batch)).json();
    expect(counts.deferred).toBeGreaterThan(0);
    expect(counts.created + counts.duplicate).toBeGreaterThan(0);
    for (const { status, problem } of items) {
      expect(status === 201 || problem.retryAfterSeconds > 0).toBe(true);
    }
    dynamoDb.decide = () => undefined;
    await expectAllOnce(batch);
  });

  test("is killed in the middle: sent again, every article is there once", async () => {
    const batch = makeBatch("killed batch");
    let transactions = 0;
    dynamoDb.decide = ({ action }) =>
      action === "TransactWriteItems" && ++transactions === 12 ? hangAndKill("answer") : undefined;
    expect((await push(batch)).status).toBe(500);
    dynamoDb.decide = () => undefined;
    await expectAllOnce(batch);
  });
});

describe("the budget of requests", () => {
  // Texts that have no sequence of words in common with those of the other tests.
  const text =
    "Bees of the southern valley made twice their usual honey this summer, beekeepers report with some surprise.";
  const dryText =
    "A lighthouse keeper has painted her tower in stripes of green; sailors now ask whether the charts are wrong.";
  /** What the function sends that takes articles in; others follow the stream meanwhile, whenever that comes to them. */
  const sentBySubmission = ({ seen }: FaultProxy) =>
    seen.filter(({ caller }) => /^ApiPutSubmission/.test(caller)).map(({ action }) => action);
  const countRequests = async (work: () => Promise<Reply>) => {
    await partner.get("/v1/submissions/warm-up");
    dynamoDb.seen.length = 0;
    s3.seen.length = 0;
    const reply = await work();
    const sent = sentBySubmission(dynamoDb);
    // Keys, settings and line profiles are read every few minutes by each process of a function, and profiles are written
    // after every few articles: whatever the traffic, that is less than one request. The quota is counted by an update, at
    // most one for each request; what the next test says of a partner in a hurry holds for all.
    expect(sent.filter((action) => action === "UpdateItem").length).toBeLessThanOrEqual(1);
    const beside = ["GetItem", "PutItem", "UpdateItem"];
    return {
      outcome: reply.json().outcome,
      dynamoDb: sent.filter((action) => !beside.includes(action)),
      s3: sentBySubmission(s3),
    };
  };

  test("a new article takes two of DynamoDB and one of S3, its replay one and none", async () => {
    const submit = () => partner.put("budget", text, plain);
    expect(await countRequests(submit)).toEqual({
      outcome: "created",
      dynamoDb: ["BatchGetItem", "TransactWriteItems"],
      s3: ["PUT"],
    });
    expect(await countRequests(submit)).toEqual({ outcome: "unchanged", dynamoDb: ["BatchGetItem"], s3: [] });
  });

  test("fifty replays in a row are counted in a few writes", async () => {
    const hasty = await stack.newPartner("submit");
    await hasty.put("hasty", text, plain);
    dynamoDb.seen.length = 0;
    for (let n = 0; n < 50; n++) expect((await hasty.put("hasty", text, plain)).json().outcome).toBe("unchanged");
    const sent = sentBySubmission(dynamoDb);
    expect(sent.filter((action) => action === "BatchGetItem")).toHaveLength(50);
    expect(sent.filter((action) => action === "UpdateItem").length).toBeLessThan(20);
  });

  test("a duplicate takes no more than a new article", async () => {
    const other = await stack.newPartner("submit");
    const submit = () => other.put("budget", text, plain);
    expect(await countRequests(submit)).toEqual({
      outcome: "duplicate",
      dynamoDb: ["BatchGetItem", "TransactWriteItems"],
      s3: ["PUT"],
    });
  });

  test("a refusal and a dry run touch nothing that could be half stored", async () => {
    expect(await countRequests(() => partner.put("refused", { html: "<p>x</p>", nonsense: 1 }))).toMatchObject({
      dynamoDb: [],
      s3: [],
    });
    const dryRun = () => partner.put("dry", dryText, { ...plain, query: "?validateOnly=true" });
    expect(await countRequests(dryRun)).toMatchObject({ dynamoDb: ["BatchGetItem"], s3: [] });
  });
});
