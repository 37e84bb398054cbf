import { once } from "node:events";
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { readOptions } from "../../infra/local/read-options.ts";
import { printTable } from "../bench/print-table.ts";
import { showProgress } from "../support/show-progress.ts";
import { runScenario } from "./run-scenario.ts";
import type { Stretch, StretchReport } from "./worker.ts";
import { allProtocols, rightProtocol } from "./wrong-protocols.ts";

const usage = `Usage: npm run simulate -- [--scenarios N] [--seed N] [--workers N] [--protocol NAME] [--trace]

Plays scenarios of the ingest pipeline on stores in memory: racing clients, faults at every call to a store, crashes, repeats.
Scenario n has the seed SEED + n; the same seed gives the same scenario. --trace shows the first
step by step; of scenarios that break a promise, the shortest is shown.
Protocols: ${allProtocols.map(({ name }) => `"${name}"`).join(", ")}
`;
const { values, refuse, readCount } = readOptions(
  {
    scenarios: { type: "string", default: "20000" },
    seed: { type: "string", default: "1" },
    workers: { type: "string", default: String(Math.min(2, availableParallelism())) },
    protocol: { type: "string", default: rightProtocol.name },
    trace: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
  usage,
);

/** Scenarios that a worker is given at a time. */
const stretchLength = 250;
/** So many broken promises are enough to look into. */
const maxViolations = 10;

async function simulate(): Promise<void> {
  const [scenarios, seed, workers] = [readCount("scenarios"), readCount("seed", 0), readCount("workers")];
  const protocol =
    allProtocols.find(({ name }) => name === values.protocol) ?? refuse(`There is no protocol “${values.protocol}”.`);
  const startedAt = Date.now();
  const progress = showProgress({ total: scenarios, unit: "scenarios" });
  const counts = new Map<string, number>();
  const violations: StretchReport["violations"][number][] = [];
  let done = 0;
  let next = 0;

  await Promise.all(
    Array.from({ length: Math.min(workers, Math.ceil(scenarios / stretchLength)) }, async () => {
      const worker = new Worker(new URL("worker.ts", import.meta.url));
      const ask = async (stretch: Stretch): Promise<StretchReport> => {
        worker.postMessage(stretch);
        const [report] = await once(worker, "message");
        return report;
      };
      while (next < scenarios && violations.length < maxViolations) {
        const first = next;
        next += stretchLength;
        const count = Math.min(stretchLength, scenarios - first);
        const report = await ask({ seed: seed + first, count, protocol: protocol.name });
        done += count;
        for (const [what, times] of report.counts) counts.set(what, (counts.get(what) ?? 0) + times);
        violations.push(...report.violations);
        progress.show(done, violations.length === 0 ? "no violation" : `${violations.length} violations`);
      }
      await worker.terminate();
    }),
  );
  progress.end();
  violations.sort((a, b) => a.seed - b.seed);
  const toldSeeds = values.trace ? [seed] : violations.map((violation) => violation.seed);
  const told = await Promise.all(
    toldSeeds.map(async (one) => ({ one, trace: (await runScenario(one, { protocol, isTraced: true })).trace })),
  );
  // The shortest story is the easiest to understand.
  const shortest = told.sort((a, b) => a.trace.length - b.trace.length)[0];
  if (shortest !== undefined) {
    console.log(`Scenario ${shortest.one}: step, client, what it does\n\n${shortest.trace.join("\n")}\n`);
  }
  printTable(tellCounts(counts));
  printTable([
    ["scenarios", done.toLocaleString("en")],
    ["seeds", `${seed} to ${seed + done - 1}`],
    ["protocol", protocol.name],
    ["seconds", ((Date.now() - startedAt) / 1000).toFixed(1)],
    ["violations", String(violations.length)],
  ]);
  for (const violation of violations.slice(0, maxViolations)) {
    const which = protocol === rightProtocol ? "" : ` --protocol "${protocol.name}"`;
    console.log(`${violation.what}\n  npm run simulate -- --seed ${violation.seed} --scenarios 1${which}`);
  }
  process.exitCode = violations.length === 0 ? 0 : 1;
}

/** Calls to the stores with the faults that struck them, and then everything else. */
function tellCounts(counts: ReadonlyMap<string, number>): string[][] {
  const faults = new Map<string, number>();
  for (const [what, times] of counts) {
    const call = /^fault .* @ (.*)$/.exec(what)?.[1];
    if (call !== undefined) faults.set(call, (faults.get(call) ?? 0) + times);
  }
  const all = [...counts].filter(([what]) => !what.startsWith("fault ")).sort(([a], [b]) => (a < b ? -1 : 1));
  return all.map(([what, times]) => {
    const struck = faults.get(what.replace(/^call /, ""));
    const told = struck === undefined ? "" : `${struck.toLocaleString("en")} with a fault`;
    return [what, times.toLocaleString("en"), told];
  });
}

if (values.help) console.log(usage);
else await simulate();
