import { markRepeats } from "../../shared/formats/mark-repeats.ts";
import type { ReadItem } from "../../shared/formats/parsed-item.ts";
import { plainMediaTypes, readPlainItems } from "../../shared/formats/read-plain-items.ts";
import type { Body } from "./read-body.ts";

/**
 * `readItems` of a body. The parser of feeds takes longer to load than an article to read: it comes with the first of them.
 *
 * @throws ProblemError what concerns the document as a whole
 */
export async function readAnyItems(body: Body): Promise<Iterable<ReadItem>> {
  if (plainMediaTypes.includes(body.mediaType)) return markRepeats(readPlainItems(body.bytes, body));
  const { readItems } = await import("../../shared/formats/read-items.ts");
  return readItems(body.bytes, body);
}
