import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ExportColumn, ExportRow } from "./export-columns.ts";

/** Writes an article on each line. What an article does not have is left out, as in the answers of the API. */
export async function writeNdjson(
  file: string,
  rows: AsyncIterable<ExportRow>,
  columns: readonly ExportColumn[],
): Promise<void> {
  async function* lines() {
    for await (const row of rows) {
      const entries = columns.map(({ name, read }) => [name, read(row)] as const);
      yield `${JSON.stringify(Object.fromEntries(entries))}\n`;
    }
  }
  // On the disk before it gets its name: a file of that name is whole, also after a power cut.
  await pipeline(Readable.from(lines()), createWriteStream(file, { flush: true }));
}
