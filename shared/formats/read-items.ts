import { feedMediaTypes } from "./feed-media-types.ts";
import { markRepeats } from "./mark-repeats.ts";
import type { ItemMediaType, ReadItem } from "./parsed-item.ts";
import { readFeed } from "./read-feed.ts";
import { plainMediaTypes, readPlainItems, refuseMediaType } from "./read-plain-items.ts";

/** Every media type that items are read from. */
export const itemMediaTypes: readonly string[] = [...plainMediaTypes, ...feedMediaTypes];

/**
 * Reads the items of a document, whatever its format: our own JSON, an array of it, NDJSON, IPTC ninjs, JSON Feed, RSS, Atom,
 * a web page or plain text. The media type tells the family; JSON and XML are told apart by what is in them.
 *
 * Items come in the order of the document, one for one, and as late as they are asked for. One that cannot be read comes
 * with its problem, and harms no other.
 *
 * @param bytes without their content coding; the caller keeps their number within limits
 * @throws ProblemError at once, for what concerns the document as a whole: `unsupported-media-type`, `malformed-encoding`,
 * `malformed-json`, `malformed-xml` (also a DOCTYPE), `invalid-submission` (no feed)
 */
export function readItems(bytes: Uint8Array, type: ItemMediaType): Iterable<ReadItem> {
  return markRepeats(readAny(bytes, type));
}

function readAny(bytes: Uint8Array, type: ItemMediaType): Iterable<ReadItem> {
  if (plainMediaTypes.includes(type.mediaType)) return readPlainItems(bytes, type);
  if (feedMediaTypes.includes(type.mediaType)) return readFeed(bytes, type.charset);
  throw refuseMediaType(type.mediaType, itemMediaTypes);
}
