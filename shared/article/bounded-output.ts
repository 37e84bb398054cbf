import { createStringBuilder } from "./build-string.ts";
import { bounds } from "./policy.ts";

/** The output as it grows, measured against what has been read. */
export interface BoundedOutput {
  /** Tells how far the input has been read. */
  advanceTo(position: number): void;
  /** Writes what must be written: text, and tags that close or carry structure. */
  write(chunk: string): void;
  size(): number;
  /** Says whether so many characters more are paid for by what has been read. */
  hasRoom(characters: number): boolean;
  /** Pays for a tag that was written before, if it can; the budget for these is smaller. */
  payRepetition(characters: number): boolean;
  /** Gives the whole output, at the end. */
  take(): string;
}

/**
 * Holds the output. What is bounded by the input anyway is always written; attributes and repeated tags, by which small
 * inputs become huge outputs, ask for room first.
 */
export function createBoundedOutput(): BoundedOutput {
  const output = createStringBuilder();
  let allowance: number = bounds.outputSlack;
  let repeatAllowance: number = bounds.outputSlack;
  let repeated = 0;
  return {
    advanceTo(position) {
      allowance = bounds.outputSlack + bounds.maxGrowth * position;
      repeatAllowance = bounds.outputSlack + bounds.maxRepetition * position;
    },
    write: output.add,
    size: output.size,
    hasRoom: (characters) => output.size() + characters <= allowance,
    payRepetition(characters) {
      if (repeated + characters > repeatAllowance) return false;
      repeated += characters;
      return true;
    },
    take: output.take,
  };
}
