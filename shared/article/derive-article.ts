import { getDomain } from "tldts";
import { makeArticleId } from "./article-id.ts";
import type { ArticleRules } from "./article-rules.ts";
import { canonicalizeUrl } from "./canonical-url.ts";
import { hashContent } from "./content-hash.ts";
import { detectLanguage } from "./detect-language.ts";
import { hashParts } from "./hash-parts.ts";
import { type ArticleReading, type ReadOptions, readHtml, readText } from "./read-article.ts";
import type { Sourced } from "./read-metadata.ts";

/** A document as it came: its decoded text, and whether it is HTML or plain text. */
export interface Document {
  readonly form: "html" | "text";
  readonly content: string;
}

/** What the partner said about the document. */
export interface GivenMetadata {
  readonly url?: string | undefined;
  readonly title?: string | undefined;
  readonly language?: string | undefined;
  readonly publishedAt?: string | undefined;
  readonly updatedAt?: string | undefined;
  readonly authors?: string[] | undefined;
  readonly tags?: string[] | undefined;
  readonly source?: string | undefined;
}

/** All that follows from a document and its metadata alone. Derived anew, it is the same. */
export interface DerivedArticle {
  readonly reading: ArticleReading;
  readonly url: string | undefined;
  readonly canonicalUrl: string | undefined;
  /** Key of the claim to the canonical URL. */
  readonly urlHash: string | undefined;
  /** Key of the claim to the text; absent when there is no text. */
  readonly contentHash: string | undefined;
  /** The text without boilerplate. */
  readonly lines: readonly string[];
  readonly source: string | undefined;
  readonly title: string | undefined;
  readonly language: string | undefined;
  /** UTC, with milliseconds. */
  readonly publishedAt: string | undefined;
  readonly updatedAt: string | undefined;
  readonly authors: string[] | undefined;
  readonly tags: string[] | undefined;
}

/**
 * Reads a document: safe HTML, text and report, and what tells it apart from others. What the partner says of it goes before
 * what the document says of itself, and that before the partner's defaults; where none of them names a language, it is
 * detected.
 *
 * @param known.now for warnings about dates that lie ahead
 * @throws UnsafeOutputError when the HTML could not be made safe
 */
export async function deriveArticle(
  document: Document,
  given: GivenMetadata,
  known: { readonly now: Date; readonly rules?: ArticleRules | undefined },
): Promise<DerivedArticle> {
  const { now, rules } = known;
  const defaults = rules?.defaults;
  const reading = readDocument(document, { ...given, now, isBoilerplate: rules?.isBoilerplate });
  const found = reading.metadata;
  const { url, canonicalUrl, lines, contentHash } = findIdentity(reading, given);
  const publishedAt = given.publishedAt ?? toInstant(found.publishedAt?.value);
  return {
    reading,
    url,
    canonicalUrl,
    urlHash: canonicalUrl === undefined ? undefined : hashParts(["url", canonicalUrl]),
    contentHash,
    lines,
    source: given.source ?? (canonicalUrl === undefined ? undefined : findSource(canonicalUrl)) ?? defaults?.source,
    title: given.title ?? reading.title,
    language:
      given.language ?? findDeclared(found.language) ?? defaults?.language ?? (await detectLanguage(lines.join("\n"))),
    publishedAt,
    updatedAt: given.updatedAt ?? toInstant(found.modifiedAt?.value),
    authors: given.authors ?? found.authors?.value.slice(),
    tags: given.tags ?? found.tags?.value.slice() ?? defaults?.tags?.slice(),
  };
}

/** Reads a document for what it shows: on ingest, and again whenever its HTML or text is asked for. */
export function readDocument(
  document: Document,
  given: Pick<GivenMetadata, "url" | "title" | "language"> & Pick<ReadOptions, "now" | "isBoilerplate">,
): ArticleReading {
  const { url, title, language, now, isBoilerplate } = given;
  const options = { url, title, language, now, isBoilerplate };
  return document.form === "html" ? readHtml(document.content, options) : readText(document.content, options);
}

/** What the document says of its language; what its text was guessed to be does not count. */
function findDeclared(language: Sourced<string> | undefined): string | undefined {
  return language?.from === "text" ? undefined : language?.value;
}

/** A page may name anything as its canonical address, also something that is no address of a page. */
function findWebUrl(address: string | undefined): string | undefined {
  const url = address === undefined || address.length > maxUrlCharacters ? null : URL.parse(address);
  return url !== null && /^https?:$/.test(url.protocol) && url.username === "" && url.password === ""
    ? url.href
    : undefined;
}

/** As for the URL that a partner gives. */
const maxUrlCharacters = 2048;

/** A date of the document as an instant. Without a zone it is none: to guess one could be wrong by a day. */
function toInstant(date: string | undefined): string | undefined {
  if (date === undefined || !/T.*(?:Z|[+-]\d\d:\d\d)$/.test(date)) return undefined;
  const instant = new Date(date);
  return Number.isNaN(instant.getTime()) ? undefined : instant.toISOString();
}

/** What an article is known by: its URL, and its text without boilerplate. */
export function findIdentity(
  { metadata, lines: marked }: Pick<ArticleReading, "metadata" | "lines">,
  given: Pick<GivenMetadata, "url" | "title">,
): Pick<DerivedArticle, "url" | "canonicalUrl" | "lines" | "contentHash"> {
  const url = given.url ?? findWebUrl(metadata.canonicalUrl?.value);
  const lines = marked.filter((line) => line.boilerplate === undefined).map((line) => line.text);
  return {
    url,
    canonicalUrl: url === undefined ? undefined : canonicalizeUrl(url),
    lines,
    contentHash: hashContent({ lines, title: given.title }),
  };
}

/** The ID of an article that came without the partner's own: by its URL, or else its text, or else its bytes. */
export function identifyArticle(
  partner: string,
  article: {
    readonly canonicalUrl?: string | undefined;
    readonly contentHash?: string | undefined;
    readonly rawDigest: string;
  },
): string {
  const { canonicalUrl, contentHash, rawDigest } = article;
  if (canonicalUrl !== undefined) return makeArticleId(partner, { kind: "canonicalUrl", value: canonicalUrl });
  return makeArticleId(partner, { kind: "contentHash", value: contentHash ?? rawDigest });
}

/** The registrable domain of a URL (public suffix list, its private part included), or else its host. */
function findSource(url: string): string {
  return getDomain(url, { allowPrivateDomains: true }) ?? new URL(url).hostname;
}
