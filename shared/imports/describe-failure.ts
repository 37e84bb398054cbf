import { importLimits } from "../api/import.ts";
import type { ItemAnswer } from "../api/item-answer.ts";
import type { StreamedItem } from "../formats/stream-items.ts";

/**
 * An item that failed, as a line of NDJSON: the answer that it would have had in a batch, and the item as it was sent, to fix
 * and send again. JSON stands there as JSON, all else as text.
 */
export function describeFailure(read: StreamedItem, answer: ItemAnswer): string {
  const pointerBase = read.pointerBase === "" ? undefined : read.pointerBase;
  const head = JSON.stringify({ ...answer, pointerBase });
  const item = read.source === undefined ? undefined : describeSource(read.source);
  return item === undefined ? `${head}\n` : `${head.slice(0, -1)},"item":${item}}\n`;
}

function describeSource(source: Uint8Array): string | undefined {
  if (source.length > importLimits.maxKeptItemBytes) return undefined;
  const text = Buffer.from(source).toString().trim();
  try {
    // Written anew, so that it has no line ends; a line of the partner's may hold a carriage return.
    return JSON.stringify(JSON.parse(text));
  } catch {
    return JSON.stringify(text);
  }
}
