import { beforeAll, expect, test } from "vitest";
import { renderCost } from "../../infra/ops/cost/estimate-cost.ts";
import { makeBill } from "../../infra/ops/cost/make-bill.ts";
import { usualMix } from "../../infra/ops/cost/make-submissions.ts";
import { measureTraffic, type Usage } from "../../infra/ops/cost/measure-traffic.ts";
import { prices } from "../../infra/ops/prices.ts";
import { cdkOut } from "../support/cdk-out.ts";

/**
 * A ratchet, in what a hundred submissions of the usual mix consume, and dollars for a million without what a machine's speed
 * decides. Recurring lines are saved, and changes told together, by chance: that is up to half a dollar, seen were 26.55 to 26.71. It goes up for a feature alone: what articles were derived by cost 14 units, events a dollar and a half. The budget
 * is $15.
 */
const atMost = { articleWriteUnits: 2110, indexWriteUnits: 380, readUnits: 1460, requests: 221, usd: 27.1 };

let usage: Usage;
beforeAll(async () => {
  usage = await measureTraffic(usualMix, { cdkOut, percentOf: 1 });
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
  const usd = bill.totalUsd - ofMachine.reduce((sum, line) => sum + line.usd, 0);
  process.stdout.write(`${usd.toFixed(2)} USD for a million, without the time of Lambda\n`);
  expect(usd).toBeLessThanOrEqual(atMost.usd);
  expect(usd).toBeGreaterThan(10);
  const shown = renderCost({
    submissions: 1_000_000,
    mix: usualMix,
    pricesTakenAt: prices.takenAt,
    region: prices.region,
    ...bill,
    usage,
  });
  expect(shown).toContain(bill.totalUsd.toFixed(2));
  expect(shown).toContain(prices.takenAt);
});
