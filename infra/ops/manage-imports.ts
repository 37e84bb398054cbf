import type { Import } from "../../shared/api/import.ts";
import { describeImport } from "../../shared/imports/describe-import.ts";
import type { ImportRecord } from "../../shared/stores/import-record.ts";
import type { ImportTable } from "../../shared/stores/import-table.ts";
import { OpsError } from "./manage-keys.ts";

/** An import with what concerns us alone. */
interface WatchedImport extends Import {
  readonly partner: string;
  readonly attempt?: number | undefined;
  readonly fault?: ImportRecord["fault"];
  /** Places of the items that met a fault of ours and are not in yet. */
  readonly faults?: readonly number[];
}

/** Imports that are being worked on or are parked, the oldest first. */
export async function listOpenImports(imports: ImportTable, now: Date): Promise<{ imports: WatchedImport[] }> {
  const found = await Promise.all((await imports.listOpen()).map((id) => imports.getImport(id)));
  return { imports: found.filter((record) => record !== undefined).map((record) => watch(record, now)) };
}

/** @throws OpsError when there is none */
export async function showImport(imports: ImportTable, id: string, now: Date): Promise<WatchedImport> {
  const record = await imports.getImport(id);
  if (record === undefined) throw new OpsError(`There is no import ${id}. imports list shows those that are open.`);
  return watch(record, now);
}

function watch(record: ImportRecord, now: Date): WatchedImport {
  const { partner, lease, fault, faults } = record;
  return {
    ...describeImport(record, now),
    partner,
    attempt: lease?.attempt,
    ...(fault && { fault }),
    ...(faults && { faults: faults.map(({ index }) => index) }),
  };
}
