import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { printTable } from "../print-table.ts";
import { loadTexts, type TextSet } from "./load-texts.ts";
import type { Measurement } from "./worker.ts";

const sets: Readonly<Record<TextSet, string>> = {
  paragraphs: "A paragraph of our own in each language",
  news: "News articles",
  headlines: "Their headlines, which are too short to be sure of",
};

/**
 * Compares detectors of languages: what they get right, get wrong and leave open, and what they cost. Each runs in a fresh
 * process; times are CPU times.
 */
export async function run(): Promise<void> {
  const peers = readdirSync(new URL("peers/", import.meta.url)).map((file) => file.replace(".ts", ""));
  for (const [set, title] of Object.entries(sets) as [TextSet, string][]) {
    const texts = loadTexts(set);
    if (texts === undefined) {
      console.log(`${title}: they are not here; nothing to measure.\n`);
      continue;
    }
    const languages = new Set(texts.map(({ language }) => language));
    console.log(`${title}: ${texts.length} texts in ${languages.size} languages`);
    const rows = peers.map((peer) => {
      const { right, wrong, none, msPerText, loadMs, loadMb } = measure(peer, set);
      const shares = [right, wrong, none].map((count) => (count / texts.length).toFixed(3));
      return [peer, ...shares, msPerText.toFixed(3), loadMs.toFixed(0), loadMb.toFixed(0)];
    });
    printTable([["", "right", "wrong", "none", "ms/text", "load ms", "load MB"], ...rows]);
  }
}

function measure(peer: string, set: TextSet): Measurement {
  const worker = fileURLToPath(new URL("worker.ts", import.meta.url));
  const flags = ["--no-warnings", "--expose-gc"];
  return JSON.parse(execFileSync(process.execPath, [...flags, worker, peer, set], { encoding: "utf8" }));
}
