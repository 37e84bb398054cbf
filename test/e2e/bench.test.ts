import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";

const root = new URL("../..", import.meta.url).pathname;

/** A little of each part, whose figures mean nothing: nothing here looks at a time. */
let report: string;
let plot: string;
beforeAll(() => {
  const directory = mkdtempSync(join(tmpdir(), "copydesk-bench-"));
  const readme = join(directory, "README.md");
  writeFileSync(readme, "# Before\n\n<!-- bench:begin -->\nold figures\n<!-- bench:end -->\n\nAfter\n");
  execFileSync(process.execPath, ["test/bench/bench.ts", "--quick", "--readme", readme], {
    cwd: root,
    stdio: ["ignore", "ignore", "pipe"],
  });
  report = readFileSync(readme, "utf8");
  plot = readFileSync(join(directory, "growth.svg"), "utf8");
  rmSync(directory, { recursive: true });
}, 900_000);

describe("the whole benchmark", () => {
  test("writes between the markers, and nowhere else", () => {
    expect(report).toMatch(/^# Before\n\n<!-- bench:begin -->\n.+\n<!-- bench:end -->\n\nAfter\n$/s);
    expect(report).not.toContain("old figures");
  });

  test("says on which machine and of which commit", () => {
    expect(report).toMatch(/\d cores, Node 24\.\d+\.\d+; commit [0-9a-f]{7,}( with changes)?, 20\d\d-\d\d-\d\d\./);
  });

  test("has a table of every part, with a figure in every place", () => {
    const titles = [...report.matchAll(/^\*\*(.+)\.\*\* /gm)].map((found) => found[1]);
    expect(titles).toEqual([
      "Start of a submission",
      "Bundles",
      "An article over the wire",
      "Sanitizing",
      "Near-duplicates",
      "Requests and units of a submission",
      "A page of 20 from an archive",
    ]);
    expect(report).not.toMatch(/NaN|undefined|Infinity/);
  });

  test("says of each budget whether it is kept", () => {
    const table = /\| budget .+?\n\n/s.exec(report)?.[0] ?? "";
    const rows = table.trimEnd().split("\n").slice(2);
    expect(rows.length).toBeGreaterThan(8);
    for (const row of rows) expect(row).toMatch(/\| +(kept|\*\*not kept\*\*) \|$/);
  });

  test("counts what does not depend on the machine", () => {
    expect(report).toMatch(/^\| DynamoDB requests, new +\| +2 \| +2 \| +kept \|$/m);
    expect(report).toMatch(/^\| DynamoDB requests, sent again +\| +1 \| +1 \| +kept \|$/m);
    expect(report).toMatch(/^\| S3 requests, sent again +\| +0 \| +0 \| +kept \|$/m);
  });

  test("draws what grows", () => {
    expect(plot.match(/<path /g)?.length).toBeGreaterThan(10);
    expect(plot).not.toMatch(/NaN|undefined|Infinity/);
  });
});

test("the README has the place for it", () => {
  expect(readFileSync(join(root, "README.md"), "utf8")).toMatch(/<!-- bench:begin -->.*<!-- bench:end -->/s);
});
