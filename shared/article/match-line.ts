import { normalizeForComparison } from "./normalize-for-comparison.ts";

/** Says whether a line is one of those that patterns describe. */
export type LineMatcher = (line: string) => boolean;

/** Longer lines are paragraphs, whatever they begin with. */
const maxLineCharacters = 1000;

interface Wildcard {
  readonly head: string;
  readonly middle: readonly string[];
  readonly tail: string;
}

/**
 * Makes a matcher of patterns for whole lines, in which `*` stands for anything, also nothing. Case, white space, Unicode
 * form, quotes and dashes do not matter.
 *
 * Linear in the line for each pattern: the pieces between the stars are looked for from left to right, each once. The first
 * place where a piece fits is as good as any later one, since a star takes up the rest; so nothing is ever tried again.
 */
export function matchLines(patterns: readonly string[]): LineMatcher {
  const exact = new Set<string>();
  const wildcards: Wildcard[] = [];
  for (const pattern of patterns) {
    const [head = "", ...rest] = fold(pattern).split("*");
    const tail = rest.pop();
    if (tail === undefined) exact.add(head);
    else wildcards.push({ head, middle: rest.filter((piece) => piece !== ""), tail });
  }
  return (line) => {
    if (line.length > maxLineCharacters) return false;
    const folded = fold(line);
    return exact.has(folded) || wildcards.some((wildcard) => fits(folded, wildcard));
  };
}

function fits(line: string, { head, middle, tail }: Wildcard): boolean {
  const end = line.length - tail.length;
  if (end < head.length || !line.startsWith(head) || !line.endsWith(tail)) return false;
  let position = head.length;
  for (const piece of middle) {
    const found = line.indexOf(piece, position);
    if (found < 0 || found + piece.length > end) return false;
    position = found + piece.length;
  }
  return true;
}

function fold(text: string): string {
  return normalizeForComparison(text).toLowerCase();
}
