import type { ReadItem } from "./parsed-item.ts";

/**
 * Adds a warning to an item whose ID another item before it had: the later one becomes a revision of the earlier one. That
 * may be meant, but a feed whose guids are all alike would leave one article of many.
 */
export function* markRepeats(items: Iterable<ReadItem>): Generator<ReadItem, void, void> {
  const seen = new Map<string, number>();
  for (const read of items) {
    const id = "item" in read ? read.item.partnerArticleId : undefined;
    const earlier = id === undefined ? undefined : seen.get(id);
    if (id !== undefined && earlier === undefined) seen.set(id, read.index);
    yield earlier === undefined ? read : warn(read, earlier);
  }
}

function warn(read: ReadItem, earlier: number): ReadItem {
  if (!("item" in read) || read.item.action !== "submit") return read;
  const detail = `Item ${earlier} of this document has the same ID; this one counts as its next revision.`;
  const { document } = read.item;
  const warnings = [...document.warnings, { code: "id-repeated", detail }];
  return { ...read, item: { ...read.item, document: { ...document, warnings } } };
}
