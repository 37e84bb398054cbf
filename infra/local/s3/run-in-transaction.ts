import type { DatabaseSync } from "node:sqlite";

/** Runs `work`, which must not wait for anything, as one transaction: nothing of it stays when it throws. */
export function runInTransaction<Result>(database: DatabaseSync, work: () => Result): Result {
  database.exec("BEGIN IMMEDIATE");
  try {
    const result = work();
    database.exec("COMMIT");
    return result;
  } catch (error) {
    database.exec("ROLLBACK");
    throw error;
  }
}
