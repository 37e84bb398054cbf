import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { printTable } from "../print-table.ts";
import { fileKinds, runWorker, writeFile } from "./run-worker.ts";

/** The promise: a gigabyte in half of it. */
const maxPeakMb = 512;

/** @param options megabytes of each file, unpacked; a gigabyte where it is left out */
export async function run([size = "1024"]: readonly string[]): Promise<void> {
  const megabytes = Number(size);
  if (!Number.isInteger(megabytes) || megabytes < 1) throw new Error("Say how many megabytes the files are to have.");
  const directory = mkdtempSync(join(tmpdir(), "copydesk-import-"));
  const rows: string[][] = [];
  try {
    for (const kind of fileKinds) {
      const path = join(directory, "file");
      const items = await writeFile(path, kind, megabytes * 1024 ** 2);
      const report = await runWorker(path, kind);
      if (report.state !== "completed" || report.items !== items) {
        throw new Error(
          `${kind.name}: of ${items} items ${report.items} came; ${report.state}. ${report.problem ?? ""}`,
        );
      }
      rows.push([
        kind.name,
        (statSync(path).size / 1024 ** 2).toFixed(0),
        items.toLocaleString("en"),
        report.seconds.toFixed(1),
        (megabytes / report.seconds).toFixed(0),
        String(report.peakMb),
      ]);
      rmSync(path);
    }
  } finally {
    rmSync(directory, { recursive: true });
  }
  console.log(
    `Files of ${megabytes} MB unpacked, read, split and parsed; what the pipeline does with an item is left out.\n`,
  );
  printTable([["file", "MB", "items", "seconds", "MB/s", "peak MB"], ...rows]);
  if (rows.some((row) => Number(row.at(-1)) > maxPeakMb)) throw new Error(`More than ${maxPeakMb} MB of memory.`);
}
