import type { ErasureLog, ErasureRecord } from "../../../shared/stores/erasure-log.ts";
import { candidateKeys } from "./judge-item.ts";
import type { Sight } from "./look-around.ts";

export type Tally = ReturnType<typeof tallyErasure>;

/**
 * Keeps account of an erasure over all of its runs, in the log: what was there when it was last looked and is not there any more has
 * been erased. So a run that is killed loses nothing of the account; the next one looks, and adds what is gone.
 *
 * Candidate keys are counted as they are removed.
 */
export function tallyErasure(begun: ErasureRecord, erasures: Pick<ErasureLog, "saveErasure">) {
  let record = begun;
  const erasedBefore = new Map<string, number>();

  async function note(changes: Partial<ErasureRecord>): Promise<void> {
    record = { ...record, ...changes };
    await erasures.saveErasure(record);
  }

  /** Takes note of what is there now, in the places that were looked into. */
  function settle(sight: Sight): Pick<ErasureRecord, "erased" | "left"> {
    const erased = { ...record.erased };
    const left = { ...record.left };
    for (const [place, count] of sight) {
      if (place === candidateKeys) continue;
      const gone = Math.max(0, (left[place] ?? 0) - count);
      if (gone > 0) erased[place] = (erased[place] ?? 0) + gone;
      left[place] = count;
    }
    return { erased, left };
  }

  return {
    get record(): ErasureRecord {
      return record;
    },
    note,

    /** The first look of a run: what is gone since the last one was erased by runs before. */
    async begin(sight: Sight): Promise<void> {
      await note(settle(sight));
      for (const [place, count] of Object.entries(record.erased ?? {})) erasedBefore.set(place, count);
    },

    /** @param corrected places where less was to be erased than it seemed: nothing of them is counted */
    async see(sight: Sight, corrected: Sight = new Map()): Promise<void> {
      record = { ...record, left: { ...record.left, ...Object.fromEntries(corrected) } };
      await note(settle(sight));
    },

    async addErased(place: string, count: number): Promise<void> {
      await note({ erased: { ...record.erased, [place]: (record.erased?.[place] ?? 0) + count } });
    },

    /** The last look of a run. @returns by place, what this run has erased, and what is left */
    async end(sight: Sight, finishedAt: string): Promise<{ place: string; erased: number; left: number }[]> {
      const isFinished = [...sight.values()].every((count) => count === 0);
      const { left, erased } = settle(sight);
      await note({ erased, left: isFinished ? undefined : left, ...(isFinished && { finishedAt }) });
      return [...new Set([...Object.keys(erased ?? {}), ...sight.keys()])].map((place) => ({
        place,
        erased: (erased?.[place] ?? 0) - (erasedBefore.get(place) ?? 0),
        left: sight.get(place) ?? 0,
      }));
    },
  };
}
