import { isSameLanguage } from "./is-same-language.ts";

const bracketed = /\[([^[\]]{2,80})\]/g;

/** Finds words that somebody put in square brackets: not references, ellipses or markup that was left over. */
export function findEditorBracket(line: string): string | undefined {
  if (!line.includes("[")) return undefined;
  for (const match of line.matchAll(bracketed)) {
    const inner = match[1]?.trim() ?? "";
    if (isWords(inner) && !isCustomary(inner)) return inner;
  }
  return undefined;
}

const englishWords = new Set(
  "the a an of and in to is was were by for from with that this his her their its".split(" "),
);

function isWords(inner: string): boolean {
  return /^\p{L}(?:\p{L}|\p{M}|\p{N}|[ ,.'’-])*$/u.test(inner);
}

/** Customary marks, and one letter alone, as in "[t]he". */
function isCustomary(inner: string): boolean {
  return /^(?:sic|video|audio|pdf|update|ad|note|\p{L})$/iu.test(inner);
}

/** Says whether words in brackets are English in a text that is not. */
export function isForeignBracket(inner: string, language: string | undefined): boolean {
  if (language === undefined || isSameLanguage(language, "en")) return false;
  return inner
    .toLowerCase()
    .split(/\s+/)
    .some((word) => englishWords.has(word));
}
