/** Chance and time, so that a test decides on both. */
export interface Patience {
  /** From 0 to 1. */
  random(): number;
  /** In milliseconds since 1970. */
  now(): number;
  /** Rejects when the signal comes. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
}

const baseMs = 500;
const capMs = 30_000;

/** So often a request is sent that is not answered, or answered with a problem that passes: two minutes or so. */
export const maxAttempts = 8;

/**
 * How long to wait before the next attempt, in milliseconds. Exponential with full jitter, after Marc Brooker, "Exponential
 * Backoff and Jitter" (AWS Architecture Blog, 2015). When the server says how long, that is the least; a little chance on top
 * keeps its clients from coming back all at once.
 *
 * @param attempt from 0
 */
export function backOff(attempt: number, retryAfterMs: number | undefined, random: () => number): number {
  if (retryAfterMs !== undefined) return retryAfterMs + random() * baseMs;
  return random() * Math.min(capMs, baseMs * 2 ** attempt);
}

/**
 * Reads `Retry-After`: seconds or a date (RFC 9110, section 10.2.3).
 *
 * @returns milliseconds from now, or undefined when there is none or it is neither
 */
export function readRetryAfter(value: string | null, now: number): number | undefined {
  if (value === null) return undefined;
  if (/^\d+$/.test(value.trim())) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
