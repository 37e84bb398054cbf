import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeScratchDirectory } from "../../../infra/local/make-scratch-directory.ts";

const module = new URL("../../../infra/local/make-scratch-directory.ts", import.meta.url).pathname;

test("what is removed is gone, with what it holds, and the process knows nothing more of it", () => {
  const listeners = process.listenerCount("exit");
  const { path, remove } = makeScratchDirectory("scratch");
  writeFileSync(join(path, "file"), "x");
  remove();
  expect(existsSync(path)).toBe(false);
  expect(process.listenerCount("exit")).toBe(listeners);
});

test.each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const)("%s leaves no directory behind", async (signal, status) => {
  const script = `import { endOnSignals, makeScratchDirectory } from ${JSON.stringify(module)};
    endOnSignals();
    console.log(makeScratchDirectory("scratch").path);
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [chunk] = await once(child.stdout, "data");
  const path = String(chunk).trim();
  expect(existsSync(path)).toBe(true);
  const exited = once(child, "exit");
  child.kill(signal);
  expect(await exited).toEqual([status, null]);
  expect(existsSync(path)).toBe(false);
});
