import { type QuotaLimits, windowSeconds } from "./quota-limits.ts";
import type { QuotaTable } from "./stores/quota-table.ts";

/** One limit as it stands. */
export interface QuotaState {
  readonly policy: "burst" | "day";
  readonly limit: number;
  readonly windowSeconds: number;
  /** At least what this instance still has, and at most what nobody has taken. */
  readonly remaining: number;
  readonly resetSeconds: number;
}

export interface QuotaGrant {
  /** Of the articles that were asked for, so many may be taken in. */
  readonly granted: number;
  /** The limits; none where they could not be looked up. */
  readonly states: readonly QuotaState[];
}

/** Takes a part of a partner's quota. Never throws. */
export interface Quotas {
  take(partner: string, limits: QuotaLimits, wanted: number): Promise<QuotaGrant>;
}

/** What an instance has of a partner's quota in one window. */
interface Share {
  /** Tells the window and the limits that it belongs to. */
  readonly id: string;
  readonly day: string;
  /** Taken from the store and not used yet. */
  left: number;
  /** Of the day's quota, what was left when an earlier window ended: it need not be taken again. */
  carried: number;
  /** Taken from the store in this window. */
  leased: number;
  /** There is nothing to be had before the window ends, so nobody is asked. */
  isSpent: boolean;
  windowTaken: number;
  dayTaken: number;
}

/** An instance takes at most so many at a time beyond what it needs, so that little is lost when it ends. */
const maxSpare = 64;

/** It leaves this many times as much as it takes, so that the last of a quota is not held by those who do not need it. */
const spareDivisor = 16;

/** Partners that an instance remembers; the one that came first is forgotten first. */
const maxShares = 1000;

/** After a fault the store is left alone for so long. */
const pauseMs = 5000;

const daySeconds = 86_400;

/**
 * The quotas of all partners, in fixed windows: a `burst` in each window, and `dailyArticles` in each day of UTC. The sums are
 * kept in a store that all instances see, one item for each partner and day.
 *
 * An instance takes its part of them in leases, each one write. The first is for what is wanted, later ones in the same window
 * for as much again as it has had: a partner in a hurry costs a few writes a minute and instance, and a slow one is not kept
 * from what others hold. No window and no day is ever granted more than its limit, whatever the number of instances; their
 * clocks say only which window they mean. What an instance holds when a window ends is lost for that window.
 *
 * Where the store does not answer, everything is granted, for an article that is turned away is worse than one too many.
 *
 * @param options.onFault called then
 */
export function openQuotas(
  table: Pick<QuotaTable, "lease">,
  options: { readonly now: () => Date; readonly onFault: (error: unknown) => void },
): Quotas {
  const shares = new Map<string, Share>();
  let pausedUntil = 0;

  function findShare(partner: string, limits: QuotaLimits, now: number): Share {
    const window = locateWindow(limits, now);
    const id = JSON.stringify([window.day, window.windowStart, limits]);
    const known = shares.get(partner);
    if (known?.id === id) return known;
    const sameDay = known?.day === window.day ? known : undefined;
    const share: Share = {
      id,
      day: window.day,
      left: 0,
      carried: sameDay === undefined ? 0 : sameDay.carried + sameDay.left,
      leased: 0,
      isSpent: false,
      windowTaken: 0,
      dayTaken: sameDay?.dayTaken ?? 0,
    };
    shares.delete(partner);
    const oldest = shares.size >= maxShares ? shares.keys().next().value : undefined;
    if (oldest !== undefined) shares.delete(oldest);
    shares.set(partner, share);
    return share;
  }

  /** Gets as many of the missing ones as there are; the rest of what it took, it leaves in the share. */
  async function lease(partner: string, share: Share, limits: QuotaLimits, missing: number, now: number) {
    const window = locateWindow(limits, now);
    const spare = Math.min(share.leased, maxSpare, Math.floor(roomOf(share, limits) / spareDivisor));
    let windowCount = Math.min(Math.max(missing, spare), roomOf(share, limits));
    // Each round that fails says how much there is, and the next asks for less: it ends.
    while (windowCount > 0) {
      const carried = Math.min(share.carried, windowCount);
      share.carried -= carried;
      const standing = await table.lease(partner, {
        ...window,
        windowCount,
        dayCount: windowCount - carried,
        windowLimit: limits.burst,
        dayLimit: limits.dailyArticles,
      });
      share.windowTaken = standing.windowTaken;
      share.dayTaken = standing.dayTaken;
      if (standing.granted) {
        const granted = Math.min(missing, windowCount);
        share.leased += windowCount;
        share.left += windowCount - granted;
        share.isSpent ||= granted < missing;
        return granted;
      }
      share.carried += carried;
      windowCount = Math.min(missing, windowCount - 1, roomOf(share, limits));
    }
    share.isSpent = true;
    return 0;
  }

  return {
    async take(partner, limits, wanted) {
      const now = options.now().getTime();
      const share = findShare(partner, limits, now);
      const held = Math.min(wanted, share.left);
      share.left -= held;
      let granted = held;
      if (granted < wanted && !share.isSpent) {
        if (now < pausedUntil) return { granted: wanted, states: [] };
        try {
          granted += await lease(partner, share, limits, wanted - held, now);
        } catch (error) {
          pausedUntil = now + pauseMs;
          options.onFault(error);
          return { granted: wanted, states: [] };
        }
      }
      return { granted, states: describeStates(share, limits, now) };
    },
  };
}

/** What nobody has taken yet, as far as this instance knows. */
function roomOf(share: Share, limits: QuotaLimits): number {
  return Math.min(limits.burst - share.windowTaken, limits.dailyArticles - share.dayTaken + share.carried);
}

/** Windows begin anew each midnight, so that they lie in one day. */
function locateWindow(limits: QuotaLimits, now: number) {
  const seconds = windowSeconds(limits);
  const ofDay = Math.floor(now / 1000) % daySeconds;
  return {
    day: new Date(now).toISOString().slice(0, "2026-11-23".length),
    windowStart: ofDay - (ofDay % seconds),
    windowSeconds: seconds,
  };
}

function describeStates(share: Share, limits: QuotaLimits, now: number): QuotaState[] {
  const seconds = windowSeconds(limits);
  const ofDay = (now / 1000) % daySeconds;
  const untilMidnight = Math.ceil(daySeconds - ofDay);
  const state = (policy: QuotaState["policy"], limit: number, taken: number, held: number) => ({
    policy,
    limit,
    remaining: Math.max(0, limit - taken + held),
  });
  return [
    {
      ...state("burst", limits.burst, share.windowTaken, share.left),
      windowSeconds: seconds,
      resetSeconds: Math.min(untilMidnight, Math.ceil(seconds - (ofDay % seconds))),
    },
    {
      ...state("day", limits.dailyArticles, share.dayTaken, share.left + share.carried),
      windowSeconds: daySeconds,
      resetSeconds: untilMidnight,
    },
  ];
}
