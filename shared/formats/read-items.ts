import { ProblemError } from "../api/problem.ts";
import { feedMediaTypes, itemMediaTypes } from "./item-media-types.ts";
import { markRepeats } from "./mark-repeats.ts";
import type { ItemMediaType, ReadItem } from "./parsed-item.ts";
import { readFeed } from "./read-feed.ts";
import { readJson } from "./read-json.ts";
import { readNdjson } from "./read-ndjson.ts";
import { readPage } from "./read-page.ts";

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
  if (feedMediaTypes.includes(type.mediaType)) return readFeed(bytes, type.charset);
  switch (type.mediaType) {
    case "application/json":
    case "application/feed+json":
      return readJson(bytes);
    case "application/x-ndjson":
    case "application/ndjson":
    case "application/jsonl":
      return readNdjson(bytes);
    case "text/html":
    case "text/plain":
      return readPage(bytes, type);
    default:
      throw refuseMediaType(type.mediaType);
  }
}

function refuseMediaType(mediaType: string): ProblemError {
  const list = itemMediaTypes.join(", ");
  return new ProblemError("unsupported-media-type", `${mediaType.slice(0, 80)} is not known here. Send ${list}.`, {
    errors: [{ pointer: "header:Content-Type", detail: `must be one of ${list}` }],
    headers: { Accept: list },
  });
}
