import { existsSync, readdirSync } from "node:fs";
import { readOptions } from "../../infra/local/read-options.ts";
import { printTable } from "./print-table.ts";
import { runWhole } from "./run-whole.ts";
import type { Summarize } from "./section.ts";

/** A benchmark is a folder beside this file: with `summarize.ts` it is a part of the whole run, with `run.ts` it tells more. */
const here = new URL("./", import.meta.url);
const names = readdirSync(here, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== "naive")
  .map((entry) => entry.name);

const usage = `Usage: npm run bench -- [NAME [options]] [--quick] [--readme FILE]\nBenchmarks: ${names.join(", ")}`;

const [name, ...options] = process.argv.slice(2);
if (name === undefined || name.startsWith("-")) {
  const { values } = readOptions({ quick: { type: "boolean", default: false }, readme: { type: "string" } }, usage);
  await runWhole({ isQuick: values.quick, readme: values.readme });
} else if (!names.includes(name)) {
  console.error(usage);
  process.exitCode = 2;
} else if (existsSync(new URL(`${name}/run.ts`, here))) {
  const { run }: { run: (options: readonly string[]) => Promise<void> } = await import(`./${name}/run.ts`);
  await run(options);
} else {
  const { summarize }: { summarize: Summarize } = await import(`./${name}/summarize.ts`);
  const { note, rows } = await summarize({ isQuick: options.includes("--quick") });
  console.log(`${note}\n`);
  printTable(rows);
}
