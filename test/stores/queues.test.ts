import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PurgeQueueCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type LocalQueue, openQueueStore, type QueueStore } from "../../infra/local/queues/open-queue-store.ts";
import { type QueueServer, startQueueServer } from "../../infra/local/queues/start-queue-server.ts";
import { openDeliveryQueue } from "../../shared/stores/delivery-queue.ts";
import { openDeadLetters, openImportQueue } from "../../shared/stores/import-queue.ts";

const arn = (name: string) => `arn:aws:sqs:us-east-1:000000000000:${name}`;
const url = (name: string) => `http://sqs.invalid/000000000000/${name}`;
const queues: LocalQueue[] = [
  { name: "work", arn: arn("work"), visibilityTimeoutMs: 1000, deadLetter: { queue: "dead", maxReceiveCount: 2 } },
  { name: "dead", arn: arn("dead"), visibilityTimeoutMs: 1000 },
];

let directory: string;
let store: QueueStore;
let time = 0;
const open = () => openQueueStore(join(directory, "data", "queues.sqlite"), queues, () => time);

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "queues-"));
  store = open();
});
afterEach(() => {
  store.close();
  rmSync(directory, { recursive: true });
});

test("a message is given to one, and is gone when it was deleted", () => {
  const messageId = store.send("work", "a");
  store.send("work", "b");
  const first = store.receive("work");
  expect(first).toMatchObject({ messageId, body: "a", receiveCount: 1 });
  expect(store.receive("work")?.body).toBe("b");
  expect(store.receive("work")).toBeUndefined();
  store.delete(first?.receiptHandle ?? "");
  time += 1000;
  expect(store.receive("work")?.body).toBe("b");
  expect(store.receive("work")).toBeUndefined();
});

test("one that was not deleted comes again, later or sooner as it is hidden, and is counted", () => {
  store.send("work", "a");
  const { messageId, receiptHandle = "" } = store.receive("work") ?? {};
  time += 999;
  expect(store.receive("work")).toBeUndefined();
  store.hide(receiptHandle, 10);
  time += 10;
  expect(store.receive("work")).toMatchObject({ messageId, receiveCount: 2 });
  // Who has the handle of an earlier time does not delete it any more.
  store.delete(receiptHandle);
  expect(store.count("work")).toBe(1);
});

test("one that was sent with a delay comes when it is over, behind what came meanwhile", () => {
  store.send("work", "late", 5000);
  store.send("work", "early");
  expect(store.receive("work")?.body).toBe("early");
  time += 4999;
  expect(store.receive("work")?.body).toBe("early");
  time += 1;
  expect(store.receive("work")?.body).toBe("late");
});

test("one that came too often goes to the dead letters, and from there back as a new one", () => {
  const messageId = store.send("work", "a");
  for (let count = 0; count < 2; count++) {
    expect(store.receive("work")).toBeDefined();
    time += 1000;
  }
  expect(store.receive("work")).toBeUndefined();
  expect([store.count("work"), store.count("dead")]).toEqual([0, 1]);
  expect(store.redrive("dead")).toBe(1);
  expect([store.count("work"), store.count("dead")]).toEqual([1, 0]);
  const again = store.receive("work");
  expect(again).toMatchObject({ body: "a", receiveCount: 1 });
  expect(again?.messageId).not.toBe(messageId);
});

test("a restart keeps all messages, and gives those again that somebody had", () => {
  store.send("work", "a");
  store.send("work", "b");
  store.receive("work");
  store.close();
  store = open();
  expect([store.receive("work"), store.receive("work")]).toMatchObject([
    { body: "a", receiveCount: 2 },
    { body: "b", receiveCount: 1 },
  ]);
});

test("what is no queue is an error", () => {
  expect(() => store.send("other", "a")).toThrow("no queue other");
  expect(() => store.redrive("work")).toThrow("dead letters of no queue");
});

describe("over HTTP", () => {
  let server: QueueServer;
  let client: SQSClient;
  beforeEach(async () => {
    server = await startQueueServer(store);
    const credentials = { accessKeyId: "local", secretAccessKey: "local" };
    client = new SQSClient({ region: "us-east-1", endpoint: server.endpoint, credentials, maxAttempts: 1 });
  });
  afterEach(async () => {
    client.destroy();
    await server.close();
  });

  test("the SDK sends, and redrives what is dead", async () => {
    await openImportQueue(client, url("work")).sendImport("abc");
    const deadLetters = openDeadLetters(client, url("dead"));
    expect(await deadLetters.redrive()).toBe(0);
    for (let count = 0; count < 3; count++) {
      store.receive("work");
      time += 1000;
    }
    expect(await deadLetters.redrive()).toBe(1);
    expect(store.receive("work")?.body).toBe('{"importId":"abc"}');
  });

  test("the SDK sends with a delay, of 15 minutes at most", async () => {
    const queue = openDeliveryQueue(client, url("work"));
    await queue.sendSubscriber("a", 4200);
    await queue.sendSubscriber("b", 86_400_000);
    expect(store.receive("work")).toBeUndefined();
    time += 5000;
    expect(store.receive("work")?.body).toBe('{"subscriberId":"a"}');
    time += 895_000;
    store.receive("work");
    expect(store.receive("work")?.body).toBe('{"subscriberId":"b"}');
  });

  test("what is not known is refused, and nothing happens", async () => {
    store.send("work", "a");
    await expect(client.send(new PurgeQueueCommand({ QueueUrl: url("work") }))).rejects.toThrow("not known here");
    await expect(openImportQueue(client, url("other")).sendImport("abc")).rejects.toThrow("no queue other");
    const simple = await fetch(server.endpoint, { method: "POST", body: '{"QueueUrl":"work","MessageBody":"x"}' });
    expect(simple.status).toBe(400);
    expect(store.count("work")).toBe(1);
  });
});
