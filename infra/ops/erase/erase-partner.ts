import type { ErasureTable } from "../../../shared/stores/erasure-table.ts";
import type { TableItem } from "../../../shared/stores/scan-table.ts";
import { importObjects } from "../../../shared/stores/table-keys.ts";
import { type EraseContext, type Work, waitUntil } from "./erasure-work.ts";
import { judgeImportItem, judgePartnerItem } from "./judge-partner-item.ts";
import type { Tally } from "./tally-erasure.ts";

/** A function with the key of a partner in memory takes it for a minute more, and then has 20 s for its request. */
const closingMs = 90_000;

/**
 * Takes from a partner what it can send with, its keys and its imports, and waits until nobody can be at work for it. A worker ends
 * when the import that it is at is gone. Since when that is so is noted.
 */
export async function closePartner(partner: string, work: Work, tally: Tally): Promise<void> {
  const { context } = work;
  await eraseItems(context.partnerItems, (item) => judgePartnerItem(item, partner));
  const importIds = await findImportIds(partner, context);
  await eraseImportFiles(importIds, context);
  await eraseItems(context.importItems, (item) => judgeImportItem(item, importIds));
  const closedAt = tally.record.closedAt ?? context.now().toISOString();
  if (tally.record.closedAt === undefined) await tally.note({ closedAt });
  await waitUntil(Date.parse(closedAt) + closingMs, "nobody can be at work for the partner", work);
  await eraseImportFiles(importIds, context);
}

async function eraseImportFiles(importIds: ReadonlySet<string>, context: EraseContext): Promise<void> {
  for await (const files of eachImportFilePage(importIds, context)) await context.importFiles.remove(files);
}

export async function* eachImportFilePage(importIds: ReadonlySet<string>, { importFiles }: EraseContext) {
  for (const prefix of [...importIds].flatMap(importPrefixes)) yield* importFiles.list(prefix);
}

export async function findImportIds(partner: string, { importItems }: EraseContext): Promise<Set<string>> {
  const ids = new Set<string>();
  for await (const items of importItems.scan()) {
    for (const item of items) if (item["partner"] === partner) ids.add(String(item["id"]));
  }
  return ids;
}

async function eraseItems(table: ErasureTable, judge: (item: TableItem) => string | undefined): Promise<void> {
  for await (const items of table.scan()) {
    for (const item of items) if (judge(item) !== undefined) await table.remove(item);
  }
}

function importPrefixes(id: string): string[] {
  return [importObjects.upload(id), importObjects.failures(id, 0, "").replace(/[^/]*$/, "")];
}
