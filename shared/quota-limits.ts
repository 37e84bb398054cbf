import * as z from "zod";

/** How many articles a partner may hand in. */
export interface QuotaLimits {
  /** On average. */
  readonly perMinute: number;
  /** At once; together with `perMinute` it makes the window in which this many may come. */
  readonly burst: number;
  /** From midnight to midnight, UTC. */
  readonly dailyArticles: number;
}

/**
 * What holds for a partner for which nothing else was set. A large agency sends some thousands of articles a day, so nobody
 * who works as intended meets these; a client in a loop does, before it costs more than a dollar or two.
 */
export const defaultQuota: QuotaLimits = {
  // Fifty a second: a backlog of thousands goes in within minutes.
  perMinute: 3000,
  // A minute's worth at once, or six full batches.
  burst: 3000,
  // A newsroom that pushes all 300 entries of its feed every five minutes stays below this.
  dailyArticles: 100_000,
};

/** Shorter windows would have every instance ask for its share too often, and tolerate less difference between clocks. */
const minWindowSeconds = 10;
const maxWindowSeconds = 3600;

const count = z.int().min(1).max(10_000_000);

/** Limits as ops sets them; each that is absent is the default. */
export const QuotaSettings = z
  .strictObject({ perMinute: count.optional(), burst: count.optional(), dailyArticles: count.optional() })
  .refine((settings) => isWindow(resolveQuota(settings)), {
    path: ["burst"],
    message: "must be between a sixth of perMinute and sixty times as much",
  });
export type QuotaSettings = z.infer<typeof QuotaSettings>;

/** The limits with the defaults where nothing is set. */
export function resolveQuota(settings: { [Name in keyof QuotaLimits]?: number | undefined }): QuotaLimits {
  const perMinute = settings.perMinute ?? defaultQuota.perMinute;
  return {
    perMinute,
    // Whoever sets the rate alone means as much at once.
    burst: settings.burst ?? (settings.perMinute === undefined ? defaultQuota.burst : perMinute),
    dailyArticles: settings.dailyArticles ?? defaultQuota.dailyArticles,
  };
}

/** Seconds in which a burst may come once, so that the rate is kept on average. */
export function windowSeconds({ perMinute, burst }: QuotaLimits): number {
  return Math.ceil((60 * burst) / perMinute);
}

function isWindow(limits: QuotaLimits): boolean {
  const seconds = windowSeconds(limits);
  return seconds >= minWindowSeconds && seconds <= maxWindowSeconds;
}
