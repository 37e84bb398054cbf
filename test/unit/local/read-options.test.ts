import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";

const root = new URL("../../..", import.meta.url).pathname;

test.each([
  ["infra/local/start.ts", ["--direktory", "x"], "Unknown option '--direktory'."],
  ["test/simulate/simulate.ts", ["--scenario", "5"], "Unknown option '--scenario'."],
  ["test/simulate/simulate.ts", ["--scenarios", "0"], "--scenarios is a whole number from 1 on, not “0”."],
  ["test/simulate/simulate.ts", ["--protocol", "none"], "There is no protocol “none”."],
  ["test/fuzz/run.ts", ["--request", "5"], "Unknown option '--request'."],
  ["test/fuzz/run.ts", ["--requests", "0"], "--requests is a whole number from 1 on, not “0”."],
  ["test/fuzz/run.ts", ["--requests="], "--requests is a whole number from 1 on, not “”."],
  ["test/soak/run.ts", ["thirty"], "Unexpected argument 'thirty'."],
  ["test/soak/run.ts", ["--rate", "fast"], "Minutes, rate and seed are numbers above 0."],
  ["test/faults/run.ts", ["--fault", "5"], "Unknown option '--fault'."],
  ["test/faults/run.ts", ["--faults", "0"], "--faults is a whole number from 1 on, not “0”."],
  ["test/faults/run.ts", ["--clients", "1e1"], "--clients is a whole number from 1 on, not “1e1”."],
  ["test/bench/bench.ts", ["--quickly"], "Unknown option '--quickly'."],
])("%s %j is refused, with how it is used", async (script, args, words) => {
  const child = spawn(process.execPath, [script, ...args], { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  const [out, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  const [first, blank, usage] = errors.split("\n");
  expect({ out, code, first, blank }).toEqual({ out: "", code: 2, first: expect.stringContaining(words), blank: "" });
  expect(usage).toMatch(/^Usage: npm /);
  expect(errors).not.toMatch(/^ {4}at /m);
});
