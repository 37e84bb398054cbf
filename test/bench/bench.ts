import { readdirSync } from "node:fs";

/** A benchmark: a folder beside this file with a `run.ts`. */
interface Benchmark {
  readonly run: (options: readonly string[]) => Promise<void>;
}

const here = new URL("./", import.meta.url);
const names = readdirSync(here, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

const [name, ...options] = process.argv.slice(2);
if (name === undefined || !names.includes(name)) {
  console.error(`Usage: npm run bench -- NAME [options]\nBenchmarks: ${names.join(", ")}`);
  process.exitCode = 2;
} else {
  const benchmark: Benchmark = await import(new URL(`${name}/run.ts`, here).href);
  await benchmark.run(options);
}
