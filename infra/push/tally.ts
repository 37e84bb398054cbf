import { createHash, type Hash } from "node:crypto";
import { type Entry, isItem } from "./entry.ts";

/** What became of a file so far, in the form in which it can be kept. */
export interface FileProgress {
  readonly file: string;
  /** So many entries from the start are settled. */
  readonly entries: number;
  /** SHA-256 over these entries, to see whether the file still begins with them. */
  readonly digest: string;
  /** How many had which outcome; `failed` is one of them. */
  readonly outcomes: Readonly<Record<string, number>>;
}

/** Counts what became of a file. */
export interface Tally {
  /** The next entry of the file is settled. */
  advance(entry: Entry): void;
  count(outcome: string): void;
  read(): FileProgress;
}

/** @param counted outcomes of an earlier run */
export function openTally(file: string, counted: Readonly<Record<string, number>> = {}): Tally {
  const hash: Hash = createHash("sha256");
  const outcomes: Record<string, number> = { ...counted };
  let entries = 0;
  return {
    advance(entry) {
      entries += 1;
      const bytes = isItem(entry) ? entry.bytes : Buffer.from(`refused ${entry.problem.detail}`);
      hash.update(`${bytes.length}:`).update(bytes);
    },
    count(outcome) {
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    },
    read: () => ({ file, entries, digest: hash.copy().digest("hex"), outcomes: { ...outcomes } }),
  };
}
