import { ProblemError } from "../../shared/api/problem.ts";
import type { ImportRecord } from "../../shared/stores/import-record.ts";
import type { ImportTable } from "../../shared/stores/import-table.ts";

/**
 * The import of a partner. Somebody else's, one that has expired and none at all are the same answer.
 *
 * @throws ProblemError `not-found`
 */
export async function findImport(
  imports: Pick<ImportTable, "getImport">,
  id: string,
  { partner, now }: { readonly partner: string; readonly now: Date },
): Promise<ImportRecord> {
  const record = await imports.getImport(id);
  if (record?.partner === partner && record.expiresAt * 1000 > now.getTime()) return record;
  throw new ProblemError("not-found", "You have no import with this ID.");
}
