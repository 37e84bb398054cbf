import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { functionMemory, limitHeap, semiSpaceMb } from "../../infra/function-memory.ts";
import { readOptions } from "../../infra/local/read-options.ts";
import { synthesize } from "../../infra/local/synthesize.ts";
import { printTable } from "../bench/print-table.ts";
import { cdkOut } from "../support/cdk-out.ts";
import { drawPlot, type Point } from "../support/draw-plot.ts";
import { openRandom } from "../support/random.ts";
import { showProgress } from "../support/show-progress.ts";
import { judgeProcesses, minutesToJudge } from "./judge-process.ts";
import { measureMemory } from "./measure-memory.ts";
import type { Serving } from "./serve.ts";
import type { Kept } from "./tell-kept.ts";
import { type Kind, openTraffic, type TrafficRequest } from "./traffic.ts";

const { values, refuse } = readOptions(
  {
    minutes: { type: "string", default: "30" },
    rate: { type: "string", default: "8" },
    seed: { type: "string", default: "1" },
  },
  "Usage: npm run soak -- [--minutes 30] [--rate 8] [--seed 1]\nThe rate is in submissions a second; as many reads go beside them.",
);
const [minutes, rate, seed] = [Number(values.minutes), Number(values.rate), Number(values.seed)];
if (![minutes, rate, seed].every((value) => Number.isFinite(value) && value > 0)) {
  refuse("Minutes, rate and seed are numbers above 0.");
}

const sampleMs = 5000;
/** So much of the run is warming up: caches fill, code is compiled. */
const warmUpShare = 0.4;
const warmAt = minutes * 60 * warmUpShare;
/** Requests that are sent one by one before the clock runs, so that the first processes have started. */
const warmUpRequests = 10;
/** More requests at once than this are not sent: then the machine is too slow for the rate. */
const maxInFlight = 60;
const maxUnsentShare = 0.01;

interface Answered {
  readonly kind: Kind;
  readonly at: number;
  readonly ms: number;
}

const answered: Answered[] = [];
const surprises: string[] = [];
const processes = new Map<number, Record<"resident" | "kept" | "worked", Point[]> & { name: string }>();
let skipped = 0;
let deferred = 0;
let inFlight = 0;
let startedAt = Date.now();
const secondsSince = () => (Date.now() - startedAt) / 1000;

async function send(request: TrafficRequest, { url, submitKeys, readKey }: Serving): Promise<void> {
  if (inFlight >= maxInFlight) {
    skipped += 1;
    return;
  }
  inFlight += 1;
  const sentAt = performance.now();
  const { kind, method, path, partner, html, outcome } = request;
  try {
    const key = partner === undefined ? readKey : submitKeys[partner];
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { Authorization: `Bearer ${key}`, ...(html !== undefined && { "Content-Type": "text/html" }) },
      ...(html !== undefined && { body: html }),
    });
    const text = await response.text();
    answered.push({ kind, at: secondsSince(), ms: performance.now() - sentAt });
    if (response.status === 503) deferred += 1;
    else if (!response.ok) surprises.push(`${kind}: ${response.status} ${path} ${text.slice(0, 300)}`);
    else if (outcome !== undefined) {
      const answer = JSON.parse(text);
      if (answer.outcome !== outcome) surprises.push(`${kind}: ${path} is ${answer.outcome} instead of ${outcome}`);
      request.onAnswer?.(answer);
    }
  } catch (error) {
    surprises.push(`${kind}: ${path} ${error}`);
  }
  inFlight -= 1;
}

function sampleMemory(child: ChildProcess): void {
  for (const { name, pid, rssMb } of measureMemory(child.pid as number)) {
    const series = processes.get(pid) ?? { name, resident: [], kept: [], worked: [] };
    processes.set(pid, series);
    series.resident.push({ at: secondsSince(), value: rssMb });
  }
}

/** A line of a process that tells what it keeps; functions log all else. */
function readKept(line: string): void {
  if (!line.startsWith('{"pid":')) return;
  const { pid, keptMb, workedSeconds } = JSON.parse(line) as Kept;
  const at = secondsSince();
  processes.get(pid)?.kept.push({ at, value: keptMb });
  processes.get(pid)?.worked.push({ at, value: workedSeconds });
}

/** The value below which this share of the list lies. */
function quantile(list: readonly number[], share: number): number {
  const sorted = list.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

/** A quantile of the latencies, bucket after bucket. */
function latencyOverTime(share: number): Point[] {
  const bucketSeconds = Math.max(5, (minutes * 60) / 90);
  const buckets = Map.groupBy(answered, ({ at }) => Math.floor(at / bucketSeconds));
  return [...buckets]
    .sort(([a], [b]) => a - b)
    .map(([bucket, list]) => ({
      at: (bucket + 0.5) * bucketSeconds,
      value: quantile(
        list.map(({ ms }) => ms),
        share,
      ),
    }));
}

function tell(): boolean {
  const kinds = [...Map.groupBy(answered, ({ kind }) => kind)].sort(([a], [b]) => (a < b ? -1 : 1));
  printTable([
    ["traffic", "requests", "p50 ms", "p95 ms", "p99 ms"],
    ...kinds.map(([kind, list]) => [
      kind,
      list.length.toLocaleString("en"),
      ...[0.5, 0.95, 0.99].map((share) =>
        quantile(
          list.map(({ ms }) => ms),
          share,
        ).toFixed(0),
      ),
    ]),
  ]);
  const { judged, unjudged } = judgeProcesses([...processes.values()], { warmAt, minutes });
  printTable([
    ["process", "resident MB", "gained", "kept MB", "gained", "an hour", ""],
    ...judged.map(({ name, resident, kept, verdict }) => [
      name,
      resident.mean.toFixed(0),
      resident.gained.toFixed(1),
      kept?.mean.toFixed(1) ?? "",
      kept?.gained.toFixed(1) ?? "",
      kept?.perHour.toFixed(1) ?? "",
      verdict,
    ]),
  ]);
  const growing = judged.filter(({ verdict }) => verdict !== "flat");
  printTable([
    ["minutes", String(minutes)],
    ["seed", String(seed)],
    ["requests", answered.length.toLocaleString("en")],
    ["not sent, since the machine was too slow", String(skipped)],
    ["answered 503, to be sent again", String(deferred)],
    ["answers that are not right", String(surprises.length)],
    ["memory", tellMemory(judged.length, growing.length)],
  ]);
  if (unjudged.length > 0) {
    console.log(
      `Not judged, since no process of it had worked enough: ${unjudged.join(", ")}. Ask for more --minutes.`,
    );
  }
  for (const what of surprises.slice(0, 10)) console.log(`NOT RIGHT: ${what}`);
  const isFlat = minutes < minutesToJudge.kept || (judged.length > 0 && growing.length + unjudged.length === 0);
  const isSent = skipped <= maxUnsentShare * (answered.length + skipped);
  if (!isSent)
    console.log("The machine was too slow for this traffic, so that it proves little: ask for less by --rate.");
  return isFlat && isSent && surprises.length === 0;
}

function tellMemory(judged: number, growing: number): string {
  const found = growing === 0 ? `flat in all ${judged} processes` : `grows in ${growing} of ${judged} processes`;
  if (minutes < minutesToJudge.kept) return `${found}; ${minutesToJudge.kept} minutes are needed to judge that`;
  if (minutes < minutesToJudge.resident) {
    return `${found}, by what they keep; ${minutesToJudge.resident} minutes are needed to judge what is resident`;
  }
  return found;
}

function plot(): string {
  const directory = new URL("../../.local/soak/", import.meta.url).pathname;
  mkdirSync(directory, { recursive: true });
  const file = join(directory, "soak.svg");
  const linesOf = (what: "resident" | "kept") =>
    [...processes.values()]
      .map(({ name, [what]: points }) => ({ name, points }))
      .filter(({ points }) => points.length > 1);
  const latencies = [0.5, 0.95, 0.99].map((share) => ({ name: `p${share * 100}`, points: latencyOverTime(share) }));
  writeFileSync(
    file,
    drawPlot(
      [
        { title: "Latency of all requests", unit: "ms", lines: latencies },
        { title: "What every process keeps, after collecting garbage", unit: "MB", lines: linesOf("kept") },
        { title: "Resident memory of every process", unit: "MB", lines: linesOf("resident") },
      ],
      { at: warmAt, label: "judged from here" },
    ),
  );
  return file;
}

await synthesize(cdkOut, () => console.error("Building the stack …"));
const child = fork(new URL("serve.ts", import.meta.url), {
  env: { ...process.env, NODE_OPTIONS: limitHeap(functionMemory.requests) },
  execArgv: [
    "--expose-gc",
    // All that a young generation may take it takes at once: what grows later is something else.
    `--min-semi-space-size=${semiSpaceMb}`,
    "--import",
    new URL("tell-kept.ts", import.meta.url).href,
  ],
  stdio: ["ignore", "pipe", "inherit", "ipc"],
});
createInterface({ input: child.stdout as Readable }).on("line", readKept);
const [serving] = (await once(child, "message")) as [Serving];
const traffic = openTraffic(openRandom(seed), serving.submitKeys.length);
let isStopped = false;
process.once("SIGINT", () => {
  isStopped = true;
});
for (let n = 0; n < warmUpRequests; n++) {
  await send(traffic.submit(), serving);
  await send(traffic.read(), serving);
}
answered.length = 0;
startedAt = Date.now();
const endsAt = startedAt + minutes * 60_000;
const sampler = setInterval(() => sampleMemory(child), sampleMs);
const progress = showProgress({ total: Math.round(minutes * 60), unit: "seconds" });
for (let n = 0; Date.now() < endsAt && !isStopped; n++) {
  void send(traffic.submit(), serving);
  void send(traffic.read(), serving);
  progress.show(Math.round(secondsSince()), `${answered.length} answers, ${surprises.length} not right`);
  await sleep(Math.max(0, startedAt + (n + 1) * (1000 / rate) - Date.now()));
}
while (inFlight > 0) await sleep(100);
clearInterval(sampler);
progress.end();
const isWell = tell();
console.log(`Plot: ${plot()}`);
child.disconnect();
await once(child, "exit");
process.exitCode = isWell ? 0 : 1;
