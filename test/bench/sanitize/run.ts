import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { checkAnswers } from "./check-answers.ts";
import { hostileShapes } from "./hostile-shapes.ts";
import { type Failure, measure } from "./measure.ts";
import type { Measurement } from "./worker.ts";

const peers = ["ours", "sanitize-html", "dompurify", "rehype-sanitize"] as const;
type Peer = (typeof peers)[number];

const sizes = [3_000, 20_000, 200_000];
const shapeSize = 25_000;
const shapeTimeoutMs = 10_000;
/** Below this CPU time a measurement is noise, and its growth says nothing. */
const noiseMs = 3;
const maxExponent = 1.45;

/**
 * Compares the reader with other sanitizers: speed on generated articles, what it costs to load and to ship, memory, and
 * how each takes hostile shapes. Every figure is CPU time of a fresh process; ratios are what to look at.
 *
 * Options: `--ours` leaves the others out of the shapes, `--shape=NAME` takes only shapes of that name.
 */
export async function run(options: readonly string[]): Promise<void> {
  for (const peer of peers) {
    const { sanitize }: { sanitize: (html: string) => string } = await import(`./peers/${peer}.ts`);
    checkAnswers(peer, sanitize);
  }
  console.log("Answers are right. CPU times in ms, × is how many times as fast as DOMPurify with jsdom.\n");
  await compareCosts();
  await compareShapes(options.includes("--ours") ? ["ours"] : peers, options);
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

async function compareShapes(candidates: readonly Peer[], options: readonly string[]): Promise<void> {
  const only = options.find((option) => option.startsWith("--shape="))?.slice("--shape=".length);
  const rows: string[][] = [["hostile shape, ms at n, 2n, 4n", ...candidates]];
  const bad = new Map<Peer, number>();
  const worst = new Map<Peer, number>();
  for (const shape of hostileShapes.keys()) {
    if (only !== undefined && !shape.includes(only)) continue;
    const cells: string[] = [];
    for (const peer of candidates) {
      const results: (Measurement | Failure)[] = [];
      for (const factor of [1, 2, 4]) {
        const size = shapeSize * factor * (peer === "ours" ? 20 : 1);
        const result = await measure({ peer, measure: "shape", shape, size }, shapeTimeoutMs);
        results.push(result);
        if (typeof result === "string") break;
      }
      const exponent = growthExponent(results);
      const growth = Math.max(...results.map((result) => (typeof result === "string" ? 0 : (result["growth"] ?? 0))));
      const failed = results.find((result) => typeof result === "string");
      const isBad = failed !== undefined || exponent > maxExponent || growth > 20;
      if (isBad) bad.set(peer, (bad.get(peer) ?? 0) + 1);
      worst.set(peer, Math.max(worst.get(peer) ?? 0, exponent));
      const times = results.map((result) => (typeof result === "string" ? result : (result["ms"] ?? 0).toFixed(0)));
      cells.push(
        `${times.join(" ")} (n^${exponent.toFixed(2)}${growth > 2 ? `, ×${growth.toFixed(1)}` : ""})${isBad ? " !" : ""}`,
      );
    }
    rows.push([shape, ...cells]);
  }
  printTable(rows);
  for (const peer of candidates) {
    const count = bad.get(peer) ?? 0;
    const exponent = (worst.get(peer) ?? 0).toFixed(2);
    console.log(
      `${peer}: ${count} of ${rows.length - 1} shapes crash, time out, explode or grow faster than n^${maxExponent}; worst exponent ${exponent}`,
    );
  }
}

/** Of the times at n and 4n: 1 is linear, 2 quadratic. */
function growthExponent(results: readonly (Measurement | Failure)[]): number {
  const [first, , last] = results;
  if (first === undefined || last === undefined || typeof first === "string" || typeof last === "string") return 0;
  const [small, large] = [Math.max(first["ms"] ?? 0, noiseMs), Math.max(last["ms"] ?? 0, noiseMs)];
  return Math.log(large / small) / Math.log(4);
}

function figureOf(result: Measurement | Failure, name: string): number {
  return typeof result === "string" ? Number.NaN : (result[name] ?? Number.NaN);
}

function printTable(rows: readonly (readonly string[])[]): void {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  for (const row of rows) {
    console.log(
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join("  "),
    );
  }
  console.log("");
}
