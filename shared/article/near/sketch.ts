/**
 * What is kept of an article to compare it with later ones. Every list holds the smallest hashes of a set, ascending and
 * unsigned; a list shorter than its limit is the whole set.
 */
export interface Sketch {
  /** Number of words of the text. */
  readonly wordCount: number;
  /** Publication in minutes since 1970, where it is known. */
  readonly publishedMinute?: number;
  /** Sequences of three words. */
  readonly shingles: Uint32Array;
  readonly numbers: Uint32Array;
  readonly names: Uint32Array;
  /** Words of the title that the partner gave; empty without one. */
  readonly title: Uint32Array;
  /** Sequences of three words among the first 24 words, all of them. */
  readonly lead: Uint32Array;
}

/**
 * How many hashes a list keeps. With 128 shingles the standard error of a containment of one half is 4 to 6 hundredths.
 * All together are 888 bytes, so that the item with its keys takes one write unit.
 */
export const sketchLimits = { shingles: 128, numbers: 24, names: 32, title: 16, lead: 22 } as const;
