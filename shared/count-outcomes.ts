import type { ItemAnswer, OutcomeCounts } from "./api/item-answer.ts";

/** Counts what became of items. */
export function countOutcomes(answers: Iterable<ItemAnswer>): OutcomeCounts {
  const counts = { created: 0, updated: 0, unchanged: 0, duplicate: 0, retracted: 0, refused: 0, deferred: 0 };
  for (const answer of answers) counts[nameOutcome(answer)] += 1;
  return counts;
}

/** @param times -1 takes away */
export function addCounts(sum: OutcomeCounts, more: OutcomeCounts, times: 1 | -1 = 1): OutcomeCounts {
  const names = Object.keys(sum) as (keyof OutcomeCounts)[];
  return Object.fromEntries(names.map((name) => [name, sum[name] + times * more[name]])) as OutcomeCounts;
}

function nameOutcome({ status, result }: ItemAnswer): keyof OutcomeCounts {
  if (result !== undefined) return result.outcome;
  if (status === 204) return "retracted";
  return status === 429 || status >= 500 ? "deferred" : "refused";
}
