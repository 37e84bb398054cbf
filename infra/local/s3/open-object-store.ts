import { join } from "node:path";
import { type BlobFiles, openBlobFiles } from "./blob-files.ts";
import { type BucketTable, openBucketTable } from "./bucket-table.ts";
import { openDatabase } from "./open-database.ts";
import { openVersionTable, type VersionTable } from "./version-table.ts";

export type ObjectStore = {
  readonly buckets: BucketTable;
  readonly versions: VersionTable;
  readonly blobs: BlobFiles;
  readonly close: () => void;
};

/**
 * Opens the store below `directory`: `index.sqlite` and `blobs/`. An upload goes to a new file of its own; one
 * transaction then makes it the object. A process killed at any moment leaves the old object or the new one, and the
 * next start removes what is left over.
 *
 * @throws Error when another process has the directory open
 */
export function openObjectStore(directory: string, now: () => number): ObjectStore {
  const database = openDatabase(directory);
  const blobs = openBlobFiles(database, join(directory, "blobs"));
  const buckets = openBucketTable(database);
  const versions = openVersionTable(database, { buckets, blobs, now });
  return { buckets, versions, blobs, close: () => database.close() };
}
