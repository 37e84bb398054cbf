import { setTimeout as sleep } from "node:timers/promises";
import type { TimeBudget } from "../../shared/submit-batch.ts";

/** An item that is begun has this long, more than it takes where the stores answer as they should. */
const itemMs = 3000;

/** The answer has this long: to be checked, compressed and sent, before the function is ended without a word. */
const answerMs = 3000;

/**
 * Divides the time that a function has left.
 *
 * @param remainingMs tells at any moment how much there is
 */
export function startBudget(remainingMs: () => number): TimeBudget {
  return {
    hasTime: () => remainingMs() > itemMs + answerMs,
    isOver: sleep(Math.max(0, remainingMs() - answerMs), undefined, { ref: false }),
  };
}
