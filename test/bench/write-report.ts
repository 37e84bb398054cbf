import { execFileSync } from "node:child_process";
import { cpus } from "node:os";
import { drawPlot } from "../support/draw-plot.ts";
import type { Budget, Section } from "./section.ts";

const begin = "<!-- bench:begin -->";
const end = "<!-- bench:end -->";

/** Writes the report between the markers of a document, in place of what stood there. */
export function replaceReport(document: string, report: string): string {
  const [from, to] = [document.indexOf(begin), document.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`The document has no ${begin} with ${end} behind it.`);
  return `${document.slice(0, from + begin.length)}\n${report}\n${document.slice(to)}`;
}

/** The budgets first, then a table for each section, in Markdown. */
export function writeReport(sections: readonly Section[], where: string): string {
  const budgets = sections.flatMap((section) => section.budgets);
  return [
    where,
    writeTable([["budget", "measured", "at most", ""], ...budgets.map(describeBudget)]),
    ...sections.map(({ title, note, rows }) =>
      [`**${title}.** ${note}`, ...(rows.length > 0 ? [writeTable(rows)] : [])].join("\n\n"),
    ),
  ].join("\n\n");
}

function describeBudget({ what, measured, atMost, show }: Budget): string[] {
  return [what, show(measured), show(atMost), measured <= atMost ? "kept" : "**not kept**"];
}

/** The first column is set left, the others right. */
function writeTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(3, ...rows.map((row) => row[column]?.length ?? 0)));
  const writeRow = (row: readonly string[]) =>
    `| ${widths.map((width, column) => (column === 0 ? (row[0] ?? "").padEnd(width) : (row[column] ?? "").padStart(width))).join(" | ")} |`;
  const [header = [], ...body] = rows;
  const line = `|${widths.map((width, column) => (column === 0 ? "-".repeat(width + 2) : `${"-".repeat(width + 1)}:`)).join("|")}|`;
  return [writeRow(header), line, ...body.map(writeRow)].join("\n");
}

/** The machine, the commit and the day: without them a figure says nothing. */
export function describeRun(now: Date): string {
  const git = (...args: string[]) => execFileSync("git", args, { encoding: "utf8", cwd: import.meta.dirname }).trim();
  const changed = git("status", "--porcelain", "--", ":/functions", ":/infra", ":/shared", ":/package-lock.json");
  const commit = `${git("rev-parse", "--short", "HEAD")}${changed === "" ? "" : " with changes"}`;
  const model = cpus()[0]?.model.trim() ?? "an unknown CPU";
  return `${model}, ${cpus().length} cores, Node ${process.versions.node}; commit ${commit}, ${now.toISOString().slice(0, 10)}.`;
}

/** What grows with size, as an SVG document. */
export function drawGrowth(sections: readonly Section[]): string {
  return drawPlot(sections.flatMap(({ panels = [] }) => panels));
}
