import type { Match, Verdict } from "./decide-match.ts";

/** An article that may be the original of another one. */
export interface Candidate {
  readonly id: string;
  /** Arrival, ISO 8601 in UTC. */
  readonly acceptedAt: string;
  readonly match: Match;
}

const ranks: Readonly<Record<Verdict, number>> = { duplicate: 0, related: 1, new: 2 };

/**
 * Chooses the one that an article is linked to: the best verdict, then the greatest similarity, then the oldest, then the
 * least ID, so that every writer chooses alike whatever the order of reading. Undefined where all are `new`.
 *
 * An article is linked to one original and never joins two clusters: with transitive closure one bad link would merge all.
 */
export function chooseOriginal<T extends Candidate>(candidates: readonly T[]): T | undefined {
  return orderCandidates(candidates).find(({ match }) => match.verdict !== "new");
}

/** The candidates in the order in which they are preferred. */
export function orderCandidates<T extends Candidate>(candidates: readonly T[]): T[] {
  return candidates.toSorted(compareCandidates);
}

function compareCandidates(first: Candidate, second: Candidate): number {
  return (
    ranks[first.match.verdict] - ranks[second.match.verdict] ||
    second.match.similarity - first.match.similarity ||
    compareText(first.acceptedAt, second.acceptedAt) ||
    compareText(first.id, second.id)
  );
}

function compareText(first: string, second: string): number {
  if (first === second) return 0;
  return first < second ? -1 : 1;
}
