import type { Panel } from "../support/draw-plot.ts";

/** What a benchmark adds to the table in the README. */
export interface Section {
  readonly title: string;
  /** What was measured, and how; a sentence or two. */
  readonly note: string;
  /** The first row is the header. */
  readonly rows: readonly (readonly string[])[];
  readonly budgets: readonly Budget[];
  /** For the plot of what grows with size. */
  readonly panels?: readonly Panel[];
}

/** A promise in figures, which are rounded for people, but not before they are compared. */
export interface Budget {
  readonly what: string;
  readonly measured: number;
  readonly atMost: number;
  readonly show: (value: number) => string;
}

/** How much is measured: everything, or so little that it only shows that the benchmark works. */
export interface Effort {
  readonly isQuick: boolean;
}

export type Summarize = (effort: Effort) => Promise<Section>;
