import type { Change } from "../../shared/api/change.ts";
import type { ArticleEvent } from "../../shared/api/event.ts";
import { announceChanges } from "../../shared/events/announce-changes.ts";
import { type DeliveryRun, deliverEvents, type WebhookRequest } from "../../shared/events/deliver-events.ts";
import { type DeliveryPolicy, deliveryPolicy } from "../../shared/events/delivery-policy.ts";
import type { WebhookAnswer } from "../../shared/events/judge-answer.ts";
import { type ChangeLog, logStart, type PlacedChange } from "../../shared/stores/change-log.ts";
import type { EventFilter, SubscriberRecord } from "../../shared/stores/subscriber-record.ts";
import { type CrashPoint, openProcess } from "./crashing-process.ts";
import { openMemoryWebhooks } from "./memory-webhooks.ts";

/** What a subscriber was sent, and took. */
export interface Received {
  readonly type: string;
  readonly event: ArticleEvent;
  readonly webhookId: string;
}

export const answered = (status: number, retryAfterMs?: number): WebhookAnswer => ({ status, retryAfterMs, words: "" });

/** Policy with few of everything, so that a test meets its ends. */
export const smallPolicy: DeliveryPolicy = { ...deliveryPolicy, changesPerChunk: 5, concurrency: 3 };

const subscriberId = "sub";

/** The subscriber with everything around it in memory, where every request is a step at which a process may die. */
export function openWebhookWorld(options: { readonly filter?: EventFilter; readonly policy?: DeliveryPolicy } = {}) {
  const webhooks = openMemoryWebhooks();
  const entries: Change[][] = [];
  let time = Date.parse("2026-11-23T09:00:00.000Z");
  let messages: { id: string; at: number }[] = [];
  let tokens = 0;
  const bus: ArticleEvent[] = [];

  const log: Pick<ChangeLog, "readPlaced"> = {
    async readPlaced(from, limit) {
      const placed: PlacedChange[] = [];
      let position = from;
      while (placed.length < limit) {
        const entry = entries[position.entry - 1];
        if (entry === undefined) break;
        const change = entry[position.read];
        if (change === undefined) position = { entry: position.entry + 1, read: 0 };
        else {
          placed.push({ change, place: position });
          position = { entry: position.entry, read: position.read + 1 };
        }
        if (position.read === entry.length) position = { entry: position.entry + 1, read: 0 };
      }
      return { placed, position };
    },
  };
  const queue = {
    async sendSubscriber(id: string, delayMs = 0) {
      messages.push({ id, at: time + Math.min(delayMs, 900_000) });
    },
  };

  const openStores = (crash: CrashPoint | undefined) =>
    openProcess(crash, (steps) => {
      world.steps = steps;
    }).stepAll;

  const world = {
    webhooks,
    bus,
    received: [] as Received[],
    /** Of everything that was sent, the IDs. */
    sent: [] as string[],
    steps: 0,
    /** How the subscriber answers; what it takes with 2xx is received. */
    answer: (_event: ArticleEvent): WebhookAnswer | Promise<WebhookAnswer> => answered(204),
    /** For each process: how long it may work. */
    remainingMs: () => 60_000,
    now: () => new Date(time),
    wait(ms: number) {
      time += ms;
    },
    append: (...changes: Change[]) => void entries.push(changes),
    read: async () => (await webhooks.getSubscriber(subscriberId)) as SubscriberRecord,
    listParked: async () => (await webhooks.listParked(subscriberId)).map(({ event }) => event.sequence),
    change: (change: Parameters<typeof webhooks.changeSubscriber>[1]) =>
      webhooks.changeSubscriber(subscriberId, change),
    messages: () => messages,

    /** @param messageId another one each time where it is absent */
    deliver(crash?: CrashPoint, messageId?: string): Promise<DeliveryRun> {
      const stepAll = openStores(crash);
      tokens += 1;
      const token = `process-${tokens}`;
      const post = async (_url: string, { headers, body }: WebhookRequest): Promise<WebhookAnswer> => {
        const webhook = JSON.parse(Buffer.from(body).toString());
        const webhookId = headers["webhook-id"] ?? "";
        world.sent.push(webhookId);
        const reply = await world.answer(webhook.data);
        const isTaken = "status" in reply && reply.status >= 200 && reply.status < 300;
        if (isTaken) world.received.push({ type: webhook.type, event: webhook.data, webhookId });
        return reply;
      };
      const message = { subscriberId, messageId: messageId ?? `message-${tokens}` };
      return deliverEvents(message, {
        webhooks: stepAll(webhooks),
        log: stepAll(log),
        queue: stepAll(queue),
        post: stepAll({ post }).post,
        now: world.now,
        random: () => 0,
        makeToken: () => token,
        remainingMs: () => world.remainingMs(),
        policy: options.policy ?? smallPolicy,
      });
    },

    announce(crash?: CrashPoint) {
      const stepAll = openStores(crash);
      return announceChanges({
        log: stepAll(log),
        webhooks: stepAll(webhooks),
        bus: stepAll({ putEvents: async (events: readonly ArticleEvent[]) => void bus.push(...events) }),
        queue: stepAll(queue),
        now: world.now,
        hasTime: () => true,
      });
    },

    /** Lets time go by: the schedule ticks every minute, and messages are worked off when they are due. */
    async live(minutes: number) {
      for (let minute = 0; minute < minutes; minute++) {
        await world.announce();
        const end = time + 60_000;
        for (;;) {
          const next = messages.toSorted((one, other) => one.at - other.at)[0];
          if (next === undefined || next.at > end) break;
          messages = messages.filter((message) => message !== next);
          time = Math.max(time, next.at);
          await world.deliver();
        }
        time = end;
      }
    },
  };

  const ready = webhooks.addSubscriber(
    {
      id: subscriberId,
      url: "https://subscriber.example/",
      filter: options.filter ?? {},
      createdAt: world.now().toISOString(),
      position: logStart,
      parked: 0,
    },
    {
      secrets: [{ id: "1", secret: `whsec_${Buffer.alloc(32, 1).toString("base64")}`, createdAt: "" }],
      version: 1,
    },
  );
  return ready.then(() => world);
}

/** A change of an article, which is known by a letter or a few. */
export function changeOf(article: string, revision: number, more: Partial<Change> = {}): Change {
  const id = Buffer.from(article).toString("hex").padStart(32, "0");
  const type = revision === 1 ? "created" : "updated";
  return { type, id, revision, clusterId: id, partner: "wire", at: "2026-11-23T08:00:00.000Z", ...more };
}

/** `a1`: the article and its revision. */
export function nameEvent({ id, revision }: ArticleEvent): string {
  return `${Buffer.from(id.replace(/^(?:00)*/, ""), "hex").toString()}${revision}`;
}

/** What a subscriber makes of what it got: each event once, by its ID, where it came first. */
export function deduplicate(received: readonly Received[]): string[] {
  const seen = new Map<string, string>();
  for (const { webhookId, event } of received) if (!seen.has(webhookId)) seen.set(webhookId, nameEvent(event));
  return [...seen.values()];
}
