import { createReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Readable } from "node:stream";
import { PushError } from "./push-error.ts";

/** Something to push: a file or standard input. */
export interface Source {
  /** As it is shown, and as the state knows it. */
  readonly name: string;
  /** Unknown for standard input. */
  readonly bytes?: number;
  open(): Readable;
}

/**
 * Lists what the arguments name, in order. A directory stands for all files below it, sorted by path; hidden ones are left
 * out, and links to directories are not followed but listed, so that they are accounted for.
 *
 * @param inputs paths, or `-` for standard input
 * @param here what relative paths are relative to
 * @throws PushError when an argument names nothing
 */
export async function listSources(inputs: readonly string[], here: string): Promise<Source[]> {
  const found: Source[] = [];
  for (const input of inputs) {
    if (input === "-") {
      found.push({ name: "-", open: () => process.stdin });
      continue;
    }
    const path = resolve(here, input);
    const status = await stat(path).catch((error: NodeJS.ErrnoException) => {
      throw new PushError(
        `${input} cannot be read: ${error.code === "ENOENT" ? "there is no such file" : error.code}.`,
      );
    });
    if (status.isDirectory()) found.push(...(await walk(path, input)));
    else found.push(await openFile(path, input));
  }
  return [...new Map(found.map((source) => [source.name, source])).values()];
}

async function walk(directory: string, name: string): Promise<Source[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  const shown = entries.filter((entry) => !entry.name.startsWith("."));
  shown.sort((a, b) => (a.name < b.name ? -1 : 1));
  const found: Source[] = [];
  for (const entry of shown) {
    const [path, below] = [join(directory, entry.name), join(name, entry.name)];
    if (entry.isDirectory()) found.push(...(await walk(path, below)));
    else found.push(await openFile(path, below));
  }
  return found;
}

/** What cannot be read says so when it is opened. */
async function openFile(path: string, name: string): Promise<Source> {
  const status = await stat(path).catch(() => undefined);
  return {
    name,
    bytes: status?.size ?? 0,
    open() {
      // Reading a pipe or a device could wait for ever.
      if (status !== undefined && !status.isFile()) throw new Error("It is no file.");
      return createReadStream(path, { highWaterMark: 256 * 1024 });
    },
  };
}
