import { canonicalizeUrl } from "../article/canonical-url.ts";
import type { ReadItem } from "../formats/parsed-item.ts";
import type { StreamedItem } from "../formats/stream-items.ts";

/** Items between two checkpoints, at most. */
export interface ChunkLimits {
  readonly items: number;
  /** Of their sources; a single item may have more. */
  readonly bytes: number;
}

/**
 * Groups items into what is worked off between two checkpoints. No two items of a chunk are for the same article: within a
 * chunk the order is free, and when a chunk has to be done again after a crash, each of its items meets what it did itself,
 * and not what a later one made of it.
 *
 * Where the document ends in a problem, or reading it in a fault, the items before that are given first.
 */
export async function* takeChunks(
  items: AsyncIterable<StreamedItem>,
  limits: ChunkLimits,
): AsyncGenerator<readonly StreamedItem[], void, void> {
  let chunk: StreamedItem[] = [];
  let bytes = 0;
  let addresses = new Set<string>();
  let failure: { readonly error: unknown } | undefined;
  const iterator = items[Symbol.asyncIterator]();
  try {
    for (;;) {
      let next: IteratorResult<StreamedItem>;
      try {
        next = await iterator.next();
      } catch (error) {
        failure = { error };
        break;
      }
      if (next.done === true) break;
      const item = next.value;
      const address = findAddress(item);
      const size = item.source?.length ?? 0;
      const isFull = chunk.length >= limits.items || bytes + size > limits.bytes;
      if (chunk.length > 0 && (isFull || (address !== undefined && addresses.has(address)))) {
        yield chunk;
        chunk = [];
        bytes = 0;
        addresses = new Set();
      }
      chunk.push(item);
      bytes += size;
      if (address !== undefined) addresses.add(address);
    }
    if (chunk.length > 0) yield chunk;
    if (failure !== undefined) throw failure.error;
  } finally {
    await iterator.return?.();
  }
}

/** What tells the article of an item from others; absent where only its text does, and equal ones are unchanged. */
export function findAddress(read: ReadItem): string | undefined {
  if (!("item" in read)) return undefined;
  if (read.item.partnerArticleId !== undefined) return `id ${read.item.partnerArticleId}`;
  const url = read.item.action === "submit" ? read.item.metadata.url : undefined;
  return url === undefined ? undefined : `url ${canonicalizeUrl(url) ?? url}`;
}
