import { setImmediate as drainMicrotasks } from "node:timers/promises";
import type { Random } from "../support/random.ts";

export interface Scheduler {
  /** So many steps have been taken. */
  readonly turn: number;
  /** Resolves when the caller is the one that goes on; not before so many other steps. */
  waitForTurn(afterTurns?: number): Promise<void>;
  /** Lets one waiting step after the other happen, chosen at random, until none waits or it is over. */
  run(isOver: () => boolean): Promise<void>;
}

/** More steps than any scenario has; who gets here is going in circles. */
const maxTurns = 20_000;

/**
 * Decides who goes on. Everything that happens in a scenario is a step of this list or follows at once from one, so that the
 * same random numbers give the same course.
 */
export function openScheduler(random: Random): Scheduler {
  const waiting: { readonly notBefore: number; readonly go: () => void }[] = [];
  const scheduler: Scheduler & { turn: number } = {
    turn: 0,
    waitForTurn(afterTurns = 0) {
      return new Promise((go) => {
        waiting.push({ notBefore: scheduler.turn + afterTurns, go });
      });
    },
    async run(isOver) {
      // Whoever was let go runs until it waits again; only then is the next one chosen.
      for (await drainMicrotasks(); waiting.length > 0 && !isOver(); await drainMicrotasks()) {
        if (++scheduler.turn > maxTurns) throw new Error(`The scenario does not end: ${maxTurns} steps.`);
        const ready = waiting.filter(({ notBefore }) => notBefore <= scheduler.turn);
        const chosen = ready.length > 0 ? random.pick(ready) : findFirst();
        waiting.splice(waiting.indexOf(chosen), 1);
        chosen.go();
      }
    },
  };
  const findFirst = () => waiting.reduce((first, step) => (step.notBefore < first.notBefore ? step : first));
  return scheduler;
}
