import { expect, test } from "vitest";
import { openChangesPlace } from "../../../infra/ops/erase/erase-changes.ts";
import { openParkedEventsPlace } from "../../../infra/ops/erase/erase-parked-events.ts";
import type { ErasureTarget } from "../../../infra/ops/erase/erasure-work.ts";
import type { Change } from "../../../shared/api/change.ts";
import type { PlacedChange } from "../../../shared/stores/change-log.ts";
import type { TableItem } from "../../../shared/stores/scan-table.ts";
import type { SubscriberRecord } from "../../../shared/stores/subscriber-record.ts";

const at = "2026-11-27T08:00:00.000Z";
const id = "0123456789abcdef0123456789abcdef";
const otherId = "fedcba9876543210fedcba9876543210";
const target: ErasureTarget = { kind: "partner", partner: "gazette" };
const said = { id, revision: 1, clusterId: id, partner: "gazette", source: "gazette.example", language: "en", at };
const created: Change = { ...said, type: "created" };
const retracted: Change = { ...said, type: "retracted" };
const others: Change = { ...created, id: otherId, partner: "courier" };

function openTable(items: TableItem[]) {
  return {
    items,
    async *scan() {
      yield items;
    },
    async replace(key: { readonly pk: string; readonly sk: string }, name: string, value: unknown) {
      const place = items.findIndex(({ pk, sk }) => pk === key.pk && sk === key.sk);
      items[place] = { ...(items[place] as TableItem), [name]: value };
      return true;
    },
  };
}

/** A log that hears of the retraction, and a bus that is told of it, some seconds later; never where they are absent. */
function openChanges(heardAfterMs?: number, toldAfterMs?: number) {
  let waitedMs = 0;
  const isOver = (ms: number | undefined) => ms !== undefined && waitedMs >= ms;
  const changeItems = openTable([
    { pk: "entries#0", sk: "000000000001", changes: [created, others] },
    { pk: "entries#0", sk: "000000000002", changes: [retracted] },
    { pk: "head", sk: "head", entry: 2 },
  ]);
  const place = openChangesPlace({
    changeItems,
    changes: {
      async readPlaced(position) {
        const log = [created, ...(isOver(heardAfterMs) ? [retracted] : [])].map(
          (change, n): PlacedChange => ({ change, place: { entry: n + 1, read: 0 } }),
        );
        const placed = log.slice(position.entry - 1);
        return { placed, position: { entry: log.length + 1, read: 0 } };
      },
    },
    webhooks: { readBusCursor: async () => (isOver(toldAfterMs) ? { entry: 3, read: 0 } : { entry: 2, read: 0 }) },
    async sleep(milliseconds) {
      waitedMs += milliseconds;
    },
  });
  return { place, items: changeItems.items, waited: () => waitedMs };
}

test("the log of changes forgets whose it was, once log and bus have been told of the retraction", async () => {
  const { place, items, waited } = openChanges(3000, 7000);
  expect(await place.count(target, new Set())).toBe(2);
  await place.erase(target, new Set([id]));
  expect(waited()).toBe(7000);
  const kept = { id, revision: 1, clusterId: id, at };
  expect(items.map(({ changes }) => changes)).toEqual([
    [{ ...kept, type: "created" }, others],
    [{ ...kept, type: "retracted" }],
    undefined,
  ]);
  expect(await place.count(target, new Set([id]))).toBe(0);
});

test.each([
  ["the log does not hear", undefined, undefined, "has not heard that 1 articles were withdrawn"],
  ["the bus is not told", 0, undefined, "The event bus has not been told"],
])("nothing is forgotten while %s of the retraction, and the command says so", async (_, heard, told, message) => {
  const { place } = openChanges(heard, told);
  await expect(place.erase(target, new Set([id]))).rejects.toThrow(message);
  expect(await place.count(target, new Set([id]))).toBe(2);
});

test("parked events forget it too, after whoever delivers has come to an end", async () => {
  const event = { ...created, eventId: `evt_${id}`, sequence: "000000000001-0000" };
  const other = { ...others, eventId: `evt_${otherId}`, sequence: "000000000001-0001" };
  const webhookItems = openTable([
    { pk: "subscribers", sk: "s" },
    { pk: "parked#s", sk: other.sequence, event: other },
  ]);
  let waitedMs = 0;
  const lease = { token: "old", messageId: "m", expiresAt: "2026-11-27T08:01:00.000Z" };
  const subscribers = () => [{ lease: waitedMs < 4000 ? lease : { ...lease, token: "new" } }] as SubscriberRecord[];
  const place = openParkedEventsPlace({
    webhookItems,
    webhooks: { listSubscribers: async () => subscribers() },
    now: () => new Date(at),
    async sleep(milliseconds) {
      waitedMs += milliseconds;
      if (waitedMs === 3000) webhookItems.items.push({ pk: "parked#s", sk: event.sequence, event });
    },
  });
  await place.erase(target, new Set([id]));
  expect(waitedMs).toBe(4000);
  expect(await place.count(target, new Set([id]))).toBe(0);
  const { partner: _partner, source: _source, language: _language, ...kept } = event;
  expect(webhookItems.items.map((item) => item["event"])).toEqual([undefined, other, kept]);
});
