import type { ErasureRecord } from "../../../shared/stores/erasure-log.ts";
import type { ErasureTable } from "../../../shared/stores/erasure-table.ts";
import type { TableItem } from "../../../shared/stores/scan-table.ts";
import { importObjects } from "../../../shared/stores/table-keys.ts";
import { type EraseContext, rawPrefixes, type Work, waitUntil } from "./erasure-work.ts";
import { judgeImportItem, judgePartnerItem } from "./judge-partner-item.ts";

/** A function with the key of a partner in memory takes it for a minute more, and then has 20 s for its request. */
const closingMs = 90_000;

/**
 * Takes from a partner what it can send with, its keys and its imports, and waits until nobody can be at work for it. A worker ends
 * when the import that it is at is gone.
 *
 * @returns the record with the time since when that is so
 */
export async function closePartner(record: ErasureRecord, work: Work): Promise<ErasureRecord> {
  const { context } = work;
  const partner = record.name;
  await eraseItems(context.partnerItems, (item) => judgePartnerItem(item, partner), work);
  const importIds = await findImportIds(partner, context);
  await eraseImportFiles(importIds, work);
  await eraseItems(context.importItems, (item) => judgeImportItem(item, importIds), work);
  const closedAt = record.closedAt ?? context.now().toISOString();
  if (record.closedAt === undefined) await context.erasures.saveErasure({ ...record, closedAt });
  await waitUntil(Date.parse(closedAt) + closingMs, "nobody can be at work for the partner", work);
  await eraseImportFiles(importIds, work);
  return { ...record, closedAt };
}

async function eraseImportFiles(importIds: ReadonlySet<string>, { context, count }: Work): Promise<void> {
  for (const prefix of [...importIds].flatMap(importPrefixes)) {
    for await (const files of context.importFiles.list(prefix)) {
      await context.importFiles.remove(files);
      count("import files", files.length);
    }
  }
}

/** All that was ever stored for a partner. */
export async function erasePartnerObjects(partner: string, { context, progress, count }: Work): Promise<void> {
  for (const prefix of rawPrefixes(partner)) {
    for await (const versions of context.rawObjects.list(prefix)) {
      await context.rawObjects.remove(versions);
      count("raw objects", versions.length);
      progress.update(`removing raw objects below ${prefix}`);
    }
  }
}

export async function findImportIds(partner: string, { importItems }: EraseContext): Promise<Set<string>> {
  const ids = new Set<string>();
  for await (const items of importItems.scan()) {
    for (const item of items) if (item["partner"] === partner) ids.add(String(item["id"]));
  }
  return ids;
}

async function eraseItems(
  table: ErasureTable,
  judge: (item: TableItem) => string | undefined,
  { count }: Pick<Work, "count">,
): Promise<void> {
  for await (const items of table.scan()) {
    for (const item of items) {
      const place = judge(item);
      if (place === undefined) continue;
      await table.remove(item);
      count(place);
    }
  }
}

function importPrefixes(id: string): string[] {
  return [importObjects.upload(id), importObjects.failures(id, 0, "").replace(/[^/]*$/, "")];
}
