import { createHash } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Checkpoint, CheckpointFile } from "./reprocess.ts";

/**
 * Keeps how far a run is in a file that is always whole.
 *
 * @param identity what makes it the same run: stack, days, partner, rules
 */
export function openCheckpointFile(directory: string, identity: readonly (string | undefined)[]): CheckpointFile {
  const name = createHash("sha256").update(JSON.stringify(identity)).digest("hex").slice(0, 16);
  const file = join(directory, `${name}.json`);
  return {
    async read() {
      const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
        if (error.code === "ENOENT") return undefined;
        throw error;
      });
      return text === undefined ? undefined : (JSON.parse(text) as Checkpoint);
    },
    async write(checkpoint) {
      await mkdir(dirname(file), { recursive: true });
      await writeFile(`${file}.new`, JSON.stringify(checkpoint), { flush: true });
      await rename(`${file}.new`, file);
    },
    remove: () => rm(file, { force: true }),
  };
}
