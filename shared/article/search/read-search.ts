import { foldGerman } from "./fold-character.ts";
import { foldText } from "./fold-text.ts";

/** What a text has to have: one of these sequences of words. */
export interface SearchTerm {
  /** One sequence in each way in which it may have been folded, the likeliest first. */
  readonly variants: readonly (readonly string[])[];
  /** The last word of a sequence is only the beginning of one. */
  readonly isPrefix: boolean;
}

const quotes = /["“”„‟«»＂]/;

/** Umlauts as they are written where the keyboard has none, in a text that is not known to be German. */
const spelledOut: Readonly<Record<string, string>> = { ä: "ae", ö: "oe", ü: "ue", å: "aa", ø: "oe" };

/**
 * Reads a search: words, all of which are to be found; `"words in quotes"` that are to stand side by side; `begin*` for words
 * that begin so. A quote without a partner, a star in the wrong place and other signs are no words, and count as spaces.
 *
 * The language of a text decides how it was folded, and whoever searches does not know it. So each sequence of words is looked
 * for in every way.
 */
export function readSearch(search: string): SearchTerm[] {
  const pieces = search.split(quotes);
  const terms = pieces.flatMap((piece, index) => {
    // Between two quotes; the last piece has only one of them.
    const isPhrase = index % 2 === 1 && index < pieces.length - 1;
    return (isPhrase ? [piece] : piece.split(/\s+/)).map(readTerm);
  });
  const known = new Set<string>();
  return terms.filter((term) => {
    const name = JSON.stringify(term);
    return term.variants.length > 0 && !known.has(name) && known.add(name);
  });
}

function readTerm(text: string): SearchTerm {
  const tokens = foldText(text);
  const last = tokens.at(-1);
  const before = tokens.at(-2);
  if (last === undefined) return { variants: [], isPrefix: false };
  const isPair = last.firstEnd !== undefined;
  // The pair before has this character in it already, and in a text it is followed by whatever comes next.
  if (isPair && before?.firstEnd !== undefined && before.end === last.end) tokens.pop();
  const isCovered = tokens.at(-1) !== last;
  const terms = tokens.map(({ term }) => term);
  const spelled = text.normalize("NFC").replace(/[äöüåø]/giu, (letter) => spelledOut[letter.toLowerCase()] ?? letter);
  const variants = [
    terms,
    terms.map(foldGerman),
    foldText(spelled)
      .slice(0, terms.length)
      .map(({ term }) => term),
  ];
  const known = new Set<string>();
  return {
    variants: variants.filter((variant) => !known.has(variant.join(" ")) && known.add(variant.join(" "))),
    isPrefix: isPair ? !isCovered : /\p{L}\p{M}*\*\s*$|\p{N}\*\s*$/u.test(text),
  };
}
