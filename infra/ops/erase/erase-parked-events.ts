import { ArticleEvent } from "../../../shared/api/event.ts";
import type { ErasureTable } from "../../../shared/stores/erasure-table.ts";
import { webhookKeys } from "../../../shared/stores/table-keys.ts";
import type { WebhookTable } from "../../../shared/stores/webhook-table.ts";
import { anonymizeChange, tellsOf } from "./anonymize-change.ts";
import type { ErasurePlace } from "./erasure-work.ts";

/**
 * Events that could not be delivered stay on their lists, so that the subscriber hears of the retraction once it works again; they
 * forget the same as the log. Whoever delivers at this moment may have read the log before, and park what it said: so it is waited
 * until they are at their end.
 */
export function openParkedEventsPlace(context: {
  readonly webhooks: Pick<WebhookTable, "listSubscribers">;
  readonly webhookItems: Pick<ErasureTable, "scan" | "replace">;
  readonly now: () => Date;
  readonly sleep: (milliseconds: number) => Promise<void>;
}): ErasurePlace {
  const { webhooks, webhookItems, now, sleep } = context;
  const parked = webhookKeys.parked("", "").pk;

  async function* readEvents() {
    for await (const items of webhookItems.scan()) {
      for (const item of items) {
        if (item.pk.startsWith(parked)) yield { item, event: ArticleEvent.parse(item["event"]) };
      }
    }
  }

  async function listWorkers(): Promise<string[]> {
    const leases = (await webhooks.listSubscribers()).flatMap(({ lease }) => lease ?? []);
    return leases.filter(({ expiresAt }) => expiresAt > now().toISOString()).map(({ token }) => token);
  }

  return {
    name: "parked events",
    async erase(target, articleIds) {
      const workers = new Set(await listWorkers());
      while ((await listWorkers()).some((token) => workers.has(token))) await sleep(1000);
      for await (const { item, event } of readEvents()) {
        if (tellsOf(event, target, articleIds)) await webhookItems.replace(item, "event", anonymizeChange(event));
      }
    },
    async count(target, articleIds) {
      let count = 0;
      for await (const { event } of readEvents()) if (tellsOf(event, target, articleIds)) count += 1;
      return count;
    },
  };
}
