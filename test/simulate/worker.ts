import { parentPort } from "node:worker_threads";
import { runScenario } from "./run-scenario.ts";
import { allProtocols } from "./wrong-protocols.ts";

/** Scenarios whose seeds follow each other. */
export interface Stretch {
  readonly seed: number;
  readonly count: number;
  readonly protocol: string;
}

export interface StretchReport {
  readonly counts: ReadonlyMap<string, number>;
  readonly violations: readonly { readonly seed: number; readonly what: string }[];
}

parentPort?.on("message", async ({ seed, count, protocol: name }: Stretch) => {
  const protocol = allProtocols.find((known) => known.name === name);
  if (protocol === undefined) throw new Error(`There is no protocol “${name}”.`);
  const counts = new Map<string, number>();
  const violations: { seed: number; what: string }[] = [];
  for (let one = seed; one < seed + count; one++) {
    const report = await runScenario(one, { protocol });
    for (const [what, times] of report.counts) counts.set(what, (counts.get(what) ?? 0) + times);
    if (report.violation !== undefined) violations.push({ seed: one, what: report.violation });
  }
  parentPort?.postMessage({ counts, violations } satisfies StretchReport);
});
