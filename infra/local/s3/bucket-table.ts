import type { DatabaseSync } from "node:sqlite";
import { runInTransaction } from "./run-in-transaction.ts";
import { S3Error } from "./s3-error.ts";

/** `""` until versioning is first switched on, as in S3; it can then only be suspended. */
export type Versioning = "" | "Enabled" | "Suspended";
export type BucketTable = ReturnType<typeof openBucketTable>;

export function openBucketTable(database: DatabaseSync) {
  const select = database.prepare("SELECT versioning FROM bucket WHERE name = ?");
  const insert = database.prepare("INSERT OR IGNORE INTO bucket (name) VALUES (?)");
  const update = database.prepare("UPDATE bucket SET versioning = ? WHERE name = ?");
  const remove = database.prepare("DELETE FROM bucket WHERE name = ?");
  const selectAny = database.prepare("SELECT 1 FROM version WHERE bucket = ? LIMIT 1");

  const table = {
    /** @throws S3Error BucketAlreadyOwnedByYou */
    create(name: string): void {
      if (insert.run(name).changes === 1) return;
      throw new S3Error("BucketAlreadyOwnedByYou", "The bucket you tried to create already exists, and you own it.");
    },
    /** @throws S3Error NoSuchBucket */
    versioningOf(name: string): Versioning {
      const row = select.get(name);
      if (row === undefined) throw new S3Error("NoSuchBucket", "The specified bucket does not exist");
      return row["versioning"] as Versioning;
    },
    /** @throws S3Error NoSuchBucket */
    setVersioning(name: string, versioning: Versioning): void {
      table.versioningOf(name);
      update.run(versioning, name);
    },
    /** @throws S3Error NoSuchBucket; BucketNotEmpty also when only old versions or delete markers are left */
    delete(name: string): void {
      runInTransaction(database, () => {
        table.versioningOf(name);
        if (selectAny.get(name)) throw new S3Error("BucketNotEmpty", "The bucket you tried to delete is not empty");
        remove.run(name);
      });
    },
  };
  return table;
}
