import type { ArticleEvent } from "../api/event.ts";
import type { LogPosition } from "../stores/change-log.ts";
import type { Hold, ParkedEvent, SubscriberRecord } from "../stores/subscriber-record.ts";
import { chooseDelay, type DeliveryPolicy } from "./delivery-policy.ts";
import { readSequence } from "./describe-event.ts";
import type { Verdict } from "./judge-answer.ts";

/** What a chunk leaves behind. */
export interface SettledChunk {
  readonly change: {
    readonly position: LogPosition;
    readonly parked: number;
    readonly done: string[] | undefined;
    readonly hold: Hold | undefined;
    readonly dueAt: string | undefined;
    readonly deliveredAt: string | undefined;
    readonly paused: SubscriberRecord["paused"];
  };
  readonly park: ParkedEvent[];
  /** Milliseconds until what has just failed is tried again. */
  readonly retryMs: number | undefined;
}

/**
 * Decides what becomes of a chunk of the log after its events were sent, or as many as could be.
 *
 * What failed keeps the position and is tried again. When it has failed often enough while others got through, the event is
 * at fault and not the address: it is parked, and behind it whatever comes of the same article, so that the order of an
 * article is never broken. While nothing gets through, nothing is parked, and nothing has to be redriven afterwards.
 *
 * @param chunk.events that the subscriber wants, in order, without those that are dealt with
 * @param chunk.behind the position behind the whole chunk
 * @param chunk.blocked articles of which something is parked
 */
export function settleChunk(
  subscriber: SubscriberRecord,
  chunk: {
    readonly events: readonly ArticleEvent[];
    readonly behind: LogPosition;
    readonly blocked: ReadonlySet<string>;
    readonly verdicts: ReadonlyMap<string, Verdict>;
  },
  context: { readonly policy: DeliveryPolicy; readonly now: Date; readonly random: () => number },
): SettledChunk {
  const { policy, now } = context;
  const { hold } = subscriber;
  const at = now.toISOString();
  const verdicts = [...chunk.verdicts.values()];
  const hasDelivered = verdicts.some(({ kind }) => kind === "delivered");
  const deliveredAt = hasDelivered ? at : subscriber.deliveredAt;
  const blocked = new Set(chunk.blocked);
  const done = new Set(subscriber.done);
  const park: ParkedEvent[] = [];
  const pending: ArticleEvent[] = [];
  const tries: Record<string, Hold["tries"][string]> = {};

  for (const event of chunk.events) {
    const { sequence } = event;
    const verdict = chunk.verdicts.get(sequence);
    if (verdict?.kind === "delivered") {
      done.add(sequence);
      continue;
    }
    const before = hold?.tries[sequence] ?? { count: 0, since: at };
    const tried = { ...before, count: before.count + (verdict?.kind === "failed" ? 1 : 0) };
    const isAtFault =
      verdict?.kind === "failed" &&
      tried.count >= policy.triesBeforeParking &&
      deliveredAt !== undefined &&
      deliveredAt >= tried.since;
    if (blocked.has(event.id) || isAtFault) {
      park.push({ event, parkedAt: at, tries: tried.count, ...(isAtFault && { fault: verdict.fault }) });
      blocked.add(event.id);
      done.add(sequence);
      continue;
    }
    if (verdict !== undefined || hold?.tries[sequence] !== undefined) tries[sequence] = tried;
    pending.push(event);
  }

  const parked = subscriber.parked + park.length;
  const tooMany =
    parked > policy.maxParked ? { at, reason: `more than ${policy.maxParked} events are parked` } : undefined;
  const [first] = pending;
  if (first === undefined) {
    const left = { done: undefined, hold: undefined, dueAt: undefined };
    const change = { position: chunk.behind, parked, ...left, deliveredAt, paused: tooMany };
    return { change, park, retryMs: undefined };
  }

  const kept = {
    position: readSequence(first.sequence),
    parked,
    done: [...done].filter((sequence) => sequence > first.sequence),
    deliveredAt,
  };
  const failures = pending.flatMap(({ sequence }) => {
    const verdict = chunk.verdicts.get(sequence);
    return verdict === undefined || verdict.kind === "delivered" ? [] : verdict;
  });
  const [failure] = failures;
  if (failure === undefined) {
    // The time was up, or what is held is not due yet.
    const isHeld = Object.keys(tries).length > 0;
    const unchanged = isHeld
      ? { hold: hold && { ...hold, tries }, dueAt: subscriber.dueAt }
      : { hold: undefined, dueAt: undefined };
    return { change: { ...kept, ...unchanged, paused: tooMany }, park, retryMs: undefined };
  }

  const since = hasDelivered ? at : (hold?.since ?? at);
  const attempts = hasDelivered ? 1 : (hold?.attempts ?? 0) + 1;
  const count = Math.max(attempts, ...Object.values(tries).map((tried) => tried.count));
  const askedMs = Math.max(...failures.map(({ retryAfterMs }) => retryAfterMs ?? 0));
  const delayMs = chooseDelay(count, askedMs, context);
  // What waits already is not put off by what fails beside it.
  const waitsMs = subscriber.dueAt === undefined ? 0 : Date.parse(subscriber.dueAt) - now.getTime();
  const retryMs = waitsMs > 0 ? Math.min(waitsMs, delayMs) : delayMs;
  const change = {
    ...kept,
    hold: { since, attempts, tries, fault: failure.fault },
    dueAt: new Date(now.getTime() + retryMs).toISOString(),
    paused: tooMany ?? findReasonToPause({ failures, since, attempts }, context),
  };
  return { change, park, retryMs };
}

function findReasonToPause(
  state: {
    readonly failures: readonly Exclude<Verdict, { kind: "delivered" }>[];
    readonly since: string;
    readonly attempts: number;
  },
  { policy, now }: { readonly policy: DeliveryPolicy; readonly now: Date },
): SubscriberRecord["paused"] {
  const at = now.toISOString();
  const gone = state.failures.find(({ kind }) => kind === "gone");
  if (gone !== undefined) return { at, reason: `the address ${gone.fault}` };
  if (now.getTime() - Date.parse(state.since) < policy.pauseAfterMs) return undefined;
  return { at, reason: `nothing got through since ${state.since}: the address ${state.failures[0]?.fault}` };
}
