import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/**
 * `version` has one row for each object version and delete marker (`blob` is null); a higher `seq` is newer. Keys are
 * blobs, so that SQLite compares them as UTF-8 bytes, which is the order in which S3 lists. `loose_blob` names the files
 * that no version owns: uploads under way, and objects whose row is gone but whose file may still be there.
 */
const schema = `
  CREATE TABLE bucket (
    name TEXT PRIMARY KEY,
    versioning TEXT NOT NULL DEFAULT ''
  ) STRICT;
  CREATE TABLE version (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    bucket TEXT NOT NULL REFERENCES bucket (name),
    key BLOB NOT NULL,
    is_null INTEGER NOT NULL,
    is_latest INTEGER NOT NULL,
    stored_at INTEGER NOT NULL,
    blob TEXT,
    size INTEGER NOT NULL,
    md5 TEXT NOT NULL,
    checksum_algorithm TEXT NOT NULL,
    checksum TEXT NOT NULL,
    headers TEXT NOT NULL
  ) STRICT;
  CREATE INDEX version_by_key ON version (bucket, key, seq DESC);
  CREATE UNIQUE INDEX object_by_key ON version (bucket, key) WHERE is_latest = 1 AND blob IS NOT NULL;
  CREATE TABLE loose_blob (blob TEXT PRIMARY KEY) STRICT;
  PRAGMA user_version = 1;
`;

/**
 * Opens, or makes, the index of all objects. The write-ahead log makes each transaction all or nothing also under kill
 * -9; nothing is synced on each commit, so a power cut may lose the last few. The exclusive lock keeps a second server
 * from taking this one's uploads for leftovers; the operating system drops it with the process.
 *
 * @throws Error when another process has the directory open, or when its format is of another version
 */
export function openDatabase(directory: string): DatabaseSync {
  mkdirSync(directory, { recursive: true });
  const database = new DatabaseSync(join(directory, "index.sqlite"));
  try {
    database.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;");
    database.exec("BEGIN IMMEDIATE");
    const version = database.prepare("PRAGMA user_version").get()?.["user_version"];
    if (version === 0) database.exec(schema);
    else if (version !== 1) throw new Error(`The S3 data in ${directory} have format ${version}; this server knows 1.`);
    database.exec("COMMIT");
    return database;
  } catch (error) {
    database.close();
    if (!(error instanceof Error && /locked/.test(error.message))) throw error;
    throw new Error(`The S3 data in ${directory} are in use by another process.`, { cause: error });
  }
}
