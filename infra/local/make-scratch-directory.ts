import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface ScratchDirectory {
  readonly path: string;
  remove(): void;
}

/** Makes a directory that is removed when the process ends, if not before; see `endOnSignals`. */
export function makeScratchDirectory(name: string): ScratchDirectory {
  const path = mkdtempSync(join(tmpdir(), `copydesk-${name}-`));
  const remove = () => {
    process.off("exit", remove);
    // Servers that end just now may still write.
    rmSync(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  };
  process.on("exit", remove);
  return { path, remove };
}

/** Ends the process at Ctrl-C so that what it has on the disk is removed. */
export function endOnSignals(): void {
  process.once("SIGINT", () => process.exit(130));
  process.once("SIGTERM", () => process.exit(143));
}
