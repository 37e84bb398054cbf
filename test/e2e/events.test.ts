import { createHash } from "node:crypto";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  addSubscriber,
  dropParked,
  listParkedEvents,
  listSubscribers,
  pauseSubscriber,
  redriveParked,
  removeSubscriber,
  resumeSubscriber,
  revokeSubscriberSecret,
  rotateSubscriberSecret,
  showSubscriber,
  testSubscriber,
  type WebhookDesk,
} from "../../infra/ops/manage-webhooks.ts";
import type { ArticleEvent, Webhook } from "../../shared/api/event.ts";
import { openChangeLog } from "../../shared/stores/change-log.ts";
import { openDeliveryQueue } from "../../shared/stores/delivery-queue.ts";
import type { EventFilter } from "../../shared/stores/subscriber-record.ts";
import { openWebhookTable } from "../../shared/stores/webhook-table.ts";
import type { Client } from "../support/client.ts";
import { startReceiver, type TestReceiver } from "../support/start-receiver.ts";
import { startTestStack, type TestStack } from "../support/start-stack.ts";

let stack: TestStack;
let desk: WebhookDesk;
let dynamoDb: DynamoDBClient;
let sqs: SQSClient;
const receivers: TestReceiver[] = [];

beforeAll(async () => {
  stack = await startTestStack();
  const { environment } = stack;
  const { outputs } = stack.stack;
  const local = { region: "us-east-1", credentials: { accessKeyId: "local", secretAccessKey: "local" } };
  dynamoDb = new DynamoDBClient({ ...local, endpoint: environment["AWS_ENDPOINT_URL_DYNAMODB"] ?? "" });
  sqs = new SQSClient({ ...local, endpoint: environment["AWS_ENDPOINT_URL_SQS"] ?? "" });
  desk = {
    webhooks: openWebhookTable(dynamoDb, outputs["WebhooksTable"] ?? ""),
    changes: openChangeLog(dynamoDb, outputs["ChangesTable"] ?? ""),
    deliveries: openDeliveryQueue(sqs, outputs["DeliveryQueue"] ?? ""),
    isLocal: true,
    apiUrl: stack.url,
  };
});
afterAll(async () => {
  for (const receiver of receivers) await receiver.stop().catch(() => {});
  dynamoDb.destroy();
  sqs.destroy();
  await stack.close();
});

const plain = { type: "text/plain" };
const waiting = { timeout: 60_000, interval: 100 };

/** A subscriber with a receiver of its own. */
async function subscribe(filter: EventFilter = {}) {
  const receiver = await startReceiver();
  receivers.push(receiver);
  const { subscriber: id, secret } = await addSubscriber(desk, receiver.url, { filter, from: "now" });
  receiver.secrets = [secret];
  /** Types of what came of an article, each event once. */
  const typesOf = (articleId: string) => {
    const seen = new Map(receiver.received.map((one) => [one.id, one.webhook]));
    return [...seen.values()].filter(({ data }) => data.id === articleId).map(({ type }) => type.slice(8));
  };
  return { receiver, id, secret, typesOf };
}

/** Words that no other seed gives, not even in part: nothing here is to be a copy that is not meant to be one. */
const proseOf = (seed: string) =>
  (createHash("sha512").update(seed).digest("hex").match(/.{4}/g) ?? []).map((word) => `word${word}`).join(" ");

/** What is not answered, or with a fault of ours, is sent again, as a partner would. */
async function submit(partner: Client, name: string, text = `${partner.partner} ${name}`): Promise<string> {
  for (;;) {
    const reply = await partner.put(name, proseOf(text), plain);
    if (reply.status < 300) return reply.json().id;
    expect(reply.status).toBeGreaterThanOrEqual(500);
  }
}

test("a story's life is told in order to a subscriber, signed, and to the event bus", async () => {
  const [wire, gazette] = [await stack.newPartner("submit"), await stack.newPartner("submit")];
  const { receiver, typesOf } = await subscribe();
  const original = await submit(wire, "1", "life");
  const copy = await submit(gazette, "1", "life");
  await submit(gazette, "2", "other");
  const other = await submit(gazette, "2", "other, corrected");
  await wire.send("DELETE", "/v1/submissions/1");
  await expect.poll(() => receiver.received.length, waiting).toBeGreaterThanOrEqual(6);
  expect(typesOf(original)).toEqual(["created", "retracted"]);
  expect(typesOf(copy)).toEqual(["duplicate", "clusterChanged"]);
  expect(typesOf(other)).toEqual(["created", "updated"]);
  const [first] = receiver.received;
  expect(first).toEqual({
    id: first?.webhook.data.eventId,
    signedWith: [0],
    webhook: {
      type: "article.created",
      timestamp: first?.webhook.data.at,
      data: expect.objectContaining({ type: "created", id: original, partner: wire.partner, revision: 1 }),
    },
  });
  const told = () => stack.events.map(({ detail }) => detail as ArticleEvent);
  await expect
    .poll(() => told().filter(({ id }) => [original, copy, other].includes(id)).length, waiting)
    .toBeGreaterThanOrEqual(6);
  for (const { webhook } of receiver.received) expect(told()).toContainEqual(webhook.data);
});

test("a subscriber is told only of what it wants", async () => {
  const [wanted, unwanted] = [await stack.newPartner("submit"), await stack.newPartner("submit")];
  const { receiver, typesOf } = await subscribe({ partners: [wanted.partner], types: ["created", "retracted"] });
  const article = await submit(wanted, "1");
  await submit(unwanted, "1");
  await submit(wanted, "1", "another revision");
  await wanted.send("DELETE", "/v1/submissions/1");
  await expect.poll(() => receiver.received.length, waiting).toBe(2);
  expect(typesOf(article)).toEqual(["created", "retracted"]);
});

test("one that is off is told when it comes back, in order", async () => {
  const partner = await stack.newPartner("submit");
  const { receiver, id, typesOf } = await subscribe({ partners: [partner.partner] });
  await receiver.stop();
  const article = await submit(partner, "1");
  await submit(partner, "1", "later");
  await expect.poll(async () => (await showSubscriber(desk, id)).hold?.fault, waiting).toBe("ECONNREFUSED");
  await receiver.start();
  await expect.poll(() => typesOf(article), waiting).toEqual(["created", "updated"]);
  await expect.poll(async () => (await showSubscriber(desk, id)).hold, waiting).toBeUndefined();
  expect((await showSubscriber(desk, id)).parked).toBe(0);
});

test("functions that are killed lose nothing and break no order", async () => {
  const partner = await stack.newPartner("submit");
  const { receiver, typesOf } = await subscribe({ partners: [partner.partner] });
  const names = Array.from({ length: 8 }, (_, n) => `kill ${n}`);
  const ids = new Set<string>();
  for (const round of [1, 2]) {
    const writes = names.map((name) => partner.put(name, proseOf(`${name} round ${round}`), plain));
    await Promise.allSettled([writes[0], writes[5]]);
    stack.killFunctions();
    await Promise.allSettled(writes);
    for (const name of names) ids.add(await submit(partner, name, `${name} round ${round}`));
    stack.killFunctions();
  }
  expect(ids.size).toBe(8);
  const expected = ["created", "updated"];
  await expect
    .poll(() => [...ids].map((id) => typesOf(id).length), { timeout: 110_000, interval: 200 })
    .toEqual(Array.from({ length: 8 }, () => 2));
  for (const id of ids) expect(typesOf(id)).toEqual(expected);
  const sequences = new Map<string, string>();
  const seen = new Set<string>();
  for (const { id, webhook } of receiver.received) {
    if (seen.has(id)) continue;
    seen.add(id);
    expect(webhook.data.sequence > (sequences.get(webhook.data.id) ?? "")).toBe(true);
    sequences.set(webhook.data.id, webhook.data.sequence);
  }
}, 240_000);

test("secrets change without a gap, while events go on", async () => {
  const partner = await stack.newPartner("submit");
  const { receiver, id, secret: old } = await subscribe({ partners: [partner.partner] });
  let count = 0;
  const sendOne = async () => {
    const before = receiver.received.length;
    await submit(partner, `rotate ${++count}`);
    await expect.poll(() => receiver.received.length, waiting).toBe(before + 1);
    return receiver.received.at(-1)?.signedWith;
  };
  expect(await sendOne()).toEqual([0]);
  const { secret: next } = await rotateSubscriberSecret(desk, id);
  await expect(rotateSubscriberSecret(desk, id)).rejects.toThrow("has 2 secrets. Revoke one first");
  receiver.secrets = [old, next];
  expect(await sendOne()).toEqual([0, 1]);
  receiver.secrets = [next];
  expect(await sendOne()).toEqual([0]);
  const { secrets = [] } = await showSubscriber(desk, id);
  await revokeSubscriberSecret(desk, id, secrets[0]?.id ?? "");
  await expect(revokeSubscriberSecret(desk, id, secrets[1]?.id ?? "")).rejects.toThrow("It is the last one");
  receiver.secrets = [old, next];
  expect(await sendOne()).toEqual([1]);
  expect(JSON.stringify([await listSubscribers(desk), await showSubscriber(desk, id), stack.log])).not.toContain(next);
});

test("an event that is refused again and again is parked, with what follows; ops sends it again, or drops it", async () => {
  const partner = await stack.newPartner("submit");
  const { receiver, id, typesOf } = await subscribe({ partners: [partner.partner] });
  let refused: string[] = [];
  receiver.decide = ({ data }: Webhook) => (refused.includes(data.id) ? 422 : undefined);
  const [bad, worse] = [await submit(partner, "bad"), await submit(partner, "worse")];
  await expect.poll(() => receiver.received.length, waiting).toBe(2);
  refused = [bad, worse];
  for (const name of ["bad", "worse"]) await submit(partner, name, `${name} again`);
  const good = await submit(partner, "good");
  await expect.poll(() => typesOf(good), waiting).toEqual(["created"]);
  // The tries that are left take minutes.
  await expect
    .poll(
      async () => {
        const { hold } = (await desk.webhooks.getSubscriber(id)) ?? {};
        if (hold !== undefined) {
          const tries = Object.fromEntries(Object.entries(hold.tries).map(([at, one]) => [at, { ...one, count: 3 }]));
          await desk.webhooks.changeSubscriber(id, { hold: { ...hold, tries }, dueAt: hold.since, deliveredAt: "9" });
          await desk.deliveries.sendSubscriber(id);
        }
        return (await listParkedEvents(desk, id)).parked.length;
      },
      { timeout: 60_000, interval: 1000 },
    )
    .toBe(2);
  await submit(partner, "bad", "bad, a third time");
  await expect.poll(async () => (await listParkedEvents(desk, id)).parked.length, waiting).toBe(3);
  const { parked } = await listParkedEvents(desk, id);
  expect(parked.map(({ event, fault }) => [event.id, fault])).toEqual([
    [bad, "answered 422"],
    [worse, "answered 422"],
    [bad, undefined],
  ]);

  await expect(dropParked(desk, id, "evt_0")).rejects.toThrow("Nothing with the ID evt_0 is parked");
  await dropParked(desk, id, parked[1]?.event.eventId ?? "");
  refused = [];
  const watched: number[] = [];
  const redriven = await redriveParked(desk, id, (progress) => watched.push(progress.parked));
  expect(redriven).toEqual({ subscriber: id, isOver: true, delivered: 2, failed: 0, parked: 0 });
  expect([typesOf(bad), typesOf(worse)]).toEqual([["created", "updated", "updated"], ["created"]]);
  expect(await redriveParked(desk, id, () => {})).toMatchObject({ isOver: true, delivered: 0, parked: 0 });
});

test("ops pauses, resumes, tries out and removes a subscriber; 410 pauses it as well", async () => {
  const partner = await stack.newPartner("submit");
  const { receiver, id, typesOf } = await subscribe({ partners: [partner.partner] });
  expect(await testSubscriber(desk, id)).toMatchObject({ outcome: "delivered" });
  expect(receiver.received.map(({ webhook }) => String(webhook.type))).toEqual(["webhook.test"]);
  receiver.received.length = 0;
  await pauseSubscriber(desk, id);
  const article = await submit(partner, "1");
  await expect(redriveParked(desk, id, () => {})).rejects.toThrow("is paused");
  receiver.decide = () => 410;
  expect(await testSubscriber(desk, id)).toMatchObject({ outcome: "answered 410" });
  expect(receiver.received).toEqual([]);
  await resumeSubscriber(desk, id);
  await expect
    .poll(async () => (await showSubscriber(desk, id)).paused?.reason, waiting)
    .toBe("the address answered 410");
  receiver.decide = () => undefined;
  await resumeSubscriber(desk, id);
  await expect.poll(() => typesOf(article), waiting).toEqual(["created"]);
  await removeSubscriber(desk, id);
  await expect(showSubscriber(desk, id)).rejects.toThrow(`There is no subscriber ${id}`);
});

test.each([
  ["http://subscriber.example/", "must begin with https:"],
  ["https://192.168.0.1/", "is not public"],
  ["https://me:secret@subscriber.example/", "name or password"],
  ["hook", "is no address"],
])("nobody is subscribed at %s: it %s", async (url, words) => {
  const before = await listSubscribers(desk);
  await expect(addSubscriber(desk, url, { filter: {}, from: "now" })).rejects.toThrow(words);
  await expect(
    addSubscriber({ ...desk, isLocal: false }, "http://127.0.0.1/", { filter: {}, from: "now" }),
  ).rejects.toThrow();
  expect(await listSubscribers(desk)).toEqual(before);
});
