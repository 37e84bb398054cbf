import type { LogPosition } from "../stores/change-log.ts";
import type { SubscriberRecord } from "../stores/subscriber-record.ts";

/**
 * Whether there may be something to do for a subscriber.
 *
 * @param end the end of the log, as far as it is known
 */
export function isDue(subscriber: SubscriberRecord, end: LogPosition, now: Date): boolean {
  const { paused, testWanted, redrive, position, dueAt } = subscriber;
  if (testWanted !== undefined) return true;
  if (paused !== undefined) return false;
  if (redrive !== undefined) return true;
  if (dueAt !== undefined) return dueAt <= now.toISOString();
  return position.entry < end.entry || (position.entry === end.entry && position.read < end.read);
}
