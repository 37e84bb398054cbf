import type { CollectedLine } from "./collect-lines.ts";
import { findBoilerplate } from "./mark-boilerplate.ts";

/** A line of the article's text. */
export interface ArticleLine {
  readonly text: string;
  /** The rule by which the line is no part of the text proper; it stays in the text, marked. */
  readonly boilerplate?: string;
  /** Set on a first line that is the title. */
  readonly title?: true;
}

/** Marks lines that are boilerplate, and a first line that is the article's title. Drops nothing. */
export function markLines(collected: readonly CollectedLine[], title: string | undefined): ArticleLine[] {
  return collected.map(({ text, rule }, index): ArticleLine => {
    const boilerplate = rule ?? findBoilerplate(text)?.name;
    if (boilerplate !== undefined) return { text, boilerplate };
    return index === 0 && text === title ? { text, title: true } : { text };
  });
}
