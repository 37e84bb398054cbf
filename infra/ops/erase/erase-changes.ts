import { Change } from "../../../shared/api/change.ts";
import { type ChangeLog, type LogPosition, logStart } from "../../../shared/stores/change-log.ts";
import type { ErasureTable } from "../../../shared/stores/erasure-table.ts";
import type { WebhookTable } from "../../../shared/stores/webhook-table.ts";
import { OpsError } from "../manage-keys.ts";
import { anonymizeChange, tellsOf } from "./anonymize-change.ts";
import type { ErasurePlace } from "./erasure-work.ts";

/** The log is written within seconds; if it is not after that, something is broken. */
const longestWaitMs = 120_000;

const changesPerPage = 200;

/**
 * The log of changes keeps that there was something, and forgets whose it was and from where. It waits until the log and the event
 * bus have been told of the retractions: filters of the bus go by the partner. Subscribers get a retraction that does not say
 * whose it is all the same.
 */
export function openChangesPlace(context: {
  readonly changes: Pick<ChangeLog, "readPlaced">;
  readonly changeItems: Pick<ErasureTable, "scan" | "replace">;
  readonly webhooks: Pick<WebhookTable, "readBusCursor">;
  readonly sleep: (milliseconds: number) => Promise<void>;
}): ErasurePlace {
  const { changes, changeItems, webhooks, sleep } = context;

  async function* readEntries() {
    for await (const items of changeItems.scan()) {
      for (const item of items) if (item["changes"] !== undefined) yield { item, said: readChanges(item["changes"]) };
    }
  }

  /** @throws OpsError when they are not told in time; whoever runs the command again waits anew */
  async function waitUntilTold(articleIds: ReadonlySet<string>): Promise<void> {
    const missing = new Set(articleIds);
    let position = logStart;
    for (let waitedMs = 0; ; waitedMs += 1000) {
      for (;;) {
        const page = await changes.readPlaced(position, changesPerPage);
        position = page.position;
        if (page.placed.length === 0) break;
        for (const { change } of page.placed) {
          if (change.type === "retracted") missing.delete(change.id);
          else if (articleIds.has(change.id)) missing.add(change.id);
        }
      }
      if (missing.size === 0 && isBehind(await webhooks.readBusCursor(), position)) return;
      if (waitedMs >= longestWaitMs) break;
      await sleep(1000);
    }
    throw new OpsError(
      `${missing.size > 0 ? `The log of changes has not heard that ${missing.size} articles were withdrawn` : "The event bus has not been told of all changes"}: the stack does not run, or see "Stream behind" in infra/RUNBOOK.md. Then run the command again.`,
    );
  }

  return {
    name: "log of changes",
    async erase(target, articleIds) {
      if (articleIds.size > 0) await waitUntilTold(articleIds);
      for await (const { item, said } of readEntries()) {
        if (!said.some((change) => tellsOf(change, target, articleIds))) continue;
        const kept = said.map((change) => (tellsOf(change, target, articleIds) ? anonymizeChange(change) : change));
        await changeItems.replace(item, "changes", kept);
      }
    },
    async count(target, articleIds) {
      let count = 0;
      for await (const { said } of readEntries()) {
        count += said.filter((change) => tellsOf(change, target, articleIds)).length;
      }
      return count;
    },
  };
}

function readChanges(value: unknown): Change[] {
  return Change.array().parse(value);
}

function isBehind(cursor: LogPosition | undefined, { entry, read }: LogPosition): boolean {
  return cursor !== undefined && (cursor.entry > entry || (cursor.entry === entry && cursor.read >= read));
}
