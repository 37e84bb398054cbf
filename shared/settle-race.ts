import { ProblemError } from "./api/problem.ts";

/** Items that an earlier round has shown to matter, to be read by the next one. */
export interface Known {
  readonly clusterIds: ReadonlySet<string>;
  readonly articleIds: ReadonlySet<string>;
}

export type Round<T> =
  | { readonly done: T }
  /** Go round again with these; `lostRace` when a rival was faster, which is worth a pause. */
  | {
      readonly again: { readonly clusterIds?: readonly string[]; readonly articleIds?: readonly string[] };
      readonly lostRace: boolean;
    };

/** Fifty rivals for one text need about six rounds; who loses this often has met a fault, not a race. */
const maxRounds = 20;

/**
 * Repeats read, decide and write until the write goes through or there is nothing to write.
 *
 * @param pause waits before round `n`, longer as `n` grows and never the same for two rivals
 * @throws ProblemError `unavailable` when every round was lost
 */
export async function settleRace<T>(
  pause: (round: number) => Promise<void>,
  round: (known: Known) => Promise<Round<T>>,
): Promise<T> {
  const clusterIds = new Set<string>();
  const articleIds = new Set<string>();
  for (let count = 1; count <= maxRounds; count++) {
    const result = await round({ clusterIds, articleIds });
    if ("done" in result) return result.done;
    for (const id of result.again.clusterIds ?? []) clusterIds.add(id);
    for (const id of result.again.articleIds ?? []) articleIds.add(id);
    if (result.lostRace && count < maxRounds) await pause(count);
  }
  throw new ProblemError(
    "unavailable",
    "Too many writers at once for this article. Nothing was stored; send it again.",
    {
      headers: { "Retry-After": "1" },
    },
  );
}
