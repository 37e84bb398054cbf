import { beforeAll, describe, expect, test } from "vitest";
import { renderCost } from "../../infra/ops/cost/estimate-cost.ts";
import { makeBill } from "../../infra/ops/cost/make-bill.ts";
import { usualMix } from "../../infra/ops/cost/make-submissions.ts";
import { measureTraffic, type Usage } from "../../infra/ops/cost/measure-traffic.ts";
import { prices } from "../../infra/ops/prices.ts";
import { unitsPerSubmission } from "../../infra/table-capacity.ts";
import { cdkOut } from "../support/cdk-out.ts";

/**
 * A ratchet, in what a hundred submissions of the usual mix consume, and dollars for a million without what a machine's speed
 * decides. Recurring lines are saved, and changes told together, by chance: that is up to half a dollar, seen were 26.55 to 26.71. It goes up for a feature alone: what articles were derived by cost 14 units, events a dollar and a half. The budget
 * is $15. `batchedUsd` is for each million of ten, in batches of ten, with capacity held.
 */
const atMost = {
  articleWriteUnits: 2110,
  indexWriteUnits: 380,
  readUnits: 1460,
  requests: 221,
  usd: 27.1,
  batchedUsd: 14.9,
};

let usage: Usage;
let batched: Usage;
beforeAll(async () => {
  usage = await measureTraffic(usualMix, { cdkOut, percentOf: 1 });
  batched = await measureTraffic(usualMix, { cdkOut, percentOf: 1, batch: 10 });
});

test("a hundred submissions consume as many units and requests as they did", () => {
  const { requests = 0, writeUnits = 0, indexWriteUnits = 0, readUnits = 0 } = usage.dynamoDb["articles"] ?? {};
  process.stdout.write(`${JSON.stringify(usage.dynamoDb["articles"])}\n`);
  expect(writeUnits).toBeLessThanOrEqual(atMost.articleWriteUnits);
  expect(indexWriteUnits).toBeLessThanOrEqual(atMost.indexWriteUnits);
  expect(readUnits).toBeLessThanOrEqual(atMost.readUnits);
  expect(requests).toBeLessThanOrEqual(atMost.requests);
  // Were nothing counted, all of the above would hold.
  expect(writeUnits).toBeGreaterThan(1000);
  expect(usage).toMatchObject({ submissions: { new: 60, near: 25, exact: 10, replay: 5 }, rawPuts: 95 });
});

test("a million of them cost as much as they did", () => {
  const bill = makeBill(usage, 1_000_000, { isTraced: false, alarms: 20, metrics: 11, dashboards: 1 });
  const ofMachine = bill.lines.filter(({ service, what }) => service === "Lambda" && what !== "calls");
  const usd = bill.submissionsUsd - ofMachine.reduce((sum, line) => sum + line.usd, 0);
  process.stdout.write(`${usd.toFixed(2)} USD for a million, without the time of Lambda\n`);
  expect(usd).toBeLessThanOrEqual(atMost.usd);
  expect(usd).toBeGreaterThan(10);
  const shown = renderCost({
    submissions: 1_000_000,
    mix: usualMix,
    capacity: "on-demand",
    pricesTakenAt: prices.takenAt,
    region: prices.region,
    ...bill,
    usage,
  });
  expect(shown).toContain(bill.totalUsd.toFixed(2));
  expect(shown).toContain(prices.takenAt);
});

test("what tables hold for a submission is what it was counted to take, rounded up", () => {
  const { articles, profile, entries, head } = usage.dynamoDb;
  const perSubmission = {
    articles: {
      write: (articles?.writeUnits ?? 0) - (articles?.indexWriteUnits ?? 0),
      read: (articles?.readUnits ?? 0) + (profile?.readUnits ?? 0),
    },
    index: { write: Math.max(...Object.values(usage.indexWriteUnits)), read: 0 },
    // As if each change were an entry of its own; how many come together, chance decides.
    changes: { write: usage.rawPuts + (head?.writeUnits ?? 0), read: usage.rawPuts + (entries?.readUnits ?? 0) / 100 },
  };
  for (const [place, { write, read }] of Object.entries(perSubmission)) {
    const held = unitsPerSubmission[place as keyof typeof perSubmission];
    for (const [counted, units] of [
      [write / 100, held.write],
      [read / 100, held.read],
    ] as const) {
      expect(counted, place).toBeLessThanOrEqual(units);
      expect(counted, place).toBeGreaterThanOrEqual(0.7 * units);
    }
  }
});

describe("in batches", () => {
  test("a submission takes what it takes alone, and nothing meets a rival", () => {
    const consumed = ({ dynamoDb: { articles } }: Usage) => [
      articles?.requests,
      articles?.indexWriteUnits,
      articles?.readUnits,
    ];
    expect(consumed(batched)).toEqual(consumed(usage));
    // Up to 1 % more was seen, from items at the same time: the same order one by one takes what it takes alone.
    expect(batched.dynamoDb["articles"]?.writeUnits).toBeLessThanOrEqual(1.02 * atMost.articleWriteUnits);
    expect(batched).toMatchObject({
      submissions: usage.submissions,
      rawPuts: 95,
      batch: { size: 10 },
      cancelled: 0,
    });
  });

  test("there are fewer requests, and two writes to the quota for each", () => {
    expect(usage).toMatchObject({ requests: 100, batch: undefined, quotaWrites: 1 });
    expect(batched.requests).toBeGreaterThanOrEqual(10);
    expect(batched.requests).toBeLessThanOrEqual(14);
    expect(batched.quotaWrites).toBe(2);
  });

  test("a million of them cost less, and less still where capacity is held", () => {
    const parts = { isTraced: false, alarms: 20, metrics: 11, dashboards: 1 };
    const usd = (of: Usage, capacity: "on-demand" | "provisioned") =>
      makeBill(of, 10_000_000, { ...parts, capacity })
        .lines.filter(({ service, what }) => service !== "Lambda" || what === "calls")
        .reduce((sum, line) => sum + line.usd, 0) / 10;
    const shown = [usd(usage, "on-demand"), usd(batched, "on-demand"), usd(batched, "provisioned")];
    process.stdout.write(`${shown.map((amount) => amount.toFixed(2)).join(", ")} USD, without the time of Lambda\n`);
    expect(shown).toEqual(shown.toSorted((one, other) => other - one));
    expect(shown[2]).toBeLessThanOrEqual(atMost.batchedUsd);
  });
});
