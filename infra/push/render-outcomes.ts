import { renderTable } from "../ops/render-table.ts";
import type { FileProgress } from "./tally.ts";

const known = ["created", "updated", "unchanged", "duplicate", "retracted"];

/** More rows than this are no table any more; files without failures are then added up. */
const maxRows = 40;

/** The table at the end: what became of the items, by file where there are several. */
export function renderOutcomes(files: readonly FileProgress[]): string {
  const others = new Set(files.flatMap(({ outcomes }) => Object.keys(outcomes)));
  const outcomes = [...new Set([...known, ...others])].filter((name) => name !== "failed").concat("failed");
  const row = (name: string, counted: readonly FileProgress[]) => {
    const counts = outcomes.map((outcome) => counted.reduce((sum, file) => sum + (file.outcomes[outcome] ?? 0), 0));
    return [name, counts.reduce((sum, count) => sum + count, 0), ...counts];
  };
  const shown = files.length <= maxRows ? files : files.filter((file) => file.outcomes["failed"]).slice(0, maxRows);
  const rest = files.filter((file) => !shown.includes(file));
  const rows = [
    ...shown.map((file) => row(file.file, [file])),
    ...(rest.length > 0 ? [row(`${rest.length.toLocaleString("en")} other files`, rest)] : []),
    ...(files.length > 1 ? [row("total", files)] : []),
  ];
  return renderTable(["file", "items", ...outcomes], rows);
}
