import type { ArticleWarning } from "./article-warning.ts";
import { checkTranslation } from "./check-translation.ts";
import { excerpt } from "./excerpt.ts";
import { findEditorBracket, isForeignBracket } from "./find-editor-bracket.ts";
import { canGuess } from "./guess-language.ts";
import { isSameLanguage } from "./is-same-language.ts";
import type { ArticleLine } from "./mark-lines.ts";
import type { ArticleMetadata } from "./read-metadata.ts";
import { repairMojibake } from "./repair-mojibake.ts";

export interface CheckedArticle {
  readonly lines: readonly ArticleLine[];
  readonly metadata: ArticleMetadata;
  /** The language that the text reads like. */
  readonly guessed: string | undefined;
  readonly now: Date | undefined;
}

/** Of each code, warnings that point to lines; more would say nothing new. */
const maxPerCode = 10;
const minTextCharacters = 200;
/** A clock may be this much fast; a time without a zone may be from the other side of the world. */
const clockToleranceMs = 10 * 60_000;
const zoneToleranceMs = 14 * 3_600_000;
/** Lines longer than this are looked at up to here. */
const maxLineCharacters = 20_000;

/**
 * Looks for what is wrong with an article's text, and says so; nothing is changed. Linear.
 *
 * Codes: `boilerplate-…` and `mangled-image` for marked lines, `unbalanced-quotes`, `editor-bracket`, `language-mismatch`,
 * `suspected-machine-translation`, `all-caps`, `mojibake`, `replacement-character`, `very-short`, `truncated`,
 * `date-in-future`.
 */
export function checkQuality({ lines, metadata, guessed, now }: CheckedArticle): ArticleWarning[] {
  const prose = lines.filter(({ boilerplate }) => boilerplate === undefined);
  const language = guessed ?? metadata.language?.value;
  return [
    ...checkLines(lines, language),
    ...checkLanguage(metadata, guessed),
    ...checkTranslation(
      prose.map((line) => line.text),
      language,
    ),
    ...checkCapitals(lines),
    ...checkLength(lines, prose),
    ...checkDates(metadata, now),
  ];
}

const pointTo = (index: number): string => `/lines/${index}`;

/** What may be wrong with a line; each finding is the warning's detail. */
const lineChecks: readonly {
  readonly code: string;
  readonly find: (text: string, language: string | undefined) => string | undefined;
}[] = [
  {
    code: "unbalanced-quotes",
    find(text) {
      const quote = findUnbalancedQuote(text);
      return quote && `A ${quote} has no counterpart: “${excerpt(text)}”`;
    },
  },
  {
    code: "editor-bracket",
    find(text, language) {
      const bracket = findEditorBracket(text);
      if (bracket === undefined) return undefined;
      const inOther = isForeignBracket(bracket, language) ? ", in another language than the text" : "";
      return `An editor's insertion stands in the text${inOther}: [${bracket}]`;
    },
  },
  {
    code: "mojibake",
    find(text) {
      const repaired = repairMojibake(text);
      return repaired && `Read in the wrong encoding; it may mean “${excerpt(repaired)}”`;
    },
  },
  {
    code: "replacement-character",
    find: (text) => (text.includes("\ufffd") ? "Characters were lost before the text came here." : undefined),
  },
];

/** A line without any of these passes all checks above. */
const remarkable = /["„“”«»[ÃÂâÐ\ufffd]/;

function checkLines(lines: readonly ArticleLine[], language: string | undefined): ArticleWarning[] {
  const warnings: ArticleWarning[] = [];
  const counts = new Map<string, number>();
  const hasRoom = (code: string): boolean => (counts.get(code) ?? 0) < maxPerCode;
  const warn = (code: string, detail: string, index: number): void => {
    counts.set(code, (counts.get(code) ?? 0) + 1);
    warnings.push({ code, detail, pointer: pointTo(index) });
  };
  for (const [index, { text, boilerplate }] of lines.entries()) {
    if (boilerplate !== undefined && boilerplate !== "embed") {
      const code = boilerplate.startsWith("mangled-") ? boilerplate : `boilerplate-${boilerplate}`;
      if (hasRoom(code)) warn(code, `Not part of the text: “${excerpt(text)}”`, index);
    }
    const start = text.length > maxLineCharacters ? text.slice(0, maxLineCharacters) : text;
    // Stryker disable next-line ConditionalExpression: without it all is only slower.
    if (!remarkable.test(start)) continue;
    for (const { code, find } of lineChecks) {
      const detail = hasRoom(code) ? find(start, language) : undefined;
      if (detail !== undefined) warn(code, detail, index);
    }
  }
  return warnings;
}

const quotationMark = /["„“”«»]/g;

/**
 * Finds a quotation mark without its counterpart on one line.
 *
 * “ closes what „ opened, and opens otherwise; guillemets are used in both directions, so they only have to pair. Inches
 * after a number are no quotation marks.
 */
function findUnbalancedQuote(line: string): string | undefined {
  let low = 0;
  let high = 0;
  let guillemets = 0;
  let straight = 0;
  quotationMark.lastIndex = 0;
  while (quotationMark.test(line)) {
    const index = quotationMark.lastIndex - 1;
    const character = line[index];
    if (character === "„") low += 1;
    else if (character === "“") {
      if (low > 0) low -= 1;
      else high += 1;
    } else if (character === "”") {
      if (low > 0) low -= 1;
      else if (high > 0) high -= 1;
      else return "”";
    } else if (character === "«" || character === "»") guillemets += 1;
    else straight += 1;
  }
  if (low > 0) return "„";
  // A quotation of several paragraphs opens in each and closes in the last only.
  if (high > 0 && !line.startsWith("“")) return "“";
  if (guillemets % 2 === 1 && !/^[«»]/.test(line)) return "«";
  if (straight % 2 === 1 && !line.startsWith('"') && !/\d"/.test(line)) return '"';
  return undefined;
}

function checkLanguage(metadata: ArticleMetadata, guessed: string | undefined): ArticleWarning[] {
  const declared = metadata.language;
  if (declared === undefined || guessed === undefined || isSameLanguage(declared.value, guessed)) return [];
  // What cannot be guessed reads like something else.
  if (!canGuess(declared.value)) return [];
  const detail = `${declared.from} says ${declared.value}, the text reads like ${guessed}.`;
  return [{ code: "language-mismatch", detail, pointer: "/metadata/language" }];
}

/** Whole lines in capitals, where the script has them: a title, or a good part of the text. */
function checkCapitals(lines: readonly ArticleLine[]): ArticleWarning[] {
  const first = lines.findIndex((line) => isShouted(line.text));
  if (first < 0) return [];
  const count = lines.reduce((sum, line) => sum + (isShouted(line.text) ? 1 : 0), 0);
  if (first > 0 && count < Math.max(3, lines.length / 2)) return [];
  const detail = count === 1 ? "A line is all in capitals." : `${count} lines are all in capitals.`;
  return [{ code: "all-caps", detail, pointer: pointTo(first) }];
}

function isShouted(text: string): boolean {
  // Most lines are seen not to be within a few letters.
  if (lowerAscii.test(text.slice(0, 60))) return false;
  const sample = text.slice(0, 2000);
  const upper = sample.match(/\p{Lu}/gu)?.length ?? 0;
  const lower = sample.match(/\p{Ll}/gu)?.length ?? 0;
  return upper >= 15 && upper >= (upper + lower) * 0.9;
}

const lowerAscii = /[a-z][a-z ]{6}/;

const cutOff =
  /(?:\.\.\.|…|\[…\]|\[\.\.\.\])\s*(?:\(?(?:read more|continue reading|more|weiterlesen|mehr(?: lesen)?|weiter|lire (?:la suite|plus)|leer más|seguir leyendo|leggi (?:tutto|di più)|continua|ler mais|lees (?:meer|verder)|czytaj (?:więcej|dalej)|läs mer|читать далее|\+\d{1,6} chars)\)?)?\s*[»›→>]*$|(?:^|[.!?…]\s)(?:read more|continue reading|weiterlesen|mehr lesen|lire la suite|leer más|seguir leyendo|leggi tutto|lees verder|czytaj dalej|läs mer|читать далее)\s*[.»›→>…]*$|\[\+\d{1,6} chars\]$/iu;

function checkLength(lines: readonly ArticleLine[], prose: readonly ArticleLine[]): ArticleWarning[] {
  const warnings: ArticleWarning[] = [];
  const characters = prose.reduce((sum, line) => sum + (line.title === true ? 0 : line.text.length), 0);
  if (characters < minTextCharacters) {
    warnings.push({ code: "very-short", detail: `The text has ${characters} characters.` });
  }
  const last = lines.findLastIndex(({ boilerplate }) => boilerplate === undefined || boilerplate === "read-more");
  const ending = lines[last]?.text.slice(-200);
  if (ending !== undefined && cutOff.test(ending)) {
    warnings.push({
      code: "truncated",
      detail: `The text breaks off: “${excerpt(ending.slice(-70))}”`,
      pointer: pointTo(last),
    });
  }
  return warnings;
}

function checkDates(metadata: ArticleMetadata, now: Date | undefined): ArticleWarning[] {
  if (now === undefined) return [];
  return (["publishedAt", "modifiedAt"] as const).flatMap((field) => {
    const date = metadata[field];
    if (date === undefined) return [];
    const hasZone = /T.*(?:Z|[+-]\d{2}:\d{2})$/.test(date.value);
    const tolerance = hasZone ? clockToleranceMs : zoneToleranceMs;
    // A time without a zone would be read in the machine's own.
    const instant = Date.parse(hasZone || !date.value.includes("T") ? date.value : `${date.value}Z`);
    if (!(instant > now.getTime() + tolerance)) return [];
    return [{ code: "date-in-future", detail: `${date.from} says ${date.value}.`, pointer: `/metadata/${field}` }];
  });
}
