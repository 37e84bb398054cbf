import { type Entry, type Item, isItem, isRefusal, type Refusal } from "./entry.ts";

/** What is settled together: the items of one request, and what was refused on the way. */
export interface Batch {
  readonly entries: readonly Entry[];
  readonly items: readonly Item[];
  readonly refusals: readonly Refusal[];
}

export interface BatchLimits {
  readonly maxItems: number;
  readonly maxBytes: number;
}

/**
 * Far below what a request may have, so that each is answered within seconds, a retry repeats little, and the progress
 * moves.
 */
const batchLimits: BatchLimits = { maxItems: 100, maxBytes: 2 * 1024 * 1024 };

/** Gathers entries in their order. Items of one envelope go together, up to the limits; a larger one goes alone. */
export async function* makeBatches(
  entries: AsyncIterable<Entry>,
  { maxItems, maxBytes }: BatchLimits = batchLimits,
): AsyncGenerator<Batch, void, void> {
  let held: Entry[] = [];
  let last: Item | undefined;
  let bytes = 0;
  for await (const entry of entries) {
    const size = isItem(entry) ? entry.bytes.length : 0;
    const fits = held.length < maxItems && (bytes === 0 || bytes + size <= maxBytes);
    const belongs = !isItem(entry) || last === undefined || last.envelope === entry.envelope;
    if (!fits || !belongs) {
      yield close(held);
      held = [];
      last = undefined;
      bytes = 0;
    }
    held.push(entry);
    bytes += size;
    if (isItem(entry)) last = entry;
  }
  if (held.length > 0) yield close(held);
}

function close(entries: readonly Entry[]): Batch {
  return { entries, items: entries.filter(isItem), refusals: entries.filter(isRefusal) };
}
