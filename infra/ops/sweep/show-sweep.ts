import { renderTable } from "../render-table.ts";
import type { SweepReport } from "./sweep.ts";

export function showSweep({ partners, isDryRun, hasMore }: SweepReport): string {
  const total = { partner: "total", versions: 0, unreferenced: 0, bytes: 0 };
  for (const { versions, unreferenced, bytes } of partners) {
    total.versions += versions;
    total.unreferenced += unreferenced;
    total.bytes += bytes;
  }
  const rows = [...partners.filter(({ unreferenced }) => unreferenced > 0), total];
  return [
    renderTable(
      ["partner", "versions", isDryRun ? "would be removed" : "removed", "bytes"],
      rows.map(({ partner, versions, unreferenced, bytes }) => [partner, versions, unreferenced, bytes]),
    ),
    ...(hasMore ? ["There is more than one run takes: run the command again."] : []),
  ].join("\n");
}
