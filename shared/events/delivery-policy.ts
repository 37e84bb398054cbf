const secondMs = 1000;
const minuteMs = 60 * secondMs;

/** How webhooks are delivered. */
export const deliveryPolicy = {
  /** For the whole of a request: Standard Webhooks recommends 15 to 30 s, but who is slow keeps others waiting. */
  requestTimeoutMs: 10 * secondMs,
  /** Until the next attempt, after the first failure, the second …; the last one stays. A fifth is chance. */
  delaysMs: [5 * secondMs, 30 * secondMs, 2 * minuteMs, 5 * minuteMs, 15 * minuteMs, 60 * minuteMs],
  /** A subscriber may ask for more time than that, but not for more than this. */
  maxRetryAfterMs: 60 * minuteMs,
  /** So often an event is tried before it is parked, if others got through meanwhile. Until then it keeps the position. */
  triesBeforeParking: 4,
  /** Where nothing gets through for so long, nobody will repair it unasked. */
  pauseAfterMs: 3 * 24 * 60 * minuteMs,
  /** With more than these on the list, something is wrong that ops should see. */
  maxParked: 1000,
  /** Changes of the log that are read at a time; with one write they all fit into a transaction of 100. */
  changesPerChunk: 50,
  /** Requests at a time, each for another article. */
  concurrency: 8,
  /** Failures in a row, at the beginning, after which the address is taken for out of order. */
  failuresBeforeGivingUp: 2,
  /** With less time than this no request is begun: it may take its time-out, and its end has to be written down. */
  minRemainingMs: 20 * secondMs,
} as const;
export type DeliveryPolicy = { readonly [Name in keyof typeof deliveryPolicy]: Widened<(typeof deliveryPolicy)[Name]> };
type Widened<Value> = Value extends number ? number : readonly number[];

/**
 * Until the next attempt, in milliseconds: exponential, with a fifth of chance, so that subscribers that failed together do
 * not come back together.
 *
 * @param failures from 1
 * @param retryAfterMs what the subscriber has asked for
 */
export function chooseDelay(
  failures: number,
  retryAfterMs: number | undefined,
  { policy, random }: { readonly policy: DeliveryPolicy; readonly random: () => number },
): number {
  const { delaysMs, maxRetryAfterMs } = policy;
  const delayMs = delaysMs[Math.min(failures, delaysMs.length) - 1] ?? 0;
  const askedMs = Math.min(retryAfterMs ?? 0, maxRetryAfterMs);
  return Math.max(delayMs, askedMs) * (1 + random() / 5);
}
