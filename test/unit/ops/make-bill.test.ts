import { describe, expect, test } from "vitest";
import { readMix, renderCost } from "../../../infra/ops/cost/estimate-cost.ts";
import { makeBill } from "../../../infra/ops/cost/make-bill.ts";
import { makeSubmissions, usualMix } from "../../../infra/ops/cost/make-submissions.ts";
import type { Usage } from "../../../infra/ops/cost/measure-traffic.ts";

const usage: Usage = {
  submissions: { new: 60, near: 25, exact: 10, replay: 5 },
  dynamoDb: {
    articles: { requests: 200, writeUnits: 2000, indexWriteUnits: 300, readUnits: 1000 },
    quota: { requests: 20, writeUnits: 20, indexWriteUnits: 0, readUnits: 0 },
    // Two changes in each entry, as they come when submissions are in a hurry.
    entries: { requests: 88, writeUnits: 48, indexWriteUnits: 0, readUnits: 40 },
    head: { requests: 6, writeUnits: 5, indexWriteUnits: 0, readUnits: 1 },
    // The bus was told of three entries at a time.
    cursor: { requests: 32, writeUnits: 16, indexWriteUnits: 0, readUnits: 16 },
    subscribers: { requests: 16, writeUnits: 0, indexWriteUnits: 0, readUnits: 16 },
  },
  tableBytes: 100_000,
  rawPuts: 95,
  rawBytes: 50_000,
  appends: 48,
  appendMs: 10,
  medianMs: { new: 50, near: 40, exact: 30, replay: 10 },
  logBytes: 100_000,
  loadPerCore: 0.4,
};
const parts = { isTraced: false, alarms: 20, metrics: 11, dashboards: 1 };
const bill = makeBill(usage, 1_000_000, parts);
const find = (what: string, of = bill) => of.lines.find((line) => line.what === what);

test.each([
  ["articles, in transactions", 17_000_000, 10.625],
  ["indexes of the lists", 3_000_000, 1.875],
  // Each change an entry of its own, a tenth of the head, and each time the position up to which the bus was told.
  ["log of changes, and how far it is told", 1_998_958, 1.24935],
  ["quotas", 1_000_000, 0.625],
  // As above, and each time the entries, the position and the subscribers.
  ["everything that is read", 14_294_792, 1.78685],
  ["raw bytes put", 950_000, 4.75],
  ["calls", 2_900_000, 0.58],
  ["events", 950_000, 0.95],
  ["requests", 1_000_000, 1],
])("%s: %d for %d", (what, quantity, usd) => {
  expect(find(what)?.quantity).toBe(quantity);
  expect(find(what)?.usd).toBeCloseTo(usd, 5);
});

test("the time of Lambda is what was measured, and what the stores are taken to need", () => {
  const measured = (60 * 50 + 25 * 40 + 10 * 30 + 5 * 10) * 10_000;
  const waited = ((200 + 100) * 8 + 95 * 25) * 10_000;
  expect(find("time to take them in")?.quantity).toBe(measured + waited);
  const logged = 10 + (1 + 6 / 48) * 8;
  const told = 10 + (40 / 16 + 2 + 1 + 1) * 8;
  expect(find("time to tell of changes")?.quantity).toBe(950_000 * (logged + told));
});

test("the total is the sum of its lines, and grows with the submissions", () => {
  const sum = bill.lines.reduce((total, { usd }) => total + usd, 0);
  expect(bill.totalUsd).toBeCloseTo(sum, 9);
  expect(makeBill(usage, 3_000_000, parts).totalUsd).toBeCloseTo(3 * sum, 6);
  expect(bill.fixedUsd).toBeCloseTo(20 * 0.1 + 11 * 0.3 + 3, 9);
});

test("traces are on the bill where there are any", () => {
  expect(find("traces")).toBeUndefined();
  expect(find("traces", makeBill(usage, 1_000_000, { ...parts, isTraced: true }))?.usd).toBeCloseTo(9.75, 6);
});

test("a run on a busy machine says so", () => {
  const render = (loadPerCore: number) =>
    renderCost({
      submissions: 1_000_000,
      mix: usualMix,
      pricesTakenAt: "2026-11-27",
      region: "us-east-1",
      ...bill,
      usage: { ...usage, loadPerCore },
    });
  expect(render(0.4)).not.toContain("busy");
  expect(render(2.5)).toContain("The machine was busy (2.5 processes a core)");
});

describe("submissions", () => {
  const made = makeSubmissions(usualMix, 1, "2026-11-27T09:00:00.000Z");

  test("are in the shares of the mix, and the same every time", () => {
    const count = (kind: string) => made.filter((one) => one.kind === kind).length;
    expect([count("new"), count("near"), count("exact"), count("replay")]).toEqual([60, 25, 10, 5]);
    expect(makeSubmissions(usualMix, 1, "2026-11-27T09:00:00.000Z")).toEqual(made);
  });

  test("a replay is what its partner has sent before, to the letter", () => {
    for (const { partner, partnerArticleId, body } of made.filter(({ kind }) => kind === "replay")) {
      const before = made.find((one) => one.kind === "new" && one.partnerArticleId === partnerArticleId);
      expect(before).toMatchObject({ partner, body });
    }
  });
});

describe("a mix", () => {
  test("is read in any order, and what is left out is nothing", () => {
    expect(readMix("replay=10,new=90")).toEqual({ new: 90, near: 0, exact: 0, replay: 10 });
  });

  test.each([
    ["new=50,near=25", "make up 100"],
    ["new=101", "make up 100"],
    ["near=100", "something new"],
    ["fresh=100", "is no share"],
    ["new=1e2", "is no share"],
    ["new", "is no share"],
  ])("%s is refused", (text, said) => {
    expect(() => readMix(text)).toThrow(said);
  });
});
