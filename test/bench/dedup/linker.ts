import type { CorpusArticle } from "./load-corpus.ts";

/** What one article cost beyond its own item. */
export interface Cost {
  /** Round trips to the database that read. */
  readonly requests: number;
  /** Read units, eventually consistent: half a unit for each item of up to 4 KB. */
  readonly readUnits: number;
  /** Write units inside a transaction: two for each item of up to 1 KB. */
  readonly writeUnits: number;
}

export interface Placement {
  /** The article that it is a copy of; absent for an original. */
  readonly originalId?: string;
  readonly cost: Cost;
}

/** A method that takes articles one by one, as they come, and says of each what it is a copy of. */
export interface Linker {
  readonly add: (article: CorpusArticle) => Placement;
}
