import { foldText, type Token } from "./fold-text.ts";
import type { SearchTerm } from "./read-search.ts";

/** A piece of a text: what was searched for, or what stands between. */
export interface HighlightPart {
  readonly text: string;
  readonly isMatch: boolean;
}

/** A stretch of a text that a term of the search fits. */
interface MatchedRange {
  readonly start: number;
  readonly end: number;
  readonly term: number;
}

/** Matches that a passage shows lie within so many characters. */
const maxSpan = 180;
/** So much is shown before the first of them, and so much in all. */
const lead = 50;
const maxPassage = 260;

/** Marks in a text, in all of it, what was searched for. */
export function highlightText(text: string, terms: readonly SearchTerm[], language?: string): HighlightPart[] {
  return mark(text, findMatches(text, terms, language), { start: 0, end: text.length });
}

/**
 * The passage of a text that shows most of what was searched for, marked, in one line; its beginning where there is nothing. An
 * ellipsis stands where it was cut.
 */
export function highlightPassage(text: string, terms: readonly SearchTerm[], language?: string): HighlightPart[] {
  const matches = findMatches(text, terms, language);
  const passage = choosePassage(text, matches);
  const parts = mark(text, matches, passage).map(({ text: piece, isMatch }) => ({
    text: piece.replace(/\s/gu, " "),
    isMatch,
  }));
  const ellipsis = { text: "…", isMatch: false };
  return [...(passage.start > 0 ? [ellipsis] : []), ...parts, ...(passage.end < text.length ? [ellipsis] : [])];
}

/** In the order of their beginnings. */
function findMatches(text: string, terms: readonly SearchTerm[], language?: string): MatchedRange[] {
  const tokens = foldText(text, language);
  const wanted = terms.flatMap(({ variants, isPrefix }, term) =>
    variants.map((variant) => ({ variant, isPrefix, term, isOpen: isPrefix && variant.length === 1 })),
  );
  const matches: MatchedRange[] = [];
  for (const [index, { term: first, start }] of tokens.entries()) {
    for (const { variant, isPrefix, term, isOpen } of wanted) {
      const [begin = ""] = variant;
      if (isOpen ? !first.startsWith(begin) : first !== begin) continue;
      const last = tokens[index + variant.length - 1];
      if (last === undefined || !followsWith(tokens, index, variant, isPrefix)) continue;
      // Of a pair that was only begun, the first character is what was searched for.
      matches.push({ start, end: isPrefix ? (last.firstEnd ?? last.end) : last.end, term });
    }
  }
  return matches;
}

function followsWith(tokens: readonly Token[], index: number, variant: readonly string[], isPrefix: boolean): boolean {
  return variant.every((wanted, offset) => {
    const found = tokens[index + offset]?.term;
    return isPrefix && offset === variant.length - 1 ? found?.startsWith(wanted) === true : found === wanted;
  });
}

interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** Where most different terms stand together; of several such places, where most matches do, and of these the first. */
function choosePassage(text: string, matches: readonly MatchedRange[]): Stretch {
  const counts = new Map<number, number>();
  let best = { terms: 0, matches: 0, start: 0 };
  let next = 0;
  for (const [index, { start, term }] of matches.entries()) {
    for (let match = matches[next]; match !== undefined && match.end - start <= maxSpan; match = matches[next]) {
      counts.set(match.term, (counts.get(match.term) ?? 0) + 1);
      next += 1;
    }
    const found = { terms: counts.size, matches: next - index, start };
    if (found.terms > best.terms || (found.terms === best.terms && found.matches > best.matches)) best = found;
    // A phrase that is longer than a passage was not counted.
    if (next <= index) next = index + 1;
    else if (counts.get(term) === 1) counts.delete(term);
    else counts.set(term, (counts.get(term) ?? 1) - 1);
  }
  const start = best.start <= lead ? 0 : beginAtWord(text, best.start - lead, best.start);
  const end = text.length - start <= maxPassage ? text.length : endAtWord(text, start + maxPassage);
  return { start, end };
}

/** The first beginning of a word between two places, or where a character begins in a script without spaces. */
function beginAtWord(text: string, from: number, to: number): number {
  const space = /\s\S/u.exec(text.slice(from, to));
  return space === null ? wholeCharacter(text, from) : from + space.index + 1;
}

function endAtWord(text: string, to: number): number {
  const space = /\s+\S*$/u.exec(text.slice(to - lead, to));
  return space === null ? wholeCharacter(text, to) : to - lead + space.index;
}

/** Not between the halves of a surrogate pair, nor between a character and its mark. */
function wholeCharacter(text: string, at: number): number {
  let index = at;
  while (index > 0 && /^(?:[\udc00-\udfff]|\p{M})/u.test(text.slice(index, index + 2))) index -= 1;
  return index;
}

function mark(text: string, matches: readonly MatchedRange[], { start, end }: Stretch): HighlightPart[] {
  const parts: HighlightPart[] = [];
  let reached = start;
  const add = (to: number, isMatch: boolean) => {
    const before = parts.at(-1);
    const piece = text.slice(reached, to);
    if (piece === "") return;
    // Matches overlap where pairs of characters do.
    if (before?.isMatch === isMatch) parts[parts.length - 1] = { text: before.text + piece, isMatch };
    else parts.push({ text: piece, isMatch });
    reached = to;
  };
  for (const match of matches) {
    if (match.start >= end) break;
    if (match.end <= reached) continue;
    if (match.start > reached) add(match.start, false);
    add(Math.min(match.end, end), true);
  }
  add(end, false);
  return parts;
}
