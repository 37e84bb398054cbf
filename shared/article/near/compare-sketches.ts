import { type Sketch, sketchLimits } from "./sketch.ts";

/** What two sets have in common, as far as their sketches tell. */
export interface Overlap {
  readonly shared: number;
  readonly onlyFirst: number;
  readonly onlySecond: number;
}

export interface Comparison {
  /** Estimated share of sequences of three words that are in both texts, of those in either. */
  readonly jaccard: number;
  /** Estimated share of the first text that stands in the second. */
  readonly firstInSecond: number;
  readonly secondInFirst: number;
  readonly shingles: Overlap;
  readonly numbers: Overlap;
  readonly names: Overlap;
  readonly title: Overlap;
  /**
   * Share of the beginning of one text that stands anywhere in the other, of the two the greater. Absent where the other
   * is so long that its sketch cannot tell.
   */
  readonly leadAgreement?: number;
  /** Absent where the time of one is unknown. */
  readonly hoursApart?: number;
}

/** Compares what two articles say. Exchanging the articles exchanges the directions and changes nothing else. */
export function compareSketches(first: Sketch, second: Sketch): Comparison {
  const shingles = overlap(first.shingles, second.shingles, sketchLimits.shingles);
  const { shared, onlyFirst, onlySecond } = shingles;
  const leadAgreement = agreeOnLead(first, second);
  const apart =
    first.publishedMinute === undefined || second.publishedMinute === undefined
      ? undefined
      : Math.abs(first.publishedMinute - second.publishedMinute) / 60;
  return {
    jaccard: ratio(shared, shared + onlyFirst + onlySecond),
    firstInSecond: ratio(shared, shared + onlyFirst),
    secondInFirst: ratio(shared, shared + onlySecond),
    shingles,
    numbers: overlap(first.numbers, second.numbers, sketchLimits.numbers),
    names: overlap(first.names, second.names, sketchLimits.names),
    title: overlap(first.title, second.title, sketchLimits.title),
    ...(leadAgreement !== undefined && { leadAgreement }),
    ...(apart !== undefined && { hoursApart: apart }),
  };
}

/**
 * Counts shared and unshared values where both sketches are complete: up to the smaller of their greatest values. There
 * each sketch holds all of its set, so that the counts are an unbiased sample for Jaccard and for containment, also when
 * one set is many times as large.
 *
 * Source: Kevin Beyer, Peter Haas, Berthold Reinwald, Yannis Sismanis, Rainer Gemulla, "On synopses for distinct-value
 * estimation under multiset operations", 2007.
 */
function overlap(first: Uint32Array, second: Uint32Array, limit: number): Overlap {
  const end = Math.min(lastComplete(first, limit), lastComplete(second, limit));
  let shared = 0;
  let onlyFirst = 0;
  let onlySecond = 0;
  let left = 0;
  let right = 0;
  while (true) {
    const one = first[left] ?? Number.POSITIVE_INFINITY;
    const other = second[right] ?? Number.POSITIVE_INFINITY;
    if (Math.min(one, other) > end) break;
    if (one === other) shared += 1;
    else if (one < other) onlyFirst += 1;
    else onlySecond += 1;
    if (one <= other) left += 1;
    if (other <= one) right += 1;
  }
  return { shared, onlyFirst, onlySecond };
}

/** So many sequences of a beginning must be known to be in the other text or not. */
const minLeadSample = 6;

function agreeOnLead(first: Sketch, second: Sketch): number | undefined {
  const shares = [findLead(first, second), findLead(second, first)].filter((share) => share !== undefined);
  return shares.length === 0 ? undefined : Math.max(...shares);
}

/** Share of the beginning of a text that stands in another, among the sequences that the other's sketch knows about. */
function findLead({ lead }: Sketch, other: Sketch): number | undefined {
  const end = lastComplete(other.shingles, sketchLimits.shingles);
  let known = 0;
  let shared = 0;
  for (const hash of lead) {
    if (other.lead.includes(hash) || (hash <= end && other.shingles.includes(hash))) shared += 1;
    else if (hash > end) continue;
    known += 1;
  }
  return known < Math.min(minLeadSample, lead.length) ? undefined : ratio(shared, known);
}

/** The greatest value up to which nothing of the set is missing. */
function lastComplete(sketch: Uint32Array, limit: number): number {
  return sketch.length < limit ? 2 ** 32 : (sketch[limit - 1] ?? 2 ** 32);
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
