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
