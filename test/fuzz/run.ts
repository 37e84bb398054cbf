import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { endOnSignals } from "../../infra/local/make-scratch-directory.ts";
import { readOptions } from "../../infra/local/read-options.ts";
import { synthesize } from "../../infra/local/synthesize.ts";
import { printTable } from "../bench/print-table.ts";
import { cdkOut } from "../support/cdk-out.ts";
import { showProgress } from "../support/show-progress.ts";
import { startTestStack } from "../support/start-stack.ts";
import { openFuzzTarget } from "./open-target.ts";
import { runFuzz } from "./run-fuzz.ts";

const { readCount } = readOptions(
  { requests: { type: "string", default: "20000" }, seed: { type: "string", default: "1" } },
  "Usage: npm run fuzz -- [--requests 20000] [--seed 1]",
);
const [requests, seed] = [readCount("requests"), readCount("seed", 0)];
endOnSignals();

/** Requests that failed are kept here, to be sent again. */
const failuresDirectory = new URL("../../.local/fuzz/", import.meta.url).pathname;

await synthesize(cdkOut, () => console.error("Building the stack …"));
const stack = await startTestStack();
try {
  const startedAt = Date.now();
  const target = await openFuzzTarget(stack);
  const progress = showProgress({ total: requests, unit: "requests" });
  const report = await runFuzz({
    ...target,
    requests,
    seed,
    concurrency: 8,
    onProgress: (done, failures) => progress.show(done, `${failures} failures`),
  });
  progress.end();
  printTable(
    [...report.statuses]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([operation, statuses]) => [
        operation,
        ...[...statuses].sort(([a], [b]) => a - b).map(([status, count]) => `${status}: ${count}`),
      ]),
  );
  printTable([
    ["requests", requests.toLocaleString("en")],
    ["seed", String(seed)],
    ["slowest answer", `${report.slowestMs} ms`],
    ["seconds", ((Date.now() - startedAt) / 1000).toFixed(0)],
    ["failures", String(report.failures.length)],
  ]);
  for (const { index, request, what } of report.failures.slice(0, 20)) {
    mkdirSync(failuresDirectory, { recursive: true });
    const file = join(failuresDirectory, `${seed}-${index}.json`);
    const { authorization: _, ...headers } = request.headers;
    writeFileSync(file, JSON.stringify({ ...request, headers, body: request.body?.toString("base64") }, null, 2));
    console.log(`${request.method} ${request.path.slice(0, 100)}\n  ${what}\n  ${file}`);
  }
  process.exitCode = report.failures.length === 0 ? 0 : 1;
} finally {
  await stack.close();
}
