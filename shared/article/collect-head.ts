import type { Attribute } from "./tokenize-html.ts";

/** What a page says about itself, as it stands there: nothing is cleaned, chosen or believed yet. */
export interface HeadFacts {
  /** Set where there are tags of a whole document. */
  isDocument: boolean;
  language: string | undefined;
  title: string | undefined;
  heading: string | undefined;
  base: string | undefined;
  readonly metas: { readonly key: string; readonly value: string }[];
  readonly links: { readonly rel: string; readonly href: string; readonly hreflang: string | undefined }[];
  readonly jsonLd: string[];
  readonly times: string[];
}

const maxFacts = 200;
const maxFactLength = 4096;
const maxJsonLdLength = 500_000;

export function createHeadFacts(): HeadFacts {
  return {
    isDocument: false,
    language: undefined,
    title: undefined,
    heading: undefined,
    base: undefined,
    metas: [],
    links: [],
    jsonLd: [],
    times: [],
  };
}

/** Keeps what a tag outside of the text says, up to a bound in number and length. Says whether that could be its address. */
export function collectTag(facts: HeadFacts, tag: string, attributes: readonly Attribute[]): boolean {
  const value = (name: string): string | undefined => {
    const found = attributes.find((attribute) => attribute.name === name)?.value;
    return found !== undefined && found.length <= maxFactLength ? found : undefined;
  };
  switch (tag) {
    case "base":
      if (facts.base !== undefined) return false;
      facts.base = value("href");
      return facts.base !== undefined;
    case "meta": {
      const key = value("property") ?? value("name") ?? value("itemprop") ?? value("http-equiv");
      const content = value("content");
      if (key === undefined || content === undefined || facts.metas.length >= maxFacts) return false;
      facts.metas.push({ key: key.trim().toLowerCase(), value: content });
      return true;
    }
    case "link": {
      const rel = value("rel");
      const href = value("href");
      if (rel === undefined || href === undefined || facts.links.length >= maxFacts) return false;
      facts.links.push({ rel: rel.trim().toLowerCase(), href, hreflang: value("hreflang") });
      return true;
    }
    case "time": {
      const moment = value("datetime");
      if (moment !== undefined && facts.times.length < maxFacts) facts.times.push(moment);
      return false;
    }
    default:
      facts.isDocument = true;
      if (tag === "html") facts.language ??= value("lang") ?? value("xml:lang");
      return false;
  }
}

/** Keeps the text of a `title` or of a script with linked data. */
export function collectText(facts: HeadFacts, tag: string, text: string): void {
  if (tag === "title") facts.title ??= text.slice(0, maxFactLength);
  else if (text.length <= maxJsonLdLength && facts.jsonLd.length < maxFacts) facts.jsonLd.push(text);
}
