import type { ErasureRecord } from "../../../shared/stores/erasure-log.ts";
import { renderTable } from "../render-table.ts";
import type { ErasureReport } from "./erase.ts";
import type { ErasurePreview } from "./run-erase.ts";

/** Whether what was asked for is done: a preview is, where nothing is left to erase. */
export function isErased(report: ErasureReport | ErasurePreview): boolean {
  if (!("isDryRun" in report)) return report.left === 0;
  const { places, before } = report;
  return places.length === 0 && before.some(isFinished) && before.every(isFinished);
}

export function showErasure(report: ErasureReport | ErasurePreview): string {
  if ("isDryRun" in report) return showPreview(report);
  const { record, places, shared, left } = report;
  const rows = places.map(({ place, found, left }) => [place, found, found - left, left]);
  return [
    rows.length === 0 ? "Nothing was found." : renderTable(["store", "found", "erased", "left"], rows),
    ...(shared === 0 ? [] : [`${shared} raw objects stay: other articles of the partner have the same bytes.`]),
    left === 0
      ? `Looked again: nothing is left. Kept are who, when and why: ${listRuns(record).map(describeRun).join("; ")}`
      : "Something is left: run the command again.",
  ].join("\n");
}

function showPreview(preview: ErasurePreview): string {
  const { target, places, before } = preview;
  const what =
    target.kind === "article"
      ? `the article ${target.id} of ${target.partner}`
      : `the partner ${target.partner}, its keys and settings, and all that it has ever sent`;
  return [
    places.length === 0
      ? "Nothing was found."
      : renderTable(
          ["store", "found"],
          places.map(({ place, found }) => [place, found]),
        ),
    ...before.map((record) =>
      isFinished(record)
        ? `Erased at ${record.finishedAt}: ${describeRun(record)}`
        : `An erasure has not come to its end: ${describeRun(record)}`,
    ),
    ...(isErased(preview) ? [] : [`Nothing was erased now. Add --yes to erase ${what}. It cannot be undone.`]),
  ].join("\n");
}

/** The log of erasures, a line for each run. */
export function showErasures({ erasures }: { readonly erasures: readonly ErasureRecord[] }): string {
  if (erasures.length === 0) return "Nothing was ever erased.";
  return renderTable(
    ["kind", "name", "started", "finished", "articles", "raw objects", "by", "reason"],
    erasures.flatMap((record) => {
      const { kind, name, startedAt, finishedAt, erased, by, reason, repeats = [] } = record;
      const [articles = 0, objects = 0] = [erased?.["articles"], erased?.["raw objects"]];
      return [
        [kind, name, startedAt, finishedAt ?? "not yet", articles, objects, by, reason],
        ...repeats.map((again) => ["", "", again.startedAt, "", "", "", again.by, again.reason]),
      ];
    }),
  );
}

function isFinished({ finishedAt }: ErasureRecord): boolean {
  return finishedAt !== undefined;
}

type Run = Pick<ErasureRecord, "by" | "startedAt" | "reason">;

function listRuns(record: ErasureRecord): readonly Run[] {
  return [record, ...(record.repeats ?? [])];
}

function describeRun({ by, startedAt, reason }: Run): string {
  return `${by}, ${startedAt}, ${reason}`;
}
