import { setTimeout as sleep } from "node:timers/promises";

/**
 * Waits before a round of a race: at most 15 ms, 30, 60 … up to half a second, and a random part of that, so that rivals do
 * not meet again ("full jitter", AWS Architecture Blog, "Exponential Backoff and Jitter").
 */
export async function pauseBeforeRound(round: number): Promise<void> {
  await sleep(Math.random() * Math.min(500, 15 * 2 ** (round - 1)));
}
