import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { printTable } from "../print-table.ts";
import { checkAnswers } from "./check-answers.ts";
import { hostileShapes } from "./hostile-shapes.ts";
import { type Failure, figureOf, measure, openMeasurer } from "./measure.ts";
import { type Peer, peers } from "./peers.ts";
import type { Measurement } from "./worker.ts";

const sizes = [3_000, 20_000, 200_000];
const shapeSize = 12_500;
/** Ours takes these at once without a measurable time; it gets as many times more. */
const ourFactor = 40;
const shapeTimeoutMs = 4_000;
/** Below this CPU time a measurement is noise, and its growth says nothing. */
const noiseMs = 3;
const maxExponent = 1.45;
/** An output of more characters for each of the input is an explosion. */
const maxGrowth = 20;

/**
 * Compares the reader with other sanitizers: what gets through, speed on generated articles, what it costs to load and to ship, memory, and
 * how each takes hostile shapes. Every figure is CPU time of a fresh process; ratios are what to look at.
 *
 * Options: `--shapes` takes the hostile shapes alone, `--ours` leaves the others out of them, `--shape=NAME` takes only shapes of that name.
 */
export async function run(options: readonly string[]): Promise<void> {
  for (const peer of peers) {
    const { sanitize }: { sanitize: (html: string) => string } = await import(`./peers/${peer}.ts`);
    await checkAnswers(peer, sanitize);
  }
  console.log("Answers are right. CPU times in ms, × is how many times as fast as DOMPurify with jsdom.\n");
  if (!options.includes("--shapes")) {
    await compareSafety();
    await compareCosts();
  }
  await compareShapes(options.includes("--ours") ? ["ours"] : peers, options);
}

async function compareSafety(): Promise<void> {
  const rows: string[][] = [["of all payloads", "dangerous", "escape from raw text", "unstable"]];
  for (const peer of peers) {
    const counts = await measure({ peer, measure: "safety" }, 300_000);
    rows.push([peer, ...["dangerous", "escapes", "unstable"].map((name) => figureOf(counts, name).toFixed(0))]);
  }
  printTable(rows);
}

async function compareCosts(): Promise<void> {
  const speeds = new Map<Peer, number[]>();
  for (const peer of peers) {
    const times: number[] = [];
    for (const size of sizes) {
      const count = Math.max(6, Math.round((peer === "dompurify" ? 1_000_000 : 4_000_000) / size));
      times.push(figureOf(await measure({ peer, measure: "speed", size, count }), "ms"));
    }
    speeds.set(peer, times);
  }
  const folder = await mkdtemp(join(tmpdir(), "bench-sanitize-"));
  const reference = speeds.get("dompurify") ?? [];
  const rows: string[][] = [["", "3 KB", "×", "20 KB", "×", "200 KB", "×", "load ms", "bundle KB", "heap B/article"]];
  for (const peer of peers) {
    const times = speeds.get(peer) ?? [];
    const { loadMs, kb } = await weighBundle(peer, folder);
    const memory = await measure({ peer, measure: "memory", count: peer === "ours" ? 20_000 : 2_000 });
    rows.push([
      peer,
      ...times.flatMap((time, index) => [time.toFixed(2), ((reference[index] ?? Number.NaN) / time).toFixed(1)]),
      loadMs,
      kb,
      figureOf(memory, "bytesPerArticle").toFixed(0),
    ]);
  }
  await rm(folder, { recursive: true });
  printTable(rows);
  const line = await measure({ peer: "ours", measure: "line", size: 6_000_000 });
  console.log(
    `\nours, one line of 6 MB: ${figureOf(line, "ms").toFixed(0)} ms, ${figureOf(line, "mb").toFixed(0)} MB\n`,
  );
}

/** Bundles a candidate as the functions are bundled: its size, and what it costs to load. */
async function weighBundle(peer: Peer, folder: string): Promise<{ loadMs: string; kb: string }> {
  const bundle = join(folder, `${peer}.cjs`);
  await build({
    entryPoints: [fileURLToPath(new URL(`peers/${peer}.ts`, import.meta.url))],
    outfile: bundle,
    bundle: true,
    minify: true,
    platform: "node",
    format: "cjs",
    mainFields: ["module", "main"],
    logLevel: "silent",
  });
  const { size } = await stat(bundle);
  // The least of five, because a cold file cache counts as CPU too.
  const times: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    times.push(figureOf(await measure({ peer, measure: "import", bundle }), "ms"));
  }
  const least = Math.min(...times);
  return { loadMs: Number.isNaN(least) ? "does not run" : least.toFixed(0), kb: (size / 1024).toFixed(0) };
}

interface ShapeResult {
  readonly cell: string;
  readonly isBad: boolean;
  readonly exponent: number;
}

async function compareShapes(candidates: readonly Peer[], options: readonly string[]): Promise<void> {
  const only = options.find((option) => option.startsWith("--shape="))?.slice("--shape=".length);
  const shapes = [...hostileShapes.keys()].filter((shape) => only === undefined || shape.includes(only));
  const results = new Map<Peer, ShapeResult[]>();
  for (const peer of candidates) {
    const measurer = openMeasurer();
    const ofPeer: ShapeResult[] = [];
    for (const shape of shapes) ofPeer.push(await measureShape(peer, shape, measurer));
    measurer.close();
    results.set(peer, ofPeer);
  }
  printTable([
    ["hostile shape, ms at n, 2n, 4n", ...candidates],
    ...shapes.map((shape, index) => [shape, ...candidates.map((peer) => results.get(peer)?.[index]?.cell ?? "")]),
  ]);
  for (const [peer, ofPeer] of results) {
    const bad = ofPeer.filter((result) => result.isBad).length;
    const worst = Math.max(...ofPeer.map((result) => result.exponent)).toFixed(2);
    console.log(
      `${peer}: ${bad} of ${shapes.length} shapes crash, time out, explode or grow faster than n^${maxExponent}; worst exponent ${worst}`,
    );
  }
}

async function measureShape(
  peer: Peer,
  shape: string,
  measurer: ReturnType<typeof openMeasurer>,
): Promise<ShapeResult> {
  const sizes = [1, 2, 4].map((factor) => shapeSize * factor * (peer === "ours" ? ourFactor : 1));
  const results: (Measurement | Failure)[] = [];
  for (const size of sizes) {
    const result = await measurer.measure({ peer, measure: "shape", shape, size }, shapeTimeoutMs);
    results.push(result);
    if (typeof result === "string") break;
  }
  const exponent = growthExponent(results);
  const growth = Math.max(...results.map((result) => (typeof result === "string" ? 0 : (result["growth"] ?? 0))));
  const hasFailed = results.some((result) => typeof result === "string");
  const isBad = hasFailed || exponent > maxExponent || growth > maxGrowth;
  const times = results.map((result) => (typeof result === "string" ? result : (result["ms"] ?? 0).toFixed(0)));
  const details = `n^${exponent.toFixed(2)}${growth > 2 ? `, ×${growth.toFixed(1)}` : ""}`;
  return { cell: `${times.join(" ")} (${details})${isBad ? " !" : ""}`, isBad, exponent };
}

/** Of the times at n and 4n: 1 is linear, 2 quadratic. */
function growthExponent(results: readonly (Measurement | Failure)[]): number {
  const [first, , last] = results;
  if (first === undefined || last === undefined || typeof first === "string" || typeof last === "string") return 0;
  const [small, large] = [Math.max(first["ms"] ?? 0, noiseMs), Math.max(last["ms"] ?? 0, noiseMs)];
  return Math.log(large / small) / Math.log(4);
}
