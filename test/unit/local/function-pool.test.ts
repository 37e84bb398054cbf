import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openFunctionPool } from "../../../infra/local/function-pool.ts";

test("events that wait get their turn when all that came before them have timed out", { timeout: 60_000 }, async () => {
  const assetDirectory = mkdtempSync(join(tmpdir(), "copydesk-pool-"));
  writeFileSync(join(assetDirectory, "index.js"), "exports.handler = () => new Promise(() => {});\n");
  const lambda = { logicalId: "Hangs", assetDirectory, handler: "index.handler", environment: {}, memoryMb: 128 };
  const pool = openFunctionPool({ ...lambda, timeoutMs: 300 }, { environment: {}, onLog: () => {} });
  onTestFinished(() => {
    pool.close();
    rmSync(assetDirectory, { recursive: true });
  });
  // More than a pool has processes.
  const events = Array.from({ length: 10 }, () => pool.invoke({}));
  const reasons = (await Promise.allSettled(events)).map((event) => event.status === "rejected" && event.reason.reason);
  expect(reasons).toEqual(events.map(() => "timed out"));
});
