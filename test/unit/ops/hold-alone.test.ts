import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { holdAlone } from "../../../infra/ops/reprocess/hold-alone.ts";

const directory = mkdtempSync(join(tmpdir(), "copydesk-hold-"));
const file = join(directory, "place", "run.lock");
afterAll(() => rmSync(directory, { recursive: true }));

test("a file is held by one, who leaves it to the next", () => {
  const release = holdAlone(file);
  expect(() => holdAlone(file)).toThrow(`another run, the process ${process.pid}. Wait for its end, or end it`);
  release();
  expect(readdirSync(join(directory, "place"))).toEqual(["run.lock"]);
  holdAlone(file)();
});

test("who was killed holds nothing", async () => {
  const module = new URL("../../../infra/ops/reprocess/hold-alone.ts", import.meta.url).pathname;
  const script = `import { holdAlone } from ${JSON.stringify(module)};
    holdAlone(${JSON.stringify(file)});
    console.log("held");
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  expect(() => holdAlone(file)).toThrow(`the process ${child.pid}`);
  const exited = once(child, "exit");
  child.kill("SIGKILL");
  await exited;
  holdAlone(file)();
});
