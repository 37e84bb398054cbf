import type { ArticleEvent } from "../api/event.ts";
import type { Verdict } from "./judge-answer.ts";

/**
 * Sends events, those of one article after the other and several articles at a time. What stands behind a failure of the same
 * article is not sent.
 *
 * It stops when the time is up, when the subscriber is gone, and when nothing but failures has come: then the address is out
 * of order, and every further request would be in vain.
 *
 * @returns what came of each event that was sent, by its sequence
 */
export async function sendLanes(
  events: readonly ArticleEvent[],
  options: {
    readonly send: (event: ArticleEvent) => Promise<Verdict>;
    readonly concurrency: number;
    readonly failuresBeforeGivingUp: number;
    readonly hasTime: () => boolean;
  },
): Promise<Map<string, Verdict>> {
  const { send, concurrency, failuresBeforeGivingUp, hasTime } = options;
  const lanes = [...Map.groupBy(events, ({ id }) => id).values()];
  const verdicts = new Map<string, Verdict>();
  let isGone = false;
  let delivered = 0;
  let failed = 0;
  const goesOn = () => hasTime() && !isGone && (delivered > 0 || failed < failuresBeforeGivingUp);

  async function work(): Promise<void> {
    for (let lane = lanes.shift(); lane !== undefined && goesOn(); lane = lanes.shift()) {
      for (const event of lane) {
        if (!goesOn()) break;
        const verdict = await send(event);
        verdicts.set(event.sequence, verdict);
        if (verdict.kind === "delivered") {
          delivered += 1;
          continue;
        }
        failed += 1;
        isGone ||= verdict.kind === "gone";
        break;
      }
    }
  }

  const workers = Array.from({ length: Math.min(concurrency, lanes.length) }, work);
  // All of them end before a failure of ours is told: nobody sends for a subscriber that was given up.
  const ended = await Promise.allSettled(workers);
  for (const end of ended) if (end.status === "rejected") throw end.reason;
  return verdicts;
}
