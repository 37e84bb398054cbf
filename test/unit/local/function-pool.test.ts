import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { limitHeap } from "../../../infra/function-memory.ts";
import { type FunctionPool, openFunctionPool } from "../../../infra/local/function-pool.ts";

/** A pool of a function with this source, closed when the test has finished. */
function openPool(
  source: string,
  options: { readonly timeoutMs: number; readonly idleMs?: number; readonly environment?: Record<string, string> },
): FunctionPool {
  const { timeoutMs, idleMs, environment = {} } = options;
  const assetDirectory = mkdtempSync(join(tmpdir(), "copydesk-pool-"));
  writeFileSync(join(assetDirectory, "index.js"), source);
  const lambda = { logicalId: "Tried", assetDirectory, handler: "index.handler", environment };
  const pool = openFunctionPool({ ...lambda, timeoutMs }, { environment: {}, idleMs, onLog: () => {} });
  onTestFinished(() => {
    pool.close();
    rmSync(assetDirectory, { recursive: true });
  });
  return pool;
}

test("a process takes the next event, and ends when none has come for long enough", { timeout: 60_000 }, async () => {
  const source = "exports.handler = async () => process.pid;\n";
  const patient = openPool(source, { timeoutMs: 20_000 });
  const first = await patient.invoke({});
  expect(await patient.invoke({})).toBe(first);

  const hasty = openPool(source, { timeoutMs: 20_000, idleMs: 1 });
  const before = await hasty.invoke({});
  await expect.poll(() => hasty.invoke({}), { timeout: 20_000 }).not.toBe(before);
});

test("after a crash the next event goes to a process that lives", { timeout: 60_000 }, async () => {
  const pool = openPool("exports.handler = async () => process.pid;\n", { timeoutMs: 20_000 });
  const before = await pool.invoke({});
  pool.kill();
  expect(await pool.invoke({})).not.toBe(before);
});

test("events that wait get their turn when all that came before them have timed out", { timeout: 60_000 }, async () => {
  const pool = openPool("exports.handler = () => new Promise(() => {});\n", { timeoutMs: 300 });
  // More than a pool has processes.
  const events = Array.from({ length: 10 }, () => pool.invoke({}));
  const reasons = (await Promise.allSettled(events)).map((event) => event.status === "rejected" && event.reason.reason);
  expect(reasons).toEqual(events.map(() => "timed out"));
});

test("a process has the heap that the environment of its function gives it", { timeout: 60_000 }, async () => {
  const source = 'exports.handler = async () => require("node:v8").getHeapStatistics().heap_size_limit / 2 ** 20;\n';
  const pool = openPool(source, { timeoutMs: 20_000, environment: { NODE_OPTIONS: limitHeap(512) } });
  expect(await pool.invoke({})).toBe(384 + 3 * 16);
});
