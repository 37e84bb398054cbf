import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { logStart } from "../../shared/stores/change-log.ts";
import type { ParkedEvent, SubscriberRecord } from "../../shared/stores/subscriber-record.ts";
import { openWebhookTable, type WebhookTable } from "../../shared/stores/webhook-table.ts";
import { openMemoryWebhooks } from "../support/memory-webhooks.ts";
import { startTables } from "../support/start-tables.ts";
import { changeOf } from "../support/webhook-world.ts";

let tables: Awaited<ReturnType<typeof startTables>>;
let count = 0;

beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.close());

const subscriber: SubscriberRecord = {
  id: "one",
  url: "https://subscriber.example/",
  filter: { types: ["created"], partners: ["wire"] },
  createdAt: "2026-11-23T09:00:00.000Z",
  position: logStart,
  parked: 0,
};
const secrets = { secrets: [{ id: "1", secret: "whsec_AAAA", createdAt: "2026-11-23T09:00:00.000Z" }], version: 1 };
const lease = (token: string) => ({ token, messageId: "m", expiresAt: "2026-11-23T09:01:00.000Z" });
const parked = (sequence: string): ParkedEvent => ({
  event: { eventId: `evt_${"0".repeat(32)}`, sequence, ...changeOf("a", 1) },
  parkedAt: "2026-11-23T09:00:00.000Z",
  tries: 4,
  fault: "answered 500",
});

describe.each([
  ["in memory", async () => openMemoryWebhooks()],
  [
    "in DynamoDB",
    async () => {
      const name = `webhooks-${++count}`;
      await tables.addTable("WebhooksTable", name);
      return openWebhookTable(tables.client, name);
    },
  ],
])("the webhooks table %s", (_, open) => {
  let table: WebhookTable;
  const read = async () => (await table.getSubscriber("one")) as SubscriberRecord;
  beforeEach(async () => {
    table = await open();
    await table.addSubscriber(subscriber, secrets);
  });

  test("gives back what was put, and lists it", async () => {
    expect(await read()).toEqual(subscriber);
    expect(await table.getSecrets("one")).toEqual(secrets);
    await table.addSubscriber({ ...subscriber, id: "two" }, secrets);
    expect((await table.listSubscribers()).map(({ id }) => id)).toEqual(["one", "two"]);
    await expect(table.addSubscriber(subscriber, secrets)).rejects.toThrow();
    expect(await table.getSubscriber("three")).toBeUndefined();
    expect(await table.getSecrets("three")).toBeUndefined();
  });

  test("a lease is taken by one, from nobody or from who was seen to have it", async () => {
    const seen = await read();
    expect(await table.claim(seen, lease("a"))).toBe(true);
    expect(await table.claim(seen, lease("b"))).toBe(false);
    expect(await table.claim(await read(), lease("c"))).toBe(true);
    expect(await table.save("one", "a", { parked: 1 })).toBe(false);
    expect(await read()).toEqual({ ...subscriber, lease: lease("c") });
    expect(await table.claim({ ...subscriber, id: "three" }, lease("a"))).toBe(false);
    expect(await table.getSubscriber("three")).toBeUndefined();
  });

  test("who knocks is heard by who has the lease, before it is given back", async () => {
    await table.claim(subscriber, lease("a"));
    expect(await table.knock("one", "b", "later")).toBe(false);
    expect(await table.knock("one", "a", "later")).toBe(true);
    expect(await table.release("one", "a")).toBe(false);
    expect(await table.save("one", "a", { knockedAt: undefined })).toBe(true);
    expect(await table.release("one", "b")).toBe(false);
    expect(await table.release("one", "a", { deliveredAt: "now" })).toBe(true);
    expect(await read()).toEqual({ ...subscriber, deliveredAt: "now" });
    expect(await table.knock("one", "a", "later")).toBe(false);
  });

  test("a lease that is taken over takes a knock with it", async () => {
    await table.claim(subscriber, lease("a"));
    await table.knock("one", "a", "later");
    await table.claim(await read(), lease("b"));
    expect(await table.release("one", "b")).toBe(true);
  });

  test("what is parked is written with the position or not at all, is listed in order, and leaves in the same way", async () => {
    await table.claim(subscriber, lease("a"));
    const [first, second] = [parked("000000000002-0000"), parked("000000000010-0003")];
    expect(await table.save("one", "b", { parked: 2, park: [first] })).toBe(false);
    expect(await table.listParked("one")).toEqual([]);
    const position = { entry: 11, read: 0 };
    expect(await table.save("one", "a", { position, parked: 2, park: [second, first] })).toBe(true);
    expect(await table.listParked("one")).toEqual([first, second]);
    expect(await table.save("one", "b", { parked: 1, unpark: [first.event.sequence] })).toBe(false);
    const again = { ...second, tries: 5 };
    expect(await table.save("one", "a", { parked: 1, unpark: [first.event.sequence], park: [again] })).toBe(true);
    expect(await table.listParked("one")).toEqual([again]);
    expect(await read()).toMatchObject({ position, parked: 1 });
    expect(await table.listParked("two")).toEqual([]);
  });

  test("a chunk of 50 fits into one write", async () => {
    await table.claim(subscriber, lease("a"));
    const many = Array.from({ length: 50 }, (_, n) => parked(`000000000001-${String(n).padStart(4, "0")}`));
    expect(await table.save("one", "a", { parked: 50, park: many })).toBe(true);
    expect(await table.listParked("one")).toEqual(many);
  });

  test("ops changes one that is there; one that was removed does not come back", async () => {
    expect(await table.changeSubscriber("one", { paused: { at: "now", reason: "by ops" } })).toBe(true);
    expect(await table.changeSubscriber("two", { paused: undefined })).toBe(false);
    await table.claim(await read(), lease("a"));
    await table.save("one", "a", { parked: 1, park: [parked("000000000002-0000")] });
    await table.removeSubscriber("one");
    expect(await table.save("one", "a", { parked: 0 })).toBe(false);
    expect(await table.release("one", "a")).toBe(false);
    expect([await table.listSubscribers(), await table.listParked("one")]).toEqual([[], []]);
    expect(await table.getSecrets("one")).toBeUndefined();
    expect(await table.getSubscriber("two")).toBeUndefined();
  });

  test("secrets are changed by one at a time", async () => {
    const next = { secrets: [], version: 2 };
    expect(await table.saveSecrets("one", next, 1)).toBe(true);
    expect(await table.saveSecrets("one", { ...next, version: 3 }, 1)).toBe(false);
    expect(await table.getSecrets("one")).toEqual(next);
    expect(await table.saveSecrets("two", next, 1)).toBe(false);
  });

  test("the bus's position moves only from where it was read", async () => {
    expect(await table.readBusCursor()).toBeUndefined();
    expect(await table.moveBusCursor({ entry: 1, read: 0 }, { entry: 2, read: 0 })).toBe(false);
    expect(await table.moveBusCursor(undefined, { entry: 2, read: 1 })).toBe(true);
    expect(await table.moveBusCursor(undefined, { entry: 3, read: 0 })).toBe(false);
    expect(await table.moveBusCursor({ entry: 2, read: 0 }, { entry: 3, read: 0 })).toBe(false);
    expect(await table.moveBusCursor({ entry: 2, read: 1 }, { entry: 3, read: 0 })).toBe(true);
    expect(await table.readBusCursor()).toEqual({ entry: 3, read: 0 });
  });
});
