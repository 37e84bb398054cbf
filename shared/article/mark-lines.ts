import type { CollectedLine } from "./collect-lines.ts";
import { findBoilerplate } from "./mark-boilerplate.ts";
import type { LineMatcher } from "./match-line.ts";

/** A line of the article's text. */
export interface ArticleLine {
  readonly text: string;
  /** The rule by which the line is no part of the text proper; it stays in the text, marked. */
  readonly boilerplate?: string;
  /** Set on a first line that is the title. */
  readonly title?: true;
}

/** The rule of lines that are boilerplate of this partner alone. */
const partnerRule = "partner";

/**
 * Marks lines that are boilerplate, and a first line that is the article's title. Drops nothing.
 *
 * @param isBoilerplate knows the lines of the partner, beside those that everybody has
 */
export function markLines(
  collected: readonly CollectedLine[],
  title: string | undefined,
  isBoilerplate?: LineMatcher,
): ArticleLine[] {
  return collected.map(({ text, rule }, index): ArticleLine => {
    const boilerplate = rule ?? findBoilerplate(text)?.name ?? (isBoilerplate?.(text) ? partnerRule : undefined);
    if (boilerplate !== undefined) return { text, boilerplate };
    return index === 0 && text === title ? { text, title: true } : { text };
  });
}
