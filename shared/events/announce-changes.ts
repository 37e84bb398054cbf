import { type ChangeLog, type LogPosition, logStart } from "../stores/change-log.ts";
import type { DeliveryQueue } from "../stores/delivery-queue.ts";
import type { EventBus } from "../stores/event-bus.ts";
import type { WebhookTable } from "../stores/webhook-table.ts";
import { describeEvent } from "./describe-event.ts";
import { isDue } from "./is-due.ts";

export interface AnnouncementContext {
  readonly log: Pick<ChangeLog, "readPlaced">;
  readonly webhooks: Pick<WebhookTable, "readBusCursor" | "moveBusCursor" | "listSubscribers">;
  readonly bus: EventBus;
  readonly queue: DeliveryQueue;
  readonly now: () => Date;
  /** Whether there is time for another page. */
  readonly hasTime: () => boolean;
}

export interface Announcement {
  /** Events that the bus was told of. */
  readonly events: number;
  /** Subscribers for which there may be something to do. */
  readonly woken: number;
}

const changesPerPage = 100;

/**
 * Tells the event bus what is new in the log, and wakes those who tell the subscribers.
 *
 * The bus's position moves after the bus has taken the events, on condition that it still is where it was read. Two that
 * work at the same time, or one that dies in between, tell the bus twice and never not at all.
 *
 * @throws what is our fault, after the subscribers were woken: a bus that does not answer must not keep webhooks waiting
 */
export async function announceChanges(context: AnnouncementContext): Promise<Announcement> {
  const { webhooks, queue, now } = context;
  const told = await tellBus(context).catch((error: unknown) => ({ error }));
  let woken = 0;
  for (const subscriber of await webhooks.listSubscribers()) {
    // Without the end of the log at hand, each may be behind it.
    const end = "error" in told ? { entry: Number.POSITIVE_INFINITY, read: 0 } : told.end;
    if (!isDue(subscriber, end, now())) continue;
    await queue.sendSubscriber(subscriber.id);
    woken += 1;
  }
  if ("error" in told) throw told.error;
  return { events: told.events, woken };
}

async function tellBus({
  log,
  webhooks,
  bus,
  hasTime,
}: AnnouncementContext): Promise<{ readonly events: number; readonly end: LogPosition }> {
  let cursor = await webhooks.readBusCursor();
  let events = 0;
  while (hasTime()) {
    const from = cursor ?? logStart;
    const { placed, position } = await log.readPlaced(from, changesPerPage);
    if (placed.length === 0) break;
    await bus.putEvents(placed.map(describeEvent));
    events += placed.length;
    // Whoever was faster has told of the same, and goes on.
    const isMoved = await webhooks.moveBusCursor(cursor, position);
    cursor = position;
    if (!isMoved || placed.length < changesPerPage) break;
  }
  return { events, end: cursor ?? logStart };
}
