import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { fileKinds, runWorker, writeFile } from "../../bench/import/run-worker.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "copydesk-import-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

/** A gigabyte of each kind is what `npm run bench -- import` streams. Held in memory, these would need more than a process has here. */
test.each([
  ["NDJSON, gzipped", 500],
  ["JSON array", 250],
  ["RSS", 30],
] as const)("%s of %i MB is streamed", async (name, megabytes) => {
  const kind = fileKinds.find((candidate) => candidate.name === name);
  if (kind === undefined) throw new Error(`There is no kind ${name}.`);
  const path = join(directory, "file");
  const items = await writeFile(path, kind, megabytes * 1024 ** 2);
  const report = await runWorker(path, kind);
  expect(report).toMatchObject({ state: "completed", items });
  expect(report.peakMb).toBeLessThan(450);
});
