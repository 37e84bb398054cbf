import { describe, expect, test } from "vitest";
import { readMix, renderCost } from "../../../infra/ops/cost/estimate-cost.ts";
import { groupSubmissions } from "../../../infra/ops/cost/group-submissions.ts";
import { makeBill } from "../../../infra/ops/cost/make-bill.ts";
import { makeSubmissions, usualMix } from "../../../infra/ops/cost/make-submissions.ts";
import type { Usage } from "../../../infra/ops/cost/measure-traffic.ts";

const usage: Usage = {
  submissions: { new: 60, near: 25, exact: 10, replay: 5 },
  requests: 100,
  batch: undefined,
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
  indexWriteUnits: { byArrival: 75, byDay: 75, byPartner: 75, bySource: 75 },
  cancelled: 0,
  quotaWrites: 1,
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

test("the total is the sum of its lines, of which those of submissions grow with them", () => {
  const sum = bill.lines.reduce((total, { usd }) => total + usd, 0);
  expect(bill.submissionsUsd).toBeCloseTo(sum, 9);
  expect(makeBill(usage, 2_000_000, parts).submissionsUsd).toBeCloseTo(2 * sum, 6);
  const fixed = 20 * 0.1 + 11 * 0.3 + 3;
  expect(bill.fixedUsd).toBeCloseTo(fixed, 9);
  expect(bill.totalUsd).toBeCloseTo(sum + fixed, 9);
});

test("the bus is told of all that comes within a second", () => {
  // 3.6 changes a second: three more come while Lambda gathers.
  const busy = makeBill(usage, 10_000_000, parts);
  expect(find("calls", busy)?.quantity).toBe(10_000_000 + 9_500_000 + 9_500_000 / 4);
});

test("a transaction that met a rival is paid for twice, and its indexes once", () => {
  const rivals = makeBill({ ...usage, cancelled: 19 }, 1_000_000, parts);
  expect(find("articles, in transactions", rivals)?.quantity).toBe(17_000_000 * 1.2);
  expect(find("indexes of the lists", rivals)?.quantity).toBe(3_000_000);
});

describe("provisioned", () => {
  const held = makeBill(usage, 10_000_000, { ...parts, capacity: "provisioned" });

  test.each([
    // 17 units of each submission are 64.7 a second, and seven tenths of what is held.
    ["articles, in transactions: 93 held", 93 * 730, 44.1285],
    // Whole units in each of the four.
    ["indexes of the lists: 20 held", 20 * 730, 9.49],
    ["log of changes: 6 held", 6 * 730, 2.847],
    // 55 of the articles, 5 of each index for those who read the lists, 14 of the log.
    ["articles, lists and log: 89 held", 89 * 730, 8.4461],
    ["quotas", 10_000_000, 6.25],
    ["how far the log is told", 2_375_000, 1.484375],
  ])("%s: %d for %d", (what, quantity, usd) => {
    expect(find(what, held)?.quantity).toBe(quantity);
    expect(find(what, held)?.usd).toBeCloseTo(usd, 5);
  });

  test("what is not of the two tables costs the same", () => {
    const others = (of: typeof bill) =>
      of.lines.filter(({ service, what }) => service !== "DynamoDB" || what === "storage");
    expect(others(held)).toEqual(others(makeBill(usage, 10_000_000, parts)));
  });

  test("a stage that nobody submits to holds its least all the same", () => {
    const idle = makeBill(usage, 1, { ...parts, capacity: "provisioned" });
    const names = idle.lines.filter(({ unit }) => unit.endsWith("unit-hours")).map(({ what }) => what);
    expect(names).toEqual([
      "articles, in transactions: 13 held",
      "indexes of the lists: 4 held",
      "log of changes: 1 held",
      "articles, lists and log: 43 held",
    ]);
    expect(idle.submissionsUsd).toBeCloseTo((18 * 0.00065 + 43 * 0.00013) * 730, 3);
  });

  test("autoscaling has alarms of its own: four for the reads and four for the writes of each table and index", () => {
    const find = (of: typeof bill) => of.fixed.find(({ what }) => what === "alarms of autoscaling");
    expect(find(held)).toMatchObject({ quantity: 48, usd: expect.closeTo(4.8, 9) });
    expect(find(bill)).toBeUndefined();
  });
});

describe("in batches", () => {
  // Ten batches of ten; the changes of each came in two calls here, and were told in one.
  const batched: Usage = {
    ...usage,
    requests: 10,
    batch: { size: 10, medianMs: 300 },
    quotaWrites: 2,
    dynamoDb: {
      ...usage.dynamoDb,
      entries: { requests: 30, writeUnits: 30, indexWriteUnits: 0, readUnits: 10 },
      head: { requests: 3, writeUnits: 2, indexWriteUnits: 0, readUnits: 1 },
      cursor: { requests: 20, writeUnits: 10, indexWriteUnits: 0, readUnits: 10 },
      subscribers: { requests: 10, writeUnits: 0, indexWriteUnits: 0, readUnits: 10 },
    },
    appends: 20,
  };
  const onDemand = makeBill(batched, 1_000_000, parts);
  // The changes of a batch lie in the four parts of a table on demand: in 3.74 of them, as chance has it.
  const appends = 100_000 * 4 * (1 - 0.75 ** 9.5);

  test.each([
    ["requests", 100_000],
    ["quotas", 200_000],
    ["calls", 100_000 + appends + 100_000],
    ["log of changes, and how far it is told", 300_000 + (appends - 200_000) + 0.1 * appends + 100_000],
    ["everything that is read", 10_000_000 + 0.05 * appends + 300_000],
    ["articles, in transactions", 17_000_000],
    ["events", 950_000],
  ])("%s: %d", (what, quantity) => {
    expect(find(what, onDemand)?.quantity).toBe(Math.round(quantity));
  });

  test("what is held in one part is logged in one entry, and no less is billed than was counted", () => {
    const held = makeBill(batched, 1_000_000, { ...parts, capacity: "provisioned" });
    expect(find("calls", held)?.quantity).toBe(300_000);
    expect(find("how far the log is told", held)?.quantity).toBe(100_000);
  });

  test("a table that has grown has more parts", () => {
    const grown = makeBill({ ...batched, tableBytes: 10 * 1024 ** 3 }, 100, { ...parts, capacity: "provisioned" });
    expect(find("calls", grown)?.quantity).toBe(30);
    const large = makeBill({ ...batched, tableBytes: 1000 * 1024 ** 3 }, 100, parts);
    expect(find("calls", large)?.quantity).toBe(Math.round(20 + 10 * 100 * (1 - 0.99 ** 9.5)));
  });

  test("the time of Lambda is that of the batches, with what eight items at a time wait for", () => {
    const waited = (200 * 8 + 95 * 25) / 8;
    const longest = 3 * 8 + 25;
    expect(find("time to take them in", onDemand)?.quantity).toBe(10_000 * (10 * (300 + longest + 2 * 8) + waited));
  });

  test("are named in what the bill rests on", () => {
    const shown = renderCost({
      submissions: 1_000_000,
      mix: usualMix,
      capacity: "provisioned",
      pricesTakenAt: "2026-11-27",
      region: "us-east-1",
      ...onDemand,
      usage: batched,
    });
    expect(shown).toContain("in batches of 10 by one partner, 10.0 in the mean of the run");
    expect(shown).toContain("Medians in ms, on this machine: a batch 300.");
    expect(shown).toContain("An uneven flow costs more");
  });
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
      capacity: "on-demand",
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

describe("batches", () => {
  const made = makeSubmissions(usualMix, 10, "2026-11-27T09:00:00.000Z");

  test.each([1, 3, 10, 100])(
    "of %d have all submissions once, those of one partner each, and copies after their originals",
    (size) => {
      const groups = groupSubmissions(made, size);
      const order = groups.flat().map((one) => made.indexOf(one));
      expect(order.toSorted((one, other) => one - other)).toEqual(made.map((_, at) => at));
      for (const group of groups) {
        expect(new Set(group.map(({ partner }) => partner)).size).toBe(1);
        expect(group.length).toBeLessThanOrEqual(size);
      }
      for (const [at, { original }] of made.entries()) {
        if (original !== undefined) expect(order.indexOf(original)).toBeLessThan(order.indexOf(at));
      }
    },
  );

  test("one by one, they keep their order", () => {
    expect(groupSubmissions(made, 1).flat()).toEqual(made);
  });

  test("are full for as long as that is possible", () => {
    const sizes = groupSubmissions(made, 10).map((group) => group.length);
    expect(sizes).toEqual(sizes.toSorted((one, other) => other - one));
    expect(sizes.length).toBeLessThanOrEqual(105);
  });

  test("hold copies with their originals, and copies of what others have sent", () => {
    const groups = groupSubmissions(made, 10);
    const copies = groups.flatMap((group) =>
      group.filter(({ original }) => original !== undefined).map((one) => ({ group, one })),
    );
    const within = copies.filter(({ group, one }) => group.some((other) => made.indexOf(other) === one.original));
    expect(within.length).toBeGreaterThan(0);
    expect(within.length).toBeLessThan(copies.length);
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
