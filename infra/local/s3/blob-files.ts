import { randomBytes } from "node:crypto";
import { mkdirSync, openSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";

export type BlobFiles = ReturnType<typeof openBlobFiles>;

/**
 * The bodies of all objects, one file each, under random names in 256 folders: no key ever becomes part of a path. A
 * file is named in `loose_blob` from before it is made until the transaction that gives it an owner, and again from the
 * transaction that takes its owner away until it is gone. So a crash leaves no file that is not on that list, and the
 * clean-up at the start looks at the list only and costs nothing per object.
 */
export function openBlobFiles(database: DatabaseSync, directory: string) {
  const addLoose = database.prepare("INSERT INTO loose_blob (blob) VALUES (?)");
  const dropLoose = database.prepare("DELETE FROM loose_blob WHERE blob = ?");
  const listLoose = database.prepare("SELECT blob FROM loose_blob");
  for (let folder = 0; folder < 256; folder++) {
    mkdirSync(join(directory, folder.toString(16).padStart(2, "0")), { recursive: true });
  }
  const pathOf = (blob: string) => join(directory, blob.slice(0, 2), blob);

  const files = {
    /** Names a new file; it is loose until `adopt`. */
    create(): { blob: string; path: string } {
      const blob = randomBytes(16).toString("hex");
      addLoose.run(blob);
      return { blob, path: pathOf(blob) };
    },
    /** Part of the transaction that gives the file an owner. */
    adopt(blob: string): void {
      dropLoose.run(blob);
    },
    /** Part of the transaction that takes the owner away; `remove` has to follow its commit. */
    loosen(blob: string): void {
      addLoose.run(blob);
    },
    /** Deletes loose files; who still has one open can read it to the end. */
    remove(blobs: readonly string[]): void {
      for (const blob of blobs) {
        rmSync(pathOf(blob), { force: true });
        dropLoose.run(blob);
      }
    },
    /** A file descriptor for reading; the caller closes it. */
    open(blob: string): number {
      return openSync(pathOf(blob), "r");
    },
  };
  files.remove(listLoose.all().map((row) => String(row["blob"])));
  return files;
}
