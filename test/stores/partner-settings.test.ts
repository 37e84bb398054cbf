import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTable } from "../../infra/local/create-stores.ts";
import { type LocalDynamoDb, startDynamoDb } from "../../infra/local/dynamodb.ts";
import { addPartner } from "../../infra/ops/manage-keys.ts";
import { changeSettings, showPartner } from "../../infra/ops/manage-settings.ts";
import { defaultQuota, type QuotaLimits } from "../../shared/quota-limits.ts";
import { openQuotas } from "../../shared/quotas.ts";
import { openPartnerTable } from "../../shared/stores/partner-table.ts";
import { openQuotaTable } from "../../shared/stores/quota-table.ts";
import { describeTable } from "../support/describe-table.ts";
import { type FaultProxy, startFaultProxy, throttled } from "../support/fault-proxy.ts";

let dynamoDb: LocalDynamoDb;
let proxy: FaultProxy;
let client: DynamoDBClient;
let tableName: string;

beforeAll(async () => {
  dynamoDb = await startDynamoDb();
  proxy = await startFaultProxy(dynamoDb.endpoint);
  client = new DynamoDBClient({
    region: "us-east-1",
    endpoint: proxy.endpoint,
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    maxAttempts: 3,
  });
  const table = describeTable("PartnersTable", "partners");
  tableName = table.name;
  await createTable(client, table);
});
afterAll(async () => {
  client.destroy();
  await proxy.close();
  await dynamoDb.close();
});

const start = Date.parse("2026-11-23T08:00:00Z");

/** An instance of a function, with what it has logged. */
function openInstance(clock: { now: number }, timeoutMs = 60_000) {
  const faults: unknown[] = [];
  const quotas = openQuotas(openQuotaTable(client, tableName, { timeoutMs }), {
    now: () => new Date(clock.now),
    onFault: (error) => faults.push(error),
  });
  return { quotas, faults };
}

test("fifty senders at once get what there is, and not one article more", async () => {
  const limits: QuotaLimits = { perMinute: 400, burst: 400, dailyArticles: 700 };
  const clock = { now: start };
  const instances = Array.from({ length: 50 }, () => openInstance(clock));
  const sendAll = async () => {
    const counts = await Promise.all(
      instances.map(async ({ quotas }) => {
        let granted = 0;
        for (let n = 0; n < 12; n++) granted += (await quotas.take("busy", limits, 1)).granted;
        return granted;
      }),
    );
    return counts.reduce((sum, count) => sum + count, 0);
  };
  proxy.seen.length = 0;
  const first = await sendAll();
  // 600 were wanted. What is missing from 400 is what instances hold that want no more: each at most as much as it was granted.
  expect(first).toBeLessThanOrEqual(400);
  expect(first).toBeGreaterThan(300);
  expect(proxy.seen.length).toBeLessThan(600);
  expect(await sendAll()).toBeLessThanOrEqual(400 - first);

  clock.now += 60_000;
  const second = await sendAll();
  expect(second).toBeGreaterThan(200);
  expect(first + second).toBeLessThanOrEqual(700);
  clock.now += 60_000;
  const third = await sendAll();
  expect(first + second + third).toBeLessThanOrEqual(700);

  clock.now += 86_400_000;
  expect(await sendAll()).toBeGreaterThan(300);
});

test("instances whose clocks differ count in their own windows, none of which holds more than the limit", async () => {
  const limits: QuotaLimits = { perMinute: 60, burst: 60, dailyArticles: 1000 };
  const clocks = [{ now: start + 58_000 }, { now: start + 62_000 }];
  const [late, early] = clocks.map((clock) => openInstance(clock));
  const granted = { late: 0, early: 0 };
  for (let n = 0; n < 8; n++) {
    granted.late += (await late?.quotas.take("skewed", limits, 10))?.granted ?? 0;
    granted.early += (await early?.quotas.take("skewed", limits, 10))?.granted ?? 0;
  }
  expect(granted).toEqual({ late: 60, early: 60 });
});

test("counters of windows that are over are cleared away", async () => {
  const limits: QuotaLimits = { perMinute: 60, burst: 10, dailyArticles: 10_000 };
  const clock = { now: start };
  const { quotas } = openInstance(clock);
  for (let n = 0; n < 40; n++) {
    clock.now += 10_000;
    expect((await quotas.take("steady", limits, 10)).granted).toBe(10);
  }
  const item = await readItem("steady");
  expect(Object.keys(item).filter((name) => /^w\d+$/.test(name)).length).toBeLessThanOrEqual(2);
  expect(item).toMatchObject({ taken: { N: "400" }, expiresAt: { N: String(Date.parse("2026-11-26") / 1000) } });
});

async function readItem(partner: string) {
  const key = { pk: { S: `quota#${partner}` }, sk: { S: "2026-11-23" } };
  return (await client.send(new GetItemCommand({ TableName: tableName, Key: key }))).Item ?? {};
}

test("a table that is throttled lets everything through and says so", async () => {
  const limits: QuotaLimits = { perMinute: 60, burst: 10, dailyArticles: 100 };
  const { quotas, faults } = openInstance({ now: start });
  proxy.decide = ({ action }) =>
    action === "UpdateItem" ? { kind: "answer", when: "before", ...throttled } : undefined;
  expect(await quotas.take("throttled", limits, 20)).toEqual({ granted: 20, states: [] });
  proxy.decide = () => undefined;
  expect(faults).toEqual([expect.objectContaining({ name: "ProvisionedThroughputExceededException" })]);
});

test("a table that hangs is not waited for", async () => {
  const limits: QuotaLimits = { perMinute: 60, burst: 10, dailyArticles: 100 };
  const { quotas, faults } = openInstance({ now: start }, 100);
  proxy.decide = () => ({ kind: "hang", message: "request", part: "head", share: 0 });
  expect(await quotas.take("hanging", limits, 1)).toEqual({ granted: 1, states: [] });
  proxy.decide = () => undefined;
  expect(faults).toEqual([expect.objectContaining({ name: "AbortError" })]);
});

test("settings of two writers do not undo each other", async () => {
  const table = openPartnerTable(client, tableName);
  expect(await table.getSettings("wire")).toEqual({ version: 0 });
  expect(await table.saveSettings("wire", { quota: { burst: 500 }, version: 1 }, 0)).toBe(true);
  expect(await table.saveSettings("wire", { quota: { burst: 600 }, version: 1 }, 0)).toBe(false);
  expect(await table.saveSettings("wire", { quota: { burst: 700 }, version: 2 }, 1)).toBe(true);
  expect(await table.saveSettings("wire", { quota: { burst: 800 }, version: 2 }, 1)).toBe(false);
  expect(await table.getSettings("wire")).toEqual({ quota: { burst: 700 }, version: 2 });
});

test("ops sets limits, takes them back, and sees what holds", async () => {
  const table = openPartnerTable(client, tableName);
  await addPartner(table, "agency", ["submit"]);
  expect((await showPartner(table, "agency")).quota).toEqual({ ...defaultQuota, set: [] });
  await changeSettings(table, "agency", { quota: { dailyArticles: 500, perMinute: 60 } });
  const shown = await changeSettings(table, "agency", { quota: { dailyArticles: "default" } });
  expect(shown.quota).toEqual({ ...defaultQuota, perMinute: 60, burst: 60, set: ["perMinute"] });
  expect(JSON.stringify(shown)).not.toContain("secretHash");
});

test.each([
  ["nobody", { dailyArticles: 5 }, "There is no partner nobody"],
  ["agency", { dailyArticles: 0 }, "quota.dailyArticles"],
  ["agency", { perMinute: 6000, burst: 10 }, "quota.burst must be between"],
])("ops for %s with %j says what is wrong", async (name, quota, words) => {
  const table = openPartnerTable(client, tableName);
  const before = await table.getSettings(name);
  await expect(changeSettings(table, name, { quota })).rejects.toThrow(words);
  expect(await table.getSettings(name)).toEqual(before);
});

test("ops sets rules beside the quota, and takes them back", async () => {
  const table = openPartnerTable(client, tableName);
  await addPartner(table, "ruled", ["submit"]);
  await changeSettings(table, "ruled", { quota: { burst: 500 } });
  const rules = { boilerplate: ["© * Gazette"], defaults: { language: "nl" } };
  expect(await changeSettings(table, "ruled", { rules })).toMatchObject({ rules, quota: { burst: 500 } });
  await expect(changeSettings(table, "ruled", { rules: { boilerplate: ["*"] } })).rejects.toThrow(
    "rules.boilerplate.0 must have at least 6 letters or digits",
  );
  expect((await showPartner(table, "ruled")).rules).toEqual(rules);
  expect(await changeSettings(table, "ruled", { rules: "default" })).toMatchObject({ quota: { set: ["burst"] } });
  expect((await showPartner(table, "ruled")).rules).toBeUndefined();
});
