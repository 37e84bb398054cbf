import type { ArticleWarning } from "./article-warning.ts";
import { excerpt } from "./excerpt.ts";
import { findEditorBracket, isForeignBracket } from "./find-editor-bracket.ts";
import { isSameLanguage } from "./is-same-language.ts";

/** Longer texts are judged by their beginning and their end, where such notes stand. */
const sampleCharacters = 1_000;

/** Lines that say so themselves. */
const admission =
  /machine[- ]translated|(?:automatically|machine) translat(?:ed|ion)|translated (?:by|with|using) (?:google|deepl|ai\b)|google translate|(?:maschinell|automatisch) übersetzt|übersetzt (?:mit|von) (?:deepl|google)|traduit automatiquement|traduction automatique|traducción automática|traducido automáticamente|traduzione automatica|tradução automática|машинный перевод/;

/** Parts of these words; a text without any needs no closer look. */
const admissionPart = /ranslat|bersetzt|radu[czit]|еревод/;

/** English words that come in pairs and mean nothing elsewhere. */
const englishPair =
  /(?:^|[^a-z])(?:of|to|in|from|with|that|said|and) (?:the|this|his|her|their|a) [a-z]{3,}|(?:^|[^a-z])the [a-z]{3,} (?:of|was|has|is|said) /g;

/** What each of these pairs has in it. */
const englishDeterminer = /(?:^|[^a-z])(?:the|this|his|her|their|a) [a-z]{3}/i;

const conjunction = / (?:und|and|et|y|e|en|og|och|oraz|и) (?:auch |also |aussi |también |anche |också )?/g;

/** This much evidence is said; one slip happens to everybody. */
const enoughEvidence = 3;

/**
 * Weighs what translating machines leave behind: English phrases in another language, an English insertion, a clause joined
 * with itself, an admission (which is enough).
 */
export function checkTranslation(lines: readonly string[], language: string | undefined): ArticleWarning[] {
  const sample = takeSample(lines);
  const signs = new Set<string>();
  let evidence = 0;
  const add = (weight: number, found: string | undefined): void => {
    if (found === undefined) return;
    evidence += weight;
    signs.add(`“${excerpt(found.trim())}”`);
  };
  // Stryker disable next-line ConditionalExpression: without it all is only slower.
  if (admissionPart.test(sample)) add(enoughEvidence, admission.exec(sample.toLowerCase())?.[0]);
  if (language !== undefined && !isSameLanguage(language, "en")) {
    // Stryker disable next-line ConditionalExpression: without it all is only slower.
    if (englishDeterminer.test(sample)) {
      for (const match of [...sample.toLowerCase().matchAll(englishPair)].slice(0, 2)) add(1, match[0]);
    }
    const bracket = findEditorBracket(sample);
    if (bracket !== undefined && isForeignBracket(bracket, language)) add(1, `[${bracket}]`);
  }
  for (const phrase of findDoubledClauses(sample).slice(0, 2)) add(1, phrase);
  if (evidence < enoughEvidence) return [];
  return [{ code: "suspected-machine-translation", detail: `Signs of it: ${[...signs].join(", ")}.` }];
}

function takeSample(lines: readonly string[]): string {
  const sample: string[] = [];
  let next = 0;
  for (let length = 0; next < lines.length && length < sampleCharacters; next += 1) {
    const line = (lines[next] ?? "").slice(0, sampleCharacters * 2);
    sample.push(line);
    length += line.length;
  }
  const end: string[] = [];
  for (let last = lines.length - 1, length = 0; last >= next && length < sampleCharacters; last -= 1) {
    const line = (lines[last] ?? "").slice(-sampleCharacters * 2);
    end.push(line);
    length += line.length;
  }
  return sample.concat(end.reverse()).join("\n");
}

/** Finds "accept and also accept": two or more words that a conjunction joins with themselves. */
function findDoubledClauses(text: string): string[] {
  const found: string[] = [];
  conjunction.lastIndex = 0;
  for (let match = conjunction.exec(text); match !== null; match = conjunction.exec(text)) {
    const after = conjunction.lastIndex;
    const space = text.indexOf(" ", after);
    if (space < 0) break;
    // Nearly always the word after the conjunction does not stand before it, and that is that.
    const before = text.slice(Math.max(0, match.index - 80), match.index);
    // Stryker disable next-line ConditionalExpression,ArithmeticOperator: without it all is only slower.
    if (!before.includes(text.slice(after, space + 1))) continue;
    const words = before.split(" ");
    for (let count = 2; count <= 4 && count < words.length; count += 1) {
      const clause = words.slice(-count).join(" ");
      if (clause.length >= 8 && text.startsWith(clause, after) && !/\p{L}/u.test(text.charAt(after + clause.length))) {
        found.push(clause + match[0] + clause);
        break;
      }
    }
  }
  return found;
}
