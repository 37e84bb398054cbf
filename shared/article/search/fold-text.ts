import { foldCharacter, foldGerman } from "./fold-character.ts";

/** A searchable word, and where it stands in the text that it was read from (in UTF-16 code units). */
export interface Token {
  readonly term: string;
  readonly start: number;
  readonly end: number;
  /**
   * Only in scripts without spaces, where a term is a pair of neighbors: where the first of them ends. It is `end` for the last
   * character of a run, which stands alone.
   */
  readonly firstEnd?: number;
}

/** Longer words are cut; a search for one is cut alike. OpenSearch's analyzer would break them apart at 255. */
const maxTermLength = 64;

/** Modifier letters that serve as apostrophes (U+02B9 to U+02BF) part words as an apostrophe does. */
const wordPattern = /(?:(?![\u02b9-\u02bf])[\p{L}\p{N}\p{M}\p{Default_Ignorable_Code_Point}])+/gu;

/**
 * What is folded as one: a syllable of Korean letters that were taken apart, or a character with the marks that follow it, of
 * which ten are as good as a thousand.
 */
const unitPattern =
  /[\u1100-\u115f\ua960-\ua97c][\u1160-\u11a7\ud7b0-\ud7c6]?[\u11a8-\u11ff\ud7cb-\ud7fb]?\p{M}{0,10}|.[\p{M}\uff9e\uff9f]{0,10}/gsu;

/** Han, Kana, Hangul, Thai, Lao, Khmer and Burmese: no spaces, or (in Korean) spaces that part no words. */
const pairedScripts =
  /[\p{Script_Extensions=Han}\p{Script_Extensions=Hiragana}\p{Script_Extensions=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

const ascii = /^[0-9A-Za-z]+$/;
const german = /^de\b/i;

/**
 * The words of a text as a search index holds them: in one Unicode form, in lower case, without accents. The same code folds
 * what is searched for, so that an index only has to compare words that are the same or begin alike.
 *
 * In scripts without spaces each character gives a term with its successor, and the last one of a run stands alone, so that
 * every character begins a term (after Lucene's CJKBigramFilter, which has no such end). In German, `ae`, `oe` and `ue` are
 * what `ä`, `ö` and `ü` are: `a`, `o` and `u`.
 *
 * @param language tag of the text's language, where it is known
 */
export function foldText(text: string, language?: string): Token[] {
  const isGerman = language !== undefined && german.test(language);
  const finish = (term: string) => cut(isGerman ? foldGerman(term) : term);
  const tokens: Token[] = [];
  for (const { 0: word, index } of text.matchAll(wordPattern)) {
    if (ascii.test(word)) tokens.push({ term: finish(word.toLowerCase()), start: index, end: index + word.length });
    else readWord(word, index, tokens, finish);
  }
  return tokens;
}

/** The terms alone, as an index takes them. */
export function foldToTerms(text: string, language?: string): string {
  return foldText(text, language)
    .map(({ term }) => term)
    .join(" ");
}

function readWord(word: string, offset: number, tokens: Token[], finish: (term: string) => string): void {
  let term = "";
  let start = 0;
  let end = 0;
  /** The character of a script without spaces that waits for its successor. */
  let waiting: { readonly term: string; readonly start: number; readonly end: number } | undefined;
  const endTerm = () => {
    if (term !== "") tokens.push({ term: finish(term), start, end });
    term = "";
  };
  const endRun = () => {
    if (waiting !== undefined) tokens.push({ ...waiting, firstEnd: waiting.end });
    waiting = undefined;
  };
  for (const { 0: unit, index } of word.matchAll(unitPattern)) {
    const folded = foldCharacter(unit);
    if (folded === "") continue;
    const unitStart = offset + index;
    const unitEnd = unitStart + unit.length;
    if (pairedScripts.test(folded)) {
      endTerm();
      if (waiting !== undefined) {
        const { term: first, start, end: firstEnd } = waiting;
        tokens.push({ term: cut(first + folded), start, end: unitEnd, firstEnd });
      }
      waiting = { term: cut(folded), start: unitStart, end: unitEnd };
      continue;
    }
    endRun();
    if (term === "") start = unitStart;
    term += folded;
    end = unitEnd;
  }
  endTerm();
  endRun();
}

function cut(term: string): string {
  return term.length <= maxTermLength ? term : term.slice(0, maxTermLength).toWellFormed();
}
