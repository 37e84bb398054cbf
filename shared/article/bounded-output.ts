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
  toString(): string;
}

/**
 * Holds the output. What is bounded by the input anyway is always written; attributes and repeated tags, by which small
 * inputs become huge outputs, ask for room first.
 */
export function createBoundedOutput(): BoundedOutput {
  // Engines build long strings from pieces faster than arrays are joined.
  let output = "";
  let allowance: number = bounds.outputSlack;
  let repeatAllowance: number = bounds.outputSlack;
  let repeated = 0;
  return {
    advanceTo(position) {
      allowance = bounds.outputSlack + bounds.maxGrowth * position;
      repeatAllowance = bounds.outputSlack + bounds.maxRepetition * position;
    },
    write(chunk) {
      output += chunk;
    },
    size: () => output.length,
    hasRoom: (characters) => output.length + characters <= allowance,
    payRepetition(characters) {
      if (repeated + characters > repeatAllowance) return false;
      repeated += characters;
      return true;
    },
    toString: () => output,
  };
}
