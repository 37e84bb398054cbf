import type { ArticleWarning } from "./article-warning.ts";
import { checkHtml } from "./check-html.ts";
import { checkQuality } from "./check-quality.ts";
import { cleanCharacters } from "./clean-characters.ts";
import { type CollectedLine, normalizeLine } from "./collect-lines.ts";
import type { Removal } from "./count-removals.ts";
import { createEmitter } from "./emit-html.ts";
import { type ExtractedBody, extractBody } from "./extract-body.ts";
import { guessLanguage } from "./guess-language.ts";
import { findBoilerplate } from "./mark-boilerplate.ts";
import { type ArticleLine, markLines } from "./mark-lines.ts";
import type { LineMatcher } from "./match-line.ts";
import { policyVersion as currentPolicyVersion } from "./policy.ts";
import { type ArticleMetadata, readMetadata } from "./read-metadata.ts";
import { sanitizeHtml } from "./sanitize-html.ts";
import { unwrapLines } from "./unwrap-lines.ts";

/** The policy that these readings follow; it belongs into every ETag of an `html`. */
export const policyVersion: string = currentPolicyVersion;

export interface ReadOptions {
  /** The article's address; relative addresses in it are resolved against this. */
  readonly url?: string | undefined;
  /** As the partner gave it; else it is looked for in the article. */
  readonly title?: string | undefined;
  /** BCP 47, as the partner declared it. */
  readonly language?: string | undefined;
  /** What becomes of a whole page with navigation: its `body` is looked for (the default), or `all` of it is kept. */
  readonly keep?: "body" | "all";
  /** Knows lines that are boilerplate of the partner; they are marked as such, and change nothing else. */
  readonly isBoilerplate?: LineMatcher | undefined;
  /** What time it is, for dates that lie ahead; without it nothing is said about them. */
  readonly now?: Date | undefined;
}

export interface ArticleReading {
  /** Sanitized HTML. */
  readonly html: string;
  /** The text, a block a line. */
  readonly text: string;
  /** `text` is these joined by newlines. */
  readonly lines: readonly ArticleLine[];
  readonly title?: string;
  readonly metadata: ArticleMetadata;
  readonly removed: readonly Removal[];
  readonly warnings: readonly ArticleWarning[];
}

/** The sanitizer wrote what its own check does not let through: a bug, so the output must not be served. */
export class UnsafeOutputError extends Error {
  override readonly name = "UnsafeOutputError";
  readonly #found: Pick<ArticleReading, "metadata" | "lines">;

  constructor(message: string, found: Pick<ArticleReading, "metadata" | "lines">) {
    super(message);
    this.#found = found;
  }

  /** What the article is known by all the same. No property of its own: a log of the error must not have the text. */
  get found(): Pick<ArticleReading, "metadata" | "lines"> {
    return this.#found;
  }
}

/**
 * Reads an article from HTML, a fragment or a whole page, however hostile: clean HTML, text, metadata, a report of what
 * was taken out and warnings about what looks wrong. Pure, and linear in its input.
 *
 * The HTML has one possible parse and passes `checkHtml`; reading it again changes nothing. Relative addresses stay
 * relative where neither `url` nor the page says what they are relative to. Of a whole page with navigation only the
 * article's body is kept, and a warning says how it was found; `keep: "all"` keeps every allowed element of it.
 *
 * @throws {UnsafeOutputError} when the output fails the check; quarantine the article, its raw bytes are worth keeping.
 */
export function readHtml(html: string, options: ReadOptions = {}): ArticleReading {
  const base = options.url === undefined ? undefined : (URL.parse(options.url) ?? undefined);
  const page = sanitizeHtml(html, base);
  const { metadata, warnings } = readMetadata(page.head, {
    url: options.url,
    title: options.title,
    language: options.language,
  });
  const body: ExtractedBody = options.keep === "all" ? page : extractBody(page);
  if (body.warning !== undefined) warnings.push(body.warning);
  if (page.relativeUrls > 0) {
    const detail = `${page.relativeUrls} addresses are relative, and nothing says to what.`;
    warnings.push({ code: "relative-url", detail });
  }
  return finishReading(body, { metadata, warnings, removed: page.removed, options });
}

/**
 * Reads an article from plain text: each line becomes a paragraph, a first line that is a title the heading. A text that was
 * wrapped at a column is unwrapped before.
 *
 * The lines are the same as those that `readHtml` gives for the same text in paragraphs. Throws as `readHtml` does.
 */
export function readText(text: string, options: ReadOptions = {}): ArticleReading {
  const lines = unwrapLines(text.split(/\r\n|\r|\n/))
    .map((line) => normalizeLine(cleanCharacters(line)))
    .filter((line) => line !== "");
  const given = options.title === undefined ? undefined : normalizeLine(cleanCharacters(options.title));
  const [first] = lines;
  const firstIsTitle =
    first !== undefined && lines.length > 1 && (given === undefined ? looksLikeTitle(first) : first === given);
  const emitter = createEmitter();
  let position = 0;
  for (const [index, line] of lines.entries()) {
    position += line.length;
    emitter.advanceTo(position);
    const isTitle = index === 0 && firstIsTitle;
    const name = isTitle ? "h1" : "p";
    const shape = isTitle ? "heading" : "paragraph";
    emitter.open({ source: name, name, shape, attributes: "", persists: false });
    emitter.text(line);
    emitter.close(name, shape);
  }
  const title = given ?? (firstIsTitle ? first : undefined);
  const metadata: ArticleMetadata = {
    ...(title !== undefined && { title: { value: title, from: given === undefined ? "first line" : "submission" } }),
    ...(options.language !== undefined && { language: { value: options.language, from: "submission" } }),
  };
  return finishReading(emitter.finish(), { metadata, warnings: [], removed: [], options });
}

/** A title is short, and does not end as a sentence does. */
function looksLikeTitle(line: string): boolean {
  return line.length <= maxTitleCharacters && !/[.:;,…]["'“”»]*$/u.test(line) && findBoilerplate(line) === undefined;
}

/** A longer first line is a paragraph, whatever it ends with. */
const maxTitleCharacters = 250;

interface Findings {
  readonly metadata: ArticleMetadata;
  readonly warnings: readonly ArticleWarning[];
  readonly removed: readonly Removal[];
  readonly options: ReadOptions;
}

/** Checks the output, marks the lines and looks at the quality: the same for every kind of input. */
function finishReading(
  { html, lines: collected }: { readonly html: string; readonly lines: readonly CollectedLine[] },
  { metadata: found, warnings, removed, options }: Findings,
): ArticleReading {
  const title = found.title?.value;
  const lines = markLines(collected, title, options.isBoilerplate);
  const fault = checkHtml(html);
  if (fault !== undefined) throw new UnsafeOutputError(`${fault.fault} at ${fault.at}`, { metadata: found, lines });

  const text = lines.map((line) => line.text).join("\n");
  const guessed = guessLanguage(text);
  const metadata: ArticleMetadata =
    guessed === undefined || found.language !== undefined
      ? found
      : { ...found, language: { value: guessed, from: "text" } };
  return {
    html,
    text,
    lines,
    ...(title !== undefined && { title }),
    metadata,
    removed,
    warnings: [...warnings, ...checkQuality({ lines, metadata, guessed, now: options.now })],
  };
}
