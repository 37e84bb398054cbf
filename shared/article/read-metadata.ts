import type { ArticleWarning } from "./article-warning.ts";
import { cleanCharacters } from "./clean-characters.ts";
import { cleanUrl } from "./clean-url.ts";
import type { HeadFacts } from "./collect-head.ts";
import { normalizeLine } from "./collect-lines.ts";
import { isSameLanguage } from "./is-same-language.ts";
import { imageSchemes } from "./policy.ts";
import { type ReadDate, readDate } from "./read-date.ts";
import { readLinkedData } from "./read-linked-data.ts";

/** A fact about the article and where it stands: `submission`, `json-ld`, `og:title`, `h1` … */
export interface Sourced<Value> {
  readonly value: Value;
  readonly from: string;
}

export interface ArticleMetadata {
  readonly title?: Sourced<string>;
  readonly description?: Sourced<string>;
  /** Absolute. */
  readonly canonicalUrl?: Sourced<string>;
  /** BCP 47. */
  readonly language?: Sourced<string>;
  /** RFC 3339, see `readDate`. */
  readonly publishedAt?: Sourced<string>;
  readonly modifiedAt?: Sourced<string>;
  readonly authors?: Sourced<readonly string[]>;
  readonly tags?: Sourced<readonly string[]>;
  readonly section?: Sourced<string>;
  readonly publisher?: Sourced<string>;
  /** Address of the picture that stands for the article, absolute. */
  readonly image?: Sourced<string>;
}

export interface GivenFacts {
  readonly url: string | undefined;
  readonly title: string | undefined;
  readonly language: string | undefined;
}

const maxAuthors = 20;
const maxTags = 50;
const maxNameCharacters = 120;
const maxTextCharacters = 4096;

const publishedKeys = [
  "article:published_time",
  "datepublished",
  "og:published_time",
  "parsely-pub-date",
  "publish-date",
  "publishdate",
  "pubdate",
  "publication_date",
  "dc.date.issued",
  "dcterms.issued",
  "dc.date",
  "dcterms.date",
  "sailthru.date",
  "last-published",
  "date",
];
const modifiedKeys = ["article:modified_time", "datemodified", "og:updated_time", "dcterms.modified", "last-modified"];
const authorKeys = [
  "author",
  "article:author",
  "parsely-author",
  "sailthru.author",
  "dc.creator",
  "dcterms.creator",
  "byl",
];
const tagKeys = ["news_keywords", "article:tag", "parsely-tags", "keywords"];

/**
 * Reads what a page says about its article: what the partner gave first, then JSON-LD, OpenGraph, meta elements and the
 * page's own markup. Each field says where it comes from; where two trustworthy places disagree, a warning says so.
 */
export function readMetadata(
  head: HeadFacts,
  given: GivenFacts,
): { metadata: ArticleMetadata; warnings: ArticleWarning[] } {
  const { article, unreadable } = readLinkedData(head.jsonLd);
  const warnings: ArticleWarning[] = [];
  if (unreadable > 0) {
    warnings.push({
      code: "linked-data-unreadable",
      detail: `${unreadable} of the page's JSON-LD scripts are not JSON.`,
    });
  }
  const byKey = Map.groupBy(head.metas, (meta) => meta.key);
  const metas = (key: string): readonly string[] => byKey.get(key)?.map((meta) => tidy(meta.value)) ?? [];
  const fromMetas = (keys: readonly string[]): Sourced<string>[] =>
    keys.flatMap((key) => metas(key).map((value) => ({ value, from: key })));
  const one = (from: string, value: string | undefined): Sourced<string>[] =>
    value === undefined ? [] : [{ value: tidy(value), from }];

  const titles = tidyAll([
    ...one("submission", given.title),
    ...one("json-ld", article?.headline),
    ...fromMetas(["og:title"]),
    ...one("h1", head.heading),
    ...fromMetas(["twitter:title"]),
    ...one("title", head.title === undefined ? undefined : dropSiteName(tidy(head.title), metas("og:site_name")[0])),
  ]);
  const canonicals = resolveAll(
    [
      ...one("link canonical", head.links.find(({ rel }) => rel.split(/\s+/).includes("canonical"))?.href),
      ...fromMetas(["og:url"]),
      ...one("json-ld", article?.url),
    ],
    given.url,
  );
  const languages = [
    ...one("submission", given.language),
    ...one("html lang", head.language),
    ...one("json-ld", article?.language),
    ...fromMetas(["content-language", "og:locale", "language", "dc.language"]),
  ].flatMap(({ value, from }) => {
    const tag = value.replaceAll("_", "-");
    return /^[a-z]{2,3}(?:-[a-z0-9]{1,8}){0,3}$/i.test(tag) ? [{ value: tag, from }] : [];
  });
  const published = readDates([
    ...one("json-ld", article?.published),
    ...fromMetas(publishedKeys),
    ...head.times.slice(0, 1).map((value) => ({ value, from: "time" })),
  ]);
  const modified = readDates([...one("json-ld", article?.modified), ...fromMetas(modifiedKeys)]);
  const images = resolveAll(
    [...one("json-ld", article?.image), ...fromMetas(["og:image", "twitter:image"])],
    given.url,
  );
  const authors = pickNames(
    [{ names: article?.authors ?? [], from: "json-ld" }, ...authorKeys.map((from) => ({ names: metas(from), from }))],
    splitAuthors,
    maxAuthors,
  );
  const tags = pickNames(
    [{ names: article?.keywords ?? [], from: "json-ld" }, ...tagKeys.map((from) => ({ names: metas(from), from }))],
    (text) => text.split(/[,;]/),
    maxTags,
  );

  reportConflict(warnings, "title", titles, isSameTitle);
  reportConflict(warnings, "canonicalUrl", canonicals, isSameAddress);
  reportConflict(warnings, "language", languages, isSameLanguage);
  reportConflict(warnings, "publishedAt", published, isSameMoment);
  for (const [field, dates] of [
    ["publishedAt", published],
    ["modifiedAt", modified],
  ] as const) {
    const [date] = dates;
    if (date?.date.hasTime && !date.date.hasZone) {
      const detail = `The time ${date.value} (${date.from}) has no zone.`;
      warnings.push({ code: "date-without-zone", detail, pointer: `/metadata/${field}` });
    }
  }

  const fields = {
    title: titles[0],
    description: tidyAll([
      ...one("json-ld", article?.description),
      ...fromMetas(["og:description", "description", "twitter:description"]),
    ])[0],
    canonicalUrl: canonicals[0],
    language: languages[0],
    publishedAt: withoutDate(published[0]),
    modifiedAt: withoutDate(modified[0]),
    authors,
    tags,
    section: tidyAll([...one("json-ld", article?.section), ...fromMetas(["article:section", "section"])])[0],
    publisher: tidyAll([...one("json-ld", article?.publisher), ...fromMetas(["og:site_name"])])[0],
    image: images[0],
  };
  const metadata = Object.fromEntries(
    Object.entries(fields).filter(([, fact]) => fact !== undefined),
  ) as ArticleMetadata;
  return { metadata, warnings };
}

/** Brings a short text from a page's head to the form that lines have; the patterns below count on collapsed spaces. */
function tidy(text: string): string {
  return normalizeLine(cleanCharacters(text.slice(0, maxTextCharacters)));
}

function tidyAll(facts: readonly Sourced<string>[]): Sourced<string>[] {
  return facts.flatMap(({ value, from }) => {
    const text = tidy(value);
    return text === "" ? [] : [{ value: text, from }];
  });
}

function resolveAll(facts: readonly Sourced<string>[], base: string | undefined): Sourced<string>[] {
  if (facts.length === 0) return [];
  const baseUrl = base === undefined ? undefined : (URL.parse(base) ?? undefined);
  return facts.flatMap(({ value, from }) => {
    const cleaned = cleanUrl(value, baseUrl, imageSchemes);
    return "refused" in cleaned || cleaned.relative ? [] : [{ value: cleaned.url, from }];
  });
}

interface SourcedDate extends Sourced<string> {
  readonly date: ReadDate;
}

function readDates(facts: readonly Sourced<string>[]): SourcedDate[] {
  return facts.flatMap(({ value, from }) => {
    const date = readDate(value);
    return date === undefined ? [] : [{ value: date.value, from, date }];
  });
}

function withoutDate(fact: SourcedDate | undefined): Sourced<string> | undefined {
  return fact === undefined ? undefined : { value: fact.value, from: fact.from };
}

/** Takes the names of the first place that has any, each once, addresses and overlong texts left out. */
function pickNames(
  places: readonly { readonly names: readonly string[]; readonly from: string }[],
  split: (text: string) => readonly string[],
  most: number,
): Sourced<readonly string[]> | undefined {
  for (const { names, from } of places) {
    const found = new Map<string, string>();
    for (const name of names.flatMap((text) => split(tidy(text)))) {
      const clean = tidy(name);
      const isName = clean !== "" && clean.length <= maxNameCharacters && !/^https?:|^www\.|@/i.test(clean);
      if (isName && found.size < most && !found.has(clean.toLowerCase())) found.set(clean.toLowerCase(), clean);
    }
    if (found.size > 0) return { value: [...found.values()], from };
  }
  return undefined;
}

/** An address is the page of an author, and no name; its slashes are not between names. */
function splitAuthors(text: string): readonly string[] {
  return text
    .replace(/(?:https?:\/\/|www\.)[^\s,;|]+/gi, "")
    .replace(/^\s*(?:by|von|par|por|di|door|av)\s+/i, "")
    .split(/\s*[,;/|]\s*|\s+(?:and|und|et|y|e|en|og|och|&)\s+/i);
}

/** Takes the site's name off a page title: "Headline | The Paper". */
function dropSiteName(title: string, siteName: string | undefined): string {
  const parts = title.split(/\s+[|–—·»-]\s+/);
  const last = parts.at(-1);
  if (parts.length < 2 || last === undefined) return title;
  const isSite = siteName !== undefined && last.toLowerCase() === siteName.toLowerCase();
  const rest = title.slice(0, title.lastIndexOf(last)).replace(/\s+[|–—·»-]\s+$/, "");
  return isSite || (last.split(/\s+/).length <= 4 && rest.split(/\s+/).length >= 4) ? rest : title;
}

/** Warns where a place contradicts the one that was chosen. The page's title and `h1` are for readers, and may differ. */
function reportConflict<Fact extends Sourced<string>>(
  warnings: ArticleWarning[],
  field: keyof ArticleMetadata,
  facts: readonly Fact[],
  isSame: (one: string, other: string) => boolean,
): void {
  const [chosen, ...others] = facts;
  if (chosen === undefined) return;
  const other = others.find(({ value, from }) => !unreliable.has(from) && !isSame(chosen.value, value));
  if (other === undefined) return;
  const detail = `${chosen.from} says ${JSON.stringify(chosen.value)}, ${other.from} says ${JSON.stringify(other.value)}.`;
  warnings.push({ code: "metadata-conflict", detail, pointer: `/metadata/${field}` });
}

const unreliable: ReadonlySet<string> = new Set(["title", "twitter:title", "time", "date", "language"]);

const foldTitle = (text: string): string =>
  text
    .normalize("NFKC")
    .toLowerCase()
    .match(/\p{L}|\p{N}/gu)
    ?.join("") ?? "";

function isSameTitle(one: string, other: string): boolean {
  const [a, b] = [foldTitle(one), foldTitle(other)];
  return a.includes(b) || b.includes(a);
}

function isSameAddress(one: string, other: string): boolean {
  const fold = (url: string): string => url.replace(/^https?:\/\/(?:www\.|m\.|amp\.)?/, "").replace(/[?#].*$|\/$/g, "");
  return fold(one) === fold(other);
}

/** Places often give the day alone, or round: an hour apart is no contradiction, and a missing zone proves nothing. */
function isSameMoment(one: string, other: string): boolean {
  const hasZones = /T.*(?:Z|[+-]\d{2}:\d{2})$/.test(one) && /T.*(?:Z|[+-]\d{2}:\d{2})$/.test(other);
  const distance = Math.abs(Date.parse(one) - Date.parse(other));
  return distance <= (hasZones ? 3_600_000 : 86_400_000);
}
