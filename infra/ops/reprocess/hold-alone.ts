import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { OpsError } from "../manage-keys.ts";

/**
 * Holds a file, so that nobody else does until it is let go of. It is the operating system that holds it, by a lock of SQLite: a run
 * that was killed holds nothing, and no other process that got its number is taken for it. The empty file stays.
 *
 * @returns lets go of it
 * @throws OpsError when another process holds it
 */
export function holdAlone(file: string): () => void {
  mkdirSync(dirname(file), { recursive: true });
  const database = new DatabaseSync(file);
  try {
    database.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    database.close();
    if (!/locked/.test((error as Error).message)) throw error;
    throw new OpsError(
      `The same is being done by another run${tellProcess(`${file}.pid`)}. Wait for its end, or end it: then this one goes on where it was.`,
    );
  }
  writeFileSync(`${file}.pid`, String(process.pid));
  return () => {
    rmSync(`${file}.pid`, { force: true });
    database.close();
  };
}

function tellProcess(file: string): string {
  try {
    return `, the process ${readFileSync(file, "utf8")}`;
  } catch {
    // It began or ends just now.
    return "";
  }
}
