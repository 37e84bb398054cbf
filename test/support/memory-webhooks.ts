import type { LogPosition } from "../../shared/stores/change-log.ts";
import type { ParkedEvent, SubscriberRecord, SubscriberSecrets } from "../../shared/stores/subscriber-record.ts";
import type { SubscriberChange, WebhookTable } from "../../shared/stores/webhook-table.ts";

/** The webhooks table in memory, behind the type of the real one; a contract suite holds both to the same conditions. */
export function openMemoryWebhooks(): WebhookTable {
  const subscribers = new Map<string, SubscriberRecord>();
  const secrets = new Map<string, SubscriberSecrets>();
  const parked = new Map<string, Map<string, ParkedEvent>>();
  let cursor: LogPosition | undefined;

  function apply(id: string, change: SubscriberChange): true {
    const next = Object.entries({ ...subscribers.get(id), ...change }).filter(([, value]) => value !== undefined);
    subscribers.set(id, structuredClone(Object.fromEntries(next)) as unknown as SubscriberRecord);
    return true;
  }
  const isHeld = (id: string, token: string) => subscribers.get(id)?.lease?.token === token;

  return {
    getSubscriber: async (id) => structuredClone(subscribers.get(id)),
    listSubscribers: async () =>
      structuredClone([...subscribers.values()].sort((one, other) => (one.id < other.id ? -1 : 1))),
    async addSubscriber(subscriber, first) {
      if (subscribers.has(subscriber.id)) throw new Error("The subscriber is there already.");
      secrets.set(subscriber.id, structuredClone(first));
      apply(subscriber.id, subscriber);
    },
    async removeSubscriber(id) {
      for (const store of [subscribers, secrets, parked]) store.delete(id);
    },
    changeSubscriber: async (id, change) => subscribers.has(id) && apply(id, change),
    async claim(seen, lease) {
      const standing = subscribers.get(seen.id);
      const stands = standing !== undefined && standing.lease?.token === seen.lease?.token;
      return stands && apply(seen.id, { lease, knockedAt: undefined });
    },
    knock: async (id, token, knockedAt) => isHeld(id, token) && apply(id, { knockedAt }),
    async save(id, token, { park = [], unpark = [], ...change }) {
      if (!isHeld(id, token)) return false;
      const list = parked.get(id) ?? new Map<string, ParkedEvent>();
      parked.set(id, list);
      for (const entry of park) list.set(entry.event.sequence, structuredClone(entry));
      for (const sequence of unpark) list.delete(sequence);
      return apply(id, change);
    },
    async release(id, token, change = {}) {
      const isFree = isHeld(id, token) && subscribers.get(id)?.knockedAt === undefined;
      return isFree && apply(id, { ...change, lease: undefined });
    },
    async listParked(id) {
      const list = [...(parked.get(id)?.values() ?? [])];
      return structuredClone(list.sort((one, other) => (one.event.sequence < other.event.sequence ? -1 : 1)));
    },
    getSecrets: async (id) => structuredClone(secrets.get(id)),
    async saveSecrets(id, next, expectedVersion) {
      if (secrets.get(id)?.version !== expectedVersion) return false;
      secrets.set(id, structuredClone(next));
      return true;
    },
    readBusCursor: async () => cursor,
    async moveBusCursor(from, to) {
      if (cursor?.entry !== from?.entry || cursor?.read !== from?.read) return false;
      cursor = to;
      return true;
    },
  };
}
