import { Readable } from "node:stream";
import type { Source } from "../../../infra/push/list-sources.ts";

/** A source in memory, read in chunks of the size that is given. */
export function makeSource(name: string, content: string | Uint8Array, chunkBytes = 1 << 16): Source {
  const bytes = Buffer.from(content);
  function* chunks() {
    for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
  }
  return { name, bytes: bytes.length, open: () => Readable.from(chunks()) };
}
