import type { Change } from "../../shared/api/change.ts";

/** What comes in, as the chart has it; that an article has another role in its story is no arrival. */
export const outcomes = ["created", "duplicate", "updated", "retracted"] as const;
export type ChartedOutcome = (typeof outcomes)[number];
export type OutcomeCounts = Readonly<Record<ChartedOutcome, number>>;

/** What a partner sent lately: a count for each outcome in each minute, the latest minute last. */
export interface PartnerTally {
  readonly partner: string;
  readonly minutes: readonly OutcomeCounts[];
  readonly total: OutcomeCounts;
}

/** A change, with what is known of its article. */
export interface LiveChange extends Pick<Change, "type" | "id" | "revision" | "at"> {
  /** Absent in changes from before it was kept there. */
  readonly partner?: string | undefined;
  readonly title?: string | undefined;
  readonly language?: string | undefined;
}

export interface Tally {
  /** Counts a change, unless it was counted already: the log of changes may tell one twice. @returns whether it is new */
  add(change: LiveChange): boolean;
  /** The minutes up to a time, by partner in the order of their names. */
  read(nowMs: number): PartnerTally[];
}

const minuteMs = 60_000;

/** Stands for the partner of a change that names none. */
export const unnamedPartner = "unknown";

/** Counts changes by partner, outcome and minute, and forgets what is older than so many minutes. */
export function openTally(minutes: number): Tally {
  /** By minute, then by partner; beside it what was counted in that minute. */
  const counted = new Map<
    number,
    { readonly seen: Set<string>; readonly partners: Map<string, Record<ChartedOutcome, number>> }
  >();

  return {
    add({ type, id, revision, at, partner = unnamedPartner }) {
      const minute = Math.floor(Date.parse(at) / minuteMs);
      const entry = counted.get(minute) ?? { seen: new Set(), partners: new Map() };
      counted.set(minute, entry);
      const name = `${id} ${revision} ${type}`;
      if (entry.seen.has(name)) return false;
      entry.seen.add(name);
      if (type === "clusterChanged") return true;
      const counts = entry.partners.get(partner) ?? makeCounts();
      counts[type]++;
      entry.partners.set(partner, counts);
      return true;
    },
    read(nowMs) {
      const last = Math.floor(nowMs / minuteMs);
      for (const minute of counted.keys()) if (minute <= last - minutes) counted.delete(minute);
      const partners = new Set([...counted.values()].flatMap((entry) => [...entry.partners.keys()]));
      return [...partners].toSorted().map((partner) => {
        const series = Array.from(
          { length: minutes },
          (_, index) => counted.get(last - minutes + 1 + index)?.partners.get(partner) ?? makeCounts(),
        );
        return { partner, minutes: series, total: series.reduce<OutcomeCounts>(sum, makeCounts()) };
      });
    },
  };
}

function makeCounts(): Record<ChartedOutcome, number> {
  return { created: 0, duplicate: 0, updated: 0, retracted: 0 };
}

function sum(a: OutcomeCounts, b: OutcomeCounts): OutcomeCounts {
  return {
    created: a.created + b.created,
    duplicate: a.duplicate + b.duplicate,
    updated: a.updated + b.updated,
    retracted: a.retracted + b.retracted,
  };
}
