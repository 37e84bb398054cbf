import { createHash } from "node:crypto";
import { appendFile, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Checkpoint, CheckpointFile } from "./reprocess.ts";
import type { ChangeKind } from "./reprocess-article.ts";

/**
 * Keeps how far a run is in a file that is always whole, and what is about to be done in one beside it.
 *
 * @param identity what makes it the same run: stack, days, partner, version of the code
 */
export function openCheckpointFile(
  directory: string,
  identity: readonly (string | undefined)[],
): CheckpointFile & {
  /** Who writes has to hold it alone. */
  readonly lockFile: string;
} {
  const name = createHash("sha256").update(JSON.stringify(identity)).digest("hex").slice(0, 16);
  const file = join(directory, `${name}.json`);
  const notesFile = join(directory, `${name}.notes.ndjson`);
  return {
    lockFile: join(directory, `${name}.lock`),

    async read() {
      const checkpoint = await readIfThere(file);
      // A line without its end was not written whole, and so what it notes was not written at all.
      const lines = (await readIfThere(notesFile))?.split("\n").slice(0, -1) ?? [];
      return {
        checkpoint: checkpoint === undefined ? undefined : (JSON.parse(checkpoint) as Checkpoint),
        notes: new Map(lines.map((line) => JSON.parse(line) as [string, ChangeKind[]])),
      };
    },
    async note(id, changes) {
      await mkdir(directory, { recursive: true });
      await appendFile(notesFile, `${JSON.stringify([id, changes])}\n`);
    },
    async write(checkpoint) {
      await mkdir(directory, { recursive: true });
      await writeFile(`${file}.new`, JSON.stringify(checkpoint), { flush: true });
      await rename(`${file}.new`, file);
      await rm(notesFile, { force: true });
    },
    async remove() {
      await rm(file, { force: true });
      await rm(notesFile, { force: true });
    },
  };
}

function readIfThere(file: string): Promise<string | undefined> {
  return readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
}
