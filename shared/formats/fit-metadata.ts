import { SubmissionMetadata } from "../api/submission.ts";
import type { ArticleWarning } from "../article/article-warning.ts";
import { readFeedDate } from "./read-feed-date.ts";

/** What a format says about an article, as it stands there. */
export interface RawMetadata {
  /** May be relative. */
  readonly url?: string | undefined;
  /** What the address is relative to, innermost first; each may be relative to the next, or missing. */
  readonly bases?: readonly (string | undefined)[];
  /** Plain text. */
  readonly title?: string | undefined;
  readonly language?: string | undefined;
  readonly publishedAt?: string | undefined;
  readonly updatedAt?: string | undefined;
  readonly authors?: readonly (string | undefined)[];
  readonly tags?: readonly (string | undefined)[];
}

const { shape } = SubmissionMetadata;
const maxTitleCharacters = 1000;
const maxAuthors = 50;
const maxAuthorCharacters = 200;
const maxTags = 100;
const maxTagCharacters = 100;

/**
 * Fits metadata into what a submission may say. Who pushes a feed can seldom change what the CMS writes into it, so what is
 * too long is cut, and what is wrong is left out; each with a warning, and never at the cost of the article.
 */
export function fitMetadata(raw: RawMetadata): {
  readonly metadata: SubmissionMetadata;
  readonly warnings: readonly ArticleWarning[];
} {
  const warnings: ArticleWarning[] = [];
  const warn = (code: string, detail: string): void => {
    warnings.push({ code, detail });
  };
  const metadata: SubmissionMetadata = {};
  const title = fitLine("The title", raw.title, { maxCharacters: maxTitleCharacters, warn });
  if (title !== undefined) metadata.title = title;
  const url = fitUrl(raw, warn);
  if (url !== undefined) metadata.url = url;
  const language = fitLanguage(raw.language, warn);
  if (language !== undefined) metadata.language = language;
  for (const name of ["publishedAt", "updatedAt"] as const) {
    const text = raw[name]?.trim();
    if (text === undefined || text === "") continue;
    const exact = shape[name].safeParse(text);
    // As our own format has it, with its fractions of a second.
    const { value, warning } = exact.success ? { value: exact.data } : readFeedDate(name, text);
    if (value !== undefined) metadata[name] = value;
    if (warning !== undefined) warnings.push(warning);
  }
  const authors = fitList("authors", raw.authors, { max: maxAuthors, maxCharacters: maxAuthorCharacters, warn });
  if (authors.length > 0) metadata.authors = authors;
  const tags = fitList("tags", raw.tags, { max: maxTags, maxCharacters: maxTagCharacters, warn });
  if (tags.length > 0) metadata.tags = tags;
  return { metadata, warnings };
}

type Warn = (code: string, detail: string) => void;

function fitLine(
  what: string,
  text: string | undefined,
  { maxCharacters, warn }: { readonly maxCharacters: number; readonly warn: Warn },
): string | undefined {
  const line = (text ?? "")
    .toWellFormed()
    .replace(/[\s\p{Cc}]+/gu, " ")
    .trim();
  if (line === "") return undefined;
  if (line.length <= maxCharacters) return line;
  const characters = line.length.toLocaleString("en");
  warn("metadata-cut", `${what} has ${characters} characters and was cut after ${maxCharacters.toLocaleString("en")}.`);
  // Half of a surrogate pair at the cut is dropped.
  return line
    .slice(0, maxCharacters)
    .replace(/[\ud800-\udbff]$/, "")
    .trimEnd();
}

interface ListLimits {
  readonly max: number;
  readonly maxCharacters: number;
  readonly warn: Warn;
}

function fitList(name: string, values: RawMetadata["tags"] = [], { max, maxCharacters, warn }: ListLimits): string[] {
  const kept = new Set<string>();
  let tooLong = 0;
  for (const value of values) {
    const line = fitLine(name, value, { maxCharacters, warn: () => (tooLong += 1) });
    if (line !== undefined) kept.add(line);
  }
  if (tooLong > 0) warn("metadata-cut", `${tooLong} of the ${name} were cut after ${maxCharacters} characters.`);
  if (kept.size > max) warn("metadata-cut", `There are ${kept.size} ${name}; the first ${max} were kept.`);
  return [...kept].slice(0, max);
}

function fitUrl({ url, bases = [] }: RawMetadata, warn: Warn): string | undefined {
  const given = url?.trim();
  if (given === undefined || given === "") return undefined;
  const resolved = resolveUrl(given, bases);
  if (resolved !== undefined) return resolved;
  warn("metadata-left-out", `The URL ${quote(given)} is no http or https URL that can be resolved; it was left out.`);
  return undefined;
}

/**
 * Resolves an address against its bases (RFC 3986, section 5.1).
 *
 * @returns undefined unless it comes to a URL that a submission may have
 */
export function resolveUrl(url: string, bases: readonly (string | undefined)[]): string | undefined {
  let base: string | undefined;
  for (const candidate of bases.toReversed()) {
    if (candidate !== undefined) base = URL.parse(candidate.trim(), base)?.href ?? base;
  }
  const resolved = URL.parse(url.trim(), base);
  if (resolved === null) return undefined;
  const fitted = shape.url.safeParse(resolved.href);
  return fitted.success ? fitted.data : undefined;
}

function fitLanguage(language: string | undefined, warn: Warn): string | undefined {
  const tag = language?.trim();
  if (tag === undefined || tag === "") return undefined;
  // en_GB is how most programming languages name a locale.
  const fitted = shape.language.safeParse(tag.replaceAll("_", "-"));
  if (fitted.success) return fitted.data;
  warn("metadata-left-out", `The language ${quote(tag)} is no BCP 47 tag; it was left out.`);
  return undefined;
}

function quote(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80).toWellFormed()}…` : text);
}
