import type { MadeSubmission } from "./make-submissions.ts";

/**
 * Puts submissions into batches of one partner each. They keep their order but for copies, which wait until what they are copies of
 * has been sent, by whomever, or stands before them in the same batch. As long as anybody has a full batch, a full one is next.
 *
 * @param size items of a batch; the last ones of each partner are smaller
 */
export function groupSubmissions(made: readonly MadeSubmission[], size: number): MadeSubmission[][] {
  const groups: MadeSubmission[][] = [];
  const sent = new Set<number>();
  while (sent.size < made.length) {
    const open = new Map<string, number[]>();
    made.forEach(({ partner, original }, at) => {
      const group = open.get(partner) ?? [];
      open.set(partner, group);
      if (sent.has(at) || group.length === size) return;
      if (original === undefined || sent.has(original) || group.includes(original)) group.push(at);
    });
    // Among equals, the one whose first submission comes first.
    const [next = []] = [...open.values()].sort(
      (one, other) => other.length - one.length || (one[0] ?? 0) - (other[0] ?? 0),
    );
    for (const at of next) sent.add(at);
    groups.push(next.flatMap((at) => made[at] ?? []));
  }
  return groups;
}
