import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { defaultQuota, type QuotaLimits, resolveQuota, windowSeconds } from "../../../shared/quota-limits.ts";
import { QuotaSettings } from "../../../shared/quota-settings.ts";
import { openQuotas } from "../../../shared/quotas.ts";
import type { QuotaLease, QuotaTable } from "../../../shared/stores/quota-table.ts";
import { runs } from "../../support/property-runs.ts";

/** The table in memory: what its one conditional write does. */
function openTable() {
  const taken = new Map<string, number>();
  const leases: QuotaLease[] = [];
  const table: Pick<QuotaTable, "lease"> & { fault?: Error } = {
    async lease(partner, lease) {
      leases.push(lease);
      if (table.fault) throw table.fault;
      const dayKey = `${partner} ${lease.day}`;
      const windowKey = `${dayKey} ${lease.windowStart}`;
      const windowTaken = taken.get(windowKey) ?? 0;
      const dayTaken = taken.get(dayKey) ?? 0;
      if (windowTaken + lease.windowCount > lease.windowLimit || dayTaken + lease.dayCount > lease.dayLimit) {
        return { granted: false, windowTaken, dayTaken };
      }
      taken.set(windowKey, windowTaken + lease.windowCount);
      taken.set(dayKey, dayTaken + lease.dayCount);
      return { granted: true, windowTaken: windowTaken + lease.windowCount, dayTaken: dayTaken + lease.dayCount };
    },
  };
  return { table, leases };
}

const start = Date.parse("2026-11-23T08:00:00Z");

/** Instances on one table, each with a clock that can be set. */
function openInstances(count: number) {
  const store = openTable();
  const faults: unknown[] = [];
  const instances = Array.from({ length: count }, () => {
    const clock = { now: start };
    const quotas = openQuotas(store.table, { now: () => new Date(clock.now), onFault: (error) => faults.push(error) });
    return { clock, quotas };
  });
  const [first] = instances;
  if (first === undefined) throw new Error("There is at least one.");
  return { ...store, ...first, instances, faults };
}

const limits: QuotaLimits = { perMinute: 60, burst: 60, dailyArticles: 1000 };

describe("one instance", () => {
  test("grants up to the burst, and says when there is more", async () => {
    const { quotas, clock } = openInstances(1);
    clock.now = start + 15_000;
    expect(await quotas.take("wire", limits, 50)).toEqual({
      granted: 50,
      states: [
        { policy: "burst", limit: 60, windowSeconds: 60, remaining: 10, resetSeconds: 45 },
        { policy: "day", limit: 1000, windowSeconds: 86_400, remaining: 950, resetSeconds: 57_585 },
      ],
    });
    const rest = await quotas.take("wire", limits, 50);
    expect(rest).toMatchObject({ granted: 10, states: [{ remaining: 0, resetSeconds: 45 }, { remaining: 940 }] });
    expect(await quotas.take("wire", limits, 1)).toMatchObject({ granted: 0 });
    clock.now = start + 60_000;
    expect(await quotas.take("wire", limits, 1)).toMatchObject({ granted: 1 });
  });

  test("one partner's quota is not another's", async () => {
    const { quotas } = openInstances(1);
    expect((await quotas.take("wire", limits, 60)).granted).toBe(60);
    expect((await quotas.take("gazette", limits, 60)).granted).toBe(60);
  });

  test("the day ends at midnight in UTC, and with it the last window", async () => {
    const { quotas, clock } = openInstances(1);
    const daily: QuotaLimits = { perMinute: 60, burst: 60, dailyArticles: 10 };
    clock.now = Date.parse("2026-11-23T23:59:30Z");
    expect(await quotas.take("wire", daily, 20)).toMatchObject({ granted: 10 });
    const refused = await quotas.take("wire", daily, 1);
    expect(refused).toMatchObject({ granted: 0, states: [{ remaining: 50 }, { remaining: 0, resetSeconds: 30 }] });
    clock.now = Date.parse("2026-11-24T00:00:00Z");
    expect((await quotas.take("wire", daily, 20)).granted).toBe(10);
  });

  test("a quota that is used up is asked for once in a window, whatever the partner tries", async () => {
    const { quotas, leases } = openInstances(1);
    await quotas.take("wire", limits, 60);
    for (let n = 0; n < 100; n++) expect((await quotas.take("wire", limits, 1)).granted).toBe(0);
    expect(leases).toHaveLength(1);
  });

  test("a quota that ops has raised counts at once, with what was used of it", async () => {
    const { quotas } = openInstances(1);
    await quotas.take("wire", limits, 60);
    expect((await quotas.take("wire", { ...limits, burst: 120, perMinute: 120 }, 100)).granted).toBe(60);
  });

  test("a thousand articles, one by one, cost far fewer writes; a slow partner one for each", async () => {
    const fast = openInstances(1);
    for (let n = 0; n < 1000; n++) {
      fast.clock.now += 20;
      expect((await fast.quotas.take("wire", defaultQuota, 1)).granted).toBe(1);
    }
    expect(fast.leases.length).toBeLessThan(30);
    const slow = openInstances(1);
    for (let n = 0; n < 100; n++) {
      slow.clock.now += 60_000;
      await slow.quotas.take("wire", defaultQuota, 1);
    }
    expect(slow.leases.map(({ windowCount }) => windowCount)).toEqual(Array(100).fill(1));
  });

  test("what was left of a window is not lost for the day", async () => {
    const { quotas, clock } = openInstances(1);
    const daily: QuotaLimits = { perMinute: 600, burst: 600, dailyArticles: 300 };
    let granted = 0;
    for (let minute = 0; minute < 40; minute++) {
      clock.now = start + minute * 60_000;
      for (let n = 0; n < 11; n++) granted += (await quotas.take("wire", daily, 1)).granted;
    }
    expect(granted).toBe(300);
  });
});

describe("a store that does not answer", () => {
  test("lets everything through, says so once, and is left alone for five seconds", async () => {
    const { table, quotas, clock, leases, faults } = openInstances(1);
    table.fault = new Error("slow down");
    for (let n = 0; n < 100; n++) expect(await quotas.take("wire", limits, 5)).toEqual({ granted: 5, states: [] });
    expect(faults).toEqual([table.fault]);
    expect(leases).toHaveLength(1);
    delete table.fault;
    clock.now += 5000;
    expect(await quotas.take("wire", limits, 100)).toMatchObject({ granted: 60 });
  });

  test("does not lift a quota that is known to be used up", async () => {
    const { table, quotas } = openInstances(1);
    await quotas.take("wire", limits, 61);
    table.fault = new Error("slow down");
    expect((await quotas.take("wire", limits, 1)).granted).toBe(0);
  });
});

describe("many instances", () => {
  const step = fc.record({
    instance: fc.nat(7),
    wanted: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 40 })),
    // Mostly the same moment, sometimes a window later, at times a day.
    elapsed: fc.oneof(fc.nat(3000), fc.nat(90_000), fc.nat(100_000_000)),
    skew: fc.integer({ min: -9000, max: 9000 }),
  });
  const anyLimits = fc.record({
    perMinute: fc.integer({ min: 6, max: 300 }),
    burst: fc.integer({ min: 1, max: 300 }),
    dailyArticles: fc.integer({ min: 1, max: 500 }),
  });

  test("no window and no day is granted more than its limit, whatever their clocks say", async () => {
    await fc.assert(
      fc.asyncProperty(anyLimits, fc.array(step, { minLength: 1, maxLength: 120 }), async (limits, steps) => {
        const { instances, leases } = openInstances(8);
        const perWindow = new Map<number, number>();
        const perDay = new Map<number, number>();
        const length = windowSeconds(limits) * 1000;
        let now = start;
        for (const { instance, wanted, elapsed, skew } of steps) {
          now += elapsed;
          const { quotas, clock } = instances[instance] as (typeof instances)[number];
          clock.now = now + skew;
          const before = leases.length;
          const { granted } = await quotas.take("wire", limits, wanted);
          expect(granted).toBeGreaterThanOrEqual(0);
          expect(granted).toBeLessThanOrEqual(wanted);
          // A second write only where the first one found too little.
          if (granted === wanted && wanted === 1) expect(leases.length - before).toBeLessThanOrEqual(2);
          const day = Math.floor(clock.now / 86_400_000);
          const window = day * 100_000 + Math.floor((clock.now % 86_400_000) / length);
          perWindow.set(window, (perWindow.get(window) ?? 0) + granted);
          perDay.set(day, (perDay.get(day) ?? 0) + granted);
        }
        expect(Math.max(...perWindow.values())).toBeLessThanOrEqual(limits.burst);
        expect(Math.max(...perDay.values())).toBeLessThanOrEqual(limits.dailyArticles);
      }),
      { numRuns: runs(300) },
    );
  });

  test("what one of them holds keeps at most a part of the quota from the others", async () => {
    const { instances } = openInstances(10);
    let granted = 0;
    // Each sends ten times and is then never called again, but for one that asks for all that is left.
    for (const { quotas } of instances) {
      for (let n = 0; n < 10; n++) granted += (await quotas.take("wire", defaultQuota, 1)).granted;
    }
    for (let n = 0; n < 3000; n++) granted += (await instances[0]?.quotas.take("wire", defaultQuota, 1))?.granted ?? 0;
    expect(granted).toBeGreaterThan(defaultQuota.burst - 10 * 10);
    expect(granted).toBeLessThanOrEqual(defaultQuota.burst);
  });
});

describe("limits as ops sets them", () => {
  test.each([
    [{}, defaultQuota],
    [{ dailyArticles: 5 }, { ...defaultQuota, dailyArticles: 5 }],
    [{ perMinute: 600 }, { ...defaultQuota, perMinute: 600, burst: 600 }],
    [{ burst: 500 }, { ...defaultQuota, burst: 500 }],
  ])("%j", (settings, expected) => {
    expect(resolveQuota(QuotaSettings.parse(settings))).toEqual(expected);
  });

  test.each([
    [{ perMinute: 0 }, "perMinute"],
    [{ perMinute: 1.5 }, "perMinute"],
    [{ dailyArticles: -1 }, "dailyArticles"],
    [{ dailyArticles: 1e9 }, "dailyArticles"],
    [{ perMinute: 6000, burst: 10 }, "burst"],
    [{ perMinute: 10, burst: 6000 }, "burst"],
    [{ perSecond: 1 }, ""],
  ])("%j is refused", (settings, path) => {
    expect(QuotaSettings.safeParse(settings).error?.issues[0]?.path.join(".")).toBe(path);
  });

  test.each([
    [60, 60, 60],
    [60, 10, 10],
    [60, 600, 600],
    [7, 10, 86],
  ])("%i a minute, %i at once: a window of %i seconds", (perMinute, burst, seconds) => {
    expect(windowSeconds({ perMinute, burst, dailyArticles: 1 })).toBe(seconds);
  });
});
