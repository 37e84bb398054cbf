import { createHash } from "node:crypto";
import type { Change } from "../api/change.ts";
import { type ArticleEvent, eventName, type Webhook } from "../api/event.ts";
import type { LogPosition, PlacedChange } from "../stores/change-log.ts";

/**
 * The event that tells of a change. A change can stand in the log twice; its ID is made of what it says, so that both have
 * the same.
 */
export function describeEvent({ change, place }: PlacedChange): ArticleEvent {
  return { eventId: makeEventId(change), sequence: writeSequence(place), ...change };
}

export function describeWebhook(event: ArticleEvent): Webhook {
  return { type: eventName(event.type), timestamp: event.at, data: event };
}

function makeEventId({ type, id, revision, clusterId, at }: Change): string {
  const said = JSON.stringify([type, id, revision, clusterId, at]);
  return `evt_${createHash("sha256").update(said).digest("hex").slice(0, 32)}`;
}

/** Padded so that the order of strings is the order of the log. */
function writeSequence({ entry, read }: LogPosition): string {
  return `${String(entry).padStart(12, "0")}-${String(read).padStart(4, "0")}`;
}

/** The position in the log right before an event. */
export function readSequence(sequence: string): LogPosition {
  const [entry = 1, read = 0] = sequence.split("-").map(Number);
  return { entry, read };
}
