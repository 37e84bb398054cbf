import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { showKilobytes, showMs, showShare, showTimes } from "../formats.ts";
import { median } from "../median.ts";
import type { Effort, Section } from "../section.ts";
import { bundleCandidates, type Candidate, candidates } from "./bundle-candidates.ts";

/** What the functions want to find when they are loaded, and nothing else of our environment. */
const env = {
  AWS_REGION: "us-east-1",
  ARTICLES_TABLE: "articles",
  PARTNERS_TABLE: "partners",
  RAW_BUCKET: "raw",
  NEAR_DUPLICATE_DAYS: "90",
  TIMELINE_SHARDS: "1",
};

/** Loads a bundle as Lambda does, and tells the CPU time of the whole process in milliseconds. A bundle without a handler throws. */
const script = `
  const { handler } = require(process.argv[1]);
  if (typeof handler !== "function") throw new Error("There is no handler.");
  const { user, system } = process.cpuUsage();
  console.log((user + system) / 1000);
`;

/** What it costs to start a function: CPU time of a fresh process until its handler is there, over that of an empty handler. */
export async function summarize({ isQuick }: Effort): Promise<Section> {
  const directory = mkdtempSync(join(tmpdir(), "copydesk-init-"));
  try {
    const bundles = await bundleCandidates(directory);
    const times = measureInTurns(bundles, isQuick ? 1 : 15);
    const emptyMs = median(times.empty);
    const over = (name: Candidate) => median(times[name]) - emptyMs;
    const ours = over("ours");
    return {
      title: "Start of a submission",
      note: `CPU time of a fresh process until the handler is there, over an empty handler (${showMs(emptyMs)}). jsdom lies beside the naive bundles, and so does the SDK by NodejsFunction's defaults.`,
      rows: [
        ["", "init", "of ours", "bundle"],
        ...candidates
          .filter((name) => name !== "empty")
          .map((name) => [
            name,
            showMs(over(name)),
            showTimes(over(name) / ours),
            showKilobytes(statSync(bundles[name]).size),
          ]),
      ],
      budgets: [
        {
          what: "init, of the naive build's",
          measured: ours / over("naive, by NodejsFunction"),
          atMost: 0.15,
          show: showShare,
        },
        {
          what: "init, of the SDK clients' alone",
          measured: ours / over("SDK clients alone"),
          atMost: 1.4,
          show: showTimes,
        },
      ],
    };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** A round has each once, so that what else the machine does falls on all alike. The first round only fills the file cache. */
function measureInTurns(bundles: Readonly<Record<Candidate, string>>, rounds: number): Record<Candidate, number[]> {
  const times = Object.fromEntries(candidates.map((name) => [name, [] as number[]])) as Record<Candidate, number[]>;
  for (let round = 0; round <= rounds; round++) {
    for (const name of candidates) {
      const ms = Number(execFileSync(process.execPath, ["-e", script, bundles[name]], { env, encoding: "utf8" }));
      if (round > 0) times[name].push(ms);
    }
  }
  return times;
}
