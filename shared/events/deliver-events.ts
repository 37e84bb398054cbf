import { type ArticleEvent, testEventName, type Webhook } from "../api/event.ts";
import type { ChangeLog } from "../stores/change-log.ts";
import type { DeliveryQueue } from "../stores/delivery-queue.ts";
import type { SubscriberRecord } from "../stores/subscriber-record.ts";
import type { SubscriberChange, WebhookTable } from "../stores/webhook-table.ts";
import { signWebhook } from "../verify-webhook.ts";
import type { DeliveryPolicy } from "./delivery-policy.ts";
import { describeEvent, describeWebhook } from "./describe-event.ts";
import { isWanted } from "./is-wanted.ts";
import { judgeAnswer, type Verdict, type WebhookAnswer } from "./judge-answer.ts";
import { sendLanes } from "./send-lanes.ts";
import { settleChunk } from "./settle-chunk.ts";

/** What the deliverer needs of the world. */
export interface DeliveryContext {
  readonly webhooks: Pick<
    WebhookTable,
    "getSubscriber" | "claim" | "knock" | "save" | "release" | "listParked" | "getSecrets"
  >;
  readonly log: Pick<ChangeLog, "readPlaced">;
  readonly queue: DeliveryQueue;
  readonly post: (url: string, request: WebhookRequest) => Promise<WebhookAnswer>;
  readonly now: () => Date;
  readonly random: () => number;
  readonly makeToken: () => string;
  /** Until the function is cut off. */
  readonly remainingMs: () => number;
  readonly policy: DeliveryPolicy;
}

export interface WebhookRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** A message that there may be something to do for a subscriber. */
export interface DeliveryMessage {
  readonly subscriberId: string;
  readonly messageId: string;
}

/**
 * `idle`: everything is told, or waits for its time. `continued`: time is nearly up, and a message asks for the rest. `passed
 * over`: there is no such subscriber, or somebody else works for it, who knows of this message now.
 */
export interface DeliveryRun {
  readonly end: "idle" | "paused" | "continued" | "passed over";
  readonly delivered: number;
  readonly failed: number;
  readonly parked: number;
}

/** Somebody else has taken over, or ops has paused or removed the subscriber. */
class LostLeaseError extends Error {}

/**
 * Tells a subscriber what there is to tell: in the order of the log for each article, at least once.
 *
 * What was sent is written down afterwards, with the position in one conditional write, and only while the lease stands. A
 * crash leaves at most one chunk that was sent and not written down; it is sent again, with the same IDs.
 *
 * @throws what is our fault; the message then comes again
 */
export async function deliverEvents(message: DeliveryMessage, context: DeliveryContext): Promise<DeliveryRun> {
  const { subscriberId } = message;
  const { webhooks } = context;
  const tally = { delivered: 0, failed: 0, parked: 0 };
  const claimed = await claim(message, context);
  if (claimed === undefined) return { end: "passed over", ...tally };
  const { token } = claimed.lease;
  try {
    let subscriber: SubscriberRecord | undefined = claimed;
    while (subscriber !== undefined) {
      const end = await workFor(await openDesk(subscriber, { token, tally, context }));
      if (end === "out of time") {
        await save(context, subscriberId, token, { lease: undefined, knockedAt: undefined });
        await context.queue.sendSubscriber(subscriberId);
        return { end: "continued", ...tally };
      }
      if (await webhooks.release(subscriberId, token)) return { end, ...tally };
      // Somebody knocked, and what for may have come after we looked: look again. Or they have taken over.
      await save(context, subscriberId, token, { knockedAt: undefined });
      subscriber = await webhooks.getSubscriber(subscriberId);
    }
  } catch (error) {
    if (!(error instanceof LostLeaseError)) {
      await webhooks.save(subscriberId, token, { lease: undefined, knockedAt: undefined }).catch(() => {});
      throw error;
    }
  }
  return { end: "passed over", ...tally };
}

type Leased = SubscriberRecord & { readonly lease: NonNullable<SubscriberRecord["lease"]> };

/** Takes the work for a subscriber, or leaves word for who has it. */
async function claim(
  { subscriberId, messageId }: DeliveryMessage,
  { webhooks, now, makeToken, remainingMs }: DeliveryContext,
): Promise<Leased | undefined> {
  for (;;) {
    const seen = await webhooks.getSubscriber(subscriberId);
    if (seen === undefined) return undefined;
    const at = now();
    const { lease: standing } = seen;
    if (standing !== undefined && standing.messageId !== messageId && standing.expiresAt > at.toISOString()) {
      if (await webhooks.knock(subscriberId, standing.token, at.toISOString())) return undefined;
    } else {
      const expiresAt = new Date(at.getTime() + remainingMs()).toISOString();
      const lease = { token: makeToken(), messageId, expiresAt };
      if (await webhooks.claim(seen, lease)) return { ...seen, lease };
    }
  }
}

async function save(
  { webhooks }: DeliveryContext,
  id: string,
  token: string,
  change: Parameters<WebhookTable["save"]>[2],
): Promise<void> {
  if (!(await webhooks.save(id, token, change))) throw new LostLeaseError();
}

/** A subscriber as it stands, and what is done with it. */
interface Desk {
  readonly subscriber: SubscriberRecord;
  readonly context: DeliveryContext;
  readonly tally: { delivered: number; failed: number; parked: number };
  /** Articles of which something is parked. */
  readonly blocked: Set<string>;
  send(event: ArticleEvent): Promise<Verdict>;
  sendTest(): Promise<Verdict>;
  save(change: Parameters<WebhookTable["save"]>[2]): Promise<void>;
  hasTime(): boolean;
}

async function openDesk(
  read: SubscriberRecord,
  {
    token,
    tally,
    context,
  }: { readonly token: string; readonly tally: Desk["tally"]; readonly context: DeliveryContext },
): Promise<Desk> {
  const { webhooks, policy } = context;
  const secrets = (await webhooks.getSecrets(read.id))?.secrets.map(({ secret }) => secret) ?? [];
  // It was removed a moment ago. Nothing goes out unsigned.
  if (secrets.length === 0) throw new LostLeaseError();

  async function post(id: string, webhook: Omit<Webhook, "type" | "data"> & { type: string; data: object }) {
    const body = Buffer.from(JSON.stringify(webhook));
    const headers = { "content-type": "application/json", ...signWebhook({ id, now: context.now(), body, secrets }) };
    return judgeAnswer(await context.post(read.url, { headers, body }));
  }

  const desk = {
    subscriber: read,
    context,
    tally,
    blocked: new Set<string>(),
    async send(event: ArticleEvent) {
      const verdict = await post(event.eventId, describeWebhook(event));
      tally[verdict.kind === "delivered" ? "delivered" : "failed"] += 1;
      return verdict;
    },
    sendTest: () =>
      post(`test_${context.makeToken()}`, { type: testEventName, timestamp: context.now().toISOString(), data: {} }),
    async save({ park, unpark, ...change }: Parameters<WebhookTable["save"]>[2]) {
      await save(context, read.id, token, { ...change, ...(park && { park }), ...(unpark && { unpark }) });
      desk.subscriber = withChange(desk.subscriber, change);
    },
    hasTime: () => context.remainingMs() >= policy.minRemainingMs,
  };
  return desk;
}

function withChange(subscriber: SubscriberRecord, change: SubscriberChange): SubscriberRecord {
  const entries = Object.entries({ ...subscriber, ...change }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as unknown as SubscriberRecord;
}

type End = "idle" | "paused" | "out of time";

async function workFor(desk: Desk): Promise<End> {
  if (desk.subscriber.testWanted !== undefined) {
    const verdict = await desk.sendTest();
    const outcome = verdict.kind === "delivered" ? "delivered" : verdict.fault;
    await desk.save({ testWanted: undefined, tested: { at: desk.context.now().toISOString(), outcome } });
  }
  if (desk.subscriber.paused !== undefined) return "paused";
  if (desk.subscriber.redrive !== undefined) {
    const end = await redrive(desk);
    if (end !== undefined) return end;
  }
  if (desk.subscriber.parked > 0) {
    for (const { event } of await desk.context.webhooks.listParked(desk.subscriber.id)) desk.blocked.add(event.id);
  }
  for (;;) {
    const end = await deliverChunk(desk);
    if (end !== undefined) return end;
  }
}

/** Sends the next chunk of the log; undefined when there may be more. */
async function deliverChunk(desk: Desk): Promise<End | undefined> {
  const { context, blocked, tally } = desk;
  const { policy } = context;
  const { id, filter, position, done = [], hold, deliveredAt, dueAt } = desk.subscriber;
  const isWaiting = dueAt !== undefined && dueAt > context.now().toISOString();
  // Where others got through, only the articles wait that have failed.
  const isAddressAtFault = hold !== undefined && (deliveredAt === undefined || deliveredAt < hold.since);
  if (isWaiting && isAddressAtFault) return "idle";
  if (!desk.hasTime()) return "out of time";

  const { placed, position: behind } = await context.log.readPlaced(position, policy.changesPerChunk);
  if (placed.length === 0) return "idle";
  const settled = new Set(done);
  const events = placed.map(describeEvent).filter((event) => isWanted(filter, event) && !settled.has(event.sequence));
  const waiting = new Set(
    isWaiting ? events.filter(({ sequence }) => hold?.tries[sequence]).map((event) => event.id) : [],
  );
  // What has failed least comes first: a few events at fault must not keep all others from being tried.
  const failures = (articleId: string) =>
    Math.max(0, ...events.map(({ id, sequence }) => (id === articleId ? (hold?.tries[sequence]?.count ?? 0) : 0)));
  const verdicts = await sendLanes(
    events
      .filter((event) => !blocked.has(event.id) && !waiting.has(event.id))
      .toSorted((one, other) => failures(one.id) - failures(other.id)),
    {
      send: desk.send,
      concurrency: isAddressAtFault ? 1 : policy.concurrency,
      failuresBeforeGivingUp: policy.failuresBeforeGivingUp,
      hasTime: desk.hasTime,
    },
  );
  const { change, park, retryMs } = settleChunk(
    desk.subscriber,
    { events, behind, blocked, verdicts },
    { policy, now: context.now(), random: context.random },
  );
  await desk.save({ ...change, park });
  tally.parked += park.length;
  for (const { event } of park) blocked.add(event.id);
  if (change.paused !== undefined) return "paused";
  if (retryMs !== undefined) await context.queue.sendSubscriber(id, retryMs);
  if (change.position === behind) return undefined;
  if (retryMs === undefined && verdicts.size > 0 && desk.hasTime()) return undefined;
  return desk.hasTime() ? "idle" : "out of time";
}

/**
 * Sends what is parked, in the order of the log, each article up to its first failure. What gets through leaves the list.
 *
 * @returns undefined when every event has had its turn
 */
async function redrive(desk: Desk): Promise<End | undefined> {
  const { context, tally } = desk;
  const { policy, webhooks } = context;
  const parked = await webhooks.listParked(desk.subscriber.id);
  const { after = "" } = desk.subscriber.redrive ?? {};
  // An earlier run has come so far, and what it has left there has failed.
  const blocked = new Set(parked.filter(({ event }) => event.sequence <= after).map(({ event }) => event.id));
  const todo = parked.filter(({ event }) => event.sequence > after);
  while (todo.length > 0) {
    const chunk = todo.splice(0, policy.changesPerChunk);
    const verdicts = await sendLanes(
      chunk.map(({ event }) => event).filter((event) => !blocked.has(event.id)),
      {
        send: desk.send,
        concurrency: policy.concurrency,
        failuresBeforeGivingUp: policy.failuresBeforeGivingUp,
        hasTime: desk.hasTime,
      },
    );
    const unpark: string[] = [];
    const park: typeof parked = [];
    for (const entry of chunk) {
      const verdict = verdicts.get(entry.event.sequence);
      if (verdict?.kind === "delivered") unpark.push(entry.event.sequence);
      else if (verdict !== undefined) {
        blocked.add(entry.event.id);
        park.push({ ...entry, tries: entry.tries + 1, fault: verdict.fault });
      }
    }
    const isOutOfTime = !desk.hasTime();
    const isInVain = verdicts.size > 0 && unpark.length === 0;
    const { redrive, parked: count } = desk.subscriber;
    if (redrive === undefined) return undefined;
    const delivered = redrive.delivered + unpark.length;
    const failed = redrive.failed + park.length;
    const at = context.now().toISOString();
    const last = chunk.at(-1)?.event.sequence ?? after;
    const isOver = !isOutOfTime && (todo.length === 0 || isInVain);
    await desk.save({
      parked: count - unpark.length,
      redrive: isOver ? undefined : { ...redrive, after: isOutOfTime ? redrive.after : last, delivered, failed },
      ...(isOver && { redriven: { at, delivered, failed } }),
      ...(unpark.length > 0 && { deliveredAt: at }),
      park,
      unpark,
    });
    tally.parked -= unpark.length;
    if (isOutOfTime) return "out of time";
    if (isOver) return undefined;
  }
  const at = context.now().toISOString();
  const { delivered = 0, failed = 0 } = desk.subscriber.redrive ?? {};
  await desk.save({ redrive: undefined, redriven: { at, delivered, failed } });
  return undefined;
}
