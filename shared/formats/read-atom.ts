import { type AtomFeed, parseAtomFeed } from "feedsmith";
import type { ArticleWarning } from "../article/article-warning.ts";
import { expandXhtml } from "./expand-xhtml.ts";
import type { FeedFormat } from "./feed-format.ts";
import { type FoundArticle, makeItem } from "./make-item.ts";
import type { ParsedItem } from "./parsed-item.ts";
import { readHtmlTitle } from "./plain-title.ts";
import { refuseItem } from "./refuse-item.ts";

type AtomEntry = AtomFeed.Entry<string>;

/** Atom (RFC 4287). */
export const atomFormat: FeedFormat<AtomFeed.Feed<string>, AtomEntry> = {
  path: "/feed/entry",
  parse: (xml) => parseAtomFeed(xml),
  listItems: (feed) => feed.entries ?? [],
  findId: ({ id }) => id,
  readItem: readEntry,
};

function readEntry(
  entry: AtomEntry,
  feed: AtomFeed.Feed<string> | undefined,
  warnings: readonly ArticleWarning[],
): ParsedItem {
  const { content, warning } = findContent(entry);
  const links = entry.links ?? [];
  return makeItem({
    id: entry.id,
    content,
    metadata: {
      url: findAlternate(links),
      bases: [entry.xml?.base, feed?.xml?.base, findAlternate(feed?.links ?? [])],
      title: readTitle(entry.title),
      language: entry.content?.xml?.lang ?? entry.xml?.lang ?? feed?.xml?.lang,
      publishedAt: entry.published ?? entry.updated,
      updatedAt: entry.updated,
      authors: findAuthors(entry, feed),
      tags: (entry.categories ?? []).map(({ label, term }) => label ?? term),
    },
    images: links
      .filter(({ rel, type }) => rel === "enclosure" && /^image\//i.test(type ?? ""))
      .map(({ href, type, title }) => ({ url: href, mediaType: type, caption: title })),
    warnings: warning === undefined ? warnings : [...warnings, warning],
  });
}

/** A link without a relation is an alternate one (section 4.2.7.2); of several, the web page. */
function findAlternate(links: NonNullable<AtomEntry["links"]>): string | undefined {
  const alternates = links.filter(({ rel }) => rel === undefined || rel === "alternate");
  return (alternates.find(({ type }) => type === undefined || /html/i.test(type)) ?? alternates[0])?.href;
}

/** The authors of the entry, else of the feed that it came from, else of this feed (section 4.2.1). */
function findAuthors(entry: AtomEntry, feed: AtomFeed.Feed<string> | undefined): (string | undefined)[] {
  const authors = [entry.authors, entry.source?.authors, feed?.authors].find(
    (list) => list !== undefined && list.length > 0,
  );
  return (authors ?? []).map(({ name, email }) => name ?? email);
}

function readTitle(title: AtomEntry["title"]): string | undefined {
  const value = title?.value;
  return value !== undefined && /html/i.test(title?.type ?? "") ? readHtmlTitle(value) : value;
}

interface FoundContent {
  readonly content: FoundArticle["content"];
  readonly warning?: ArticleWarning;
}

/** Content after section 4.1.3; a summary only where there is none, and with a word about it. */
function findContent({ content, summary }: AtomEntry): FoundContent {
  const { src } = content ?? {};
  if (src !== undefined) {
    throw refuseItem("/content", "is only a link (src); nothing is fetched, so the content must stand in the entry");
  }
  const value = content?.value;
  if (value !== undefined && value.trim() !== "") return { content: readTyped(value, content?.type) };
  const text = summary?.value;
  if (text === undefined || text.trim() === "") throw refuseItem("/content", "is missing, and there is no summary");
  const detail = "The entry has no content; its summary was taken for it.";
  return { content: readTyped(text, summary?.type), warning: { code: "summary-only", detail } };
}

function readTyped(value: string, given: string | undefined): FoundArticle["content"] {
  const type = (given ?? "text").split(";")[0]?.trim().toLowerCase() ?? "";
  if (type === "html" || type === "text/html") return { form: "html", value };
  if (type === "xhtml" || type === "application/xhtml+xml") return { form: "html", value: expandXhtml(value) };
  if (type === "text" || type === "text/plain") return { form: "text", value };
  throw refuseItem("/content", `is of type ${type.slice(0, 80)}, which is no article; send text, html or xhtml`);
}
