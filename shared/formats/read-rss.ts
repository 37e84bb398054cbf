import { parseRdfFeed, parseRssFeed, type RdfFeed, type RssFeed } from "feedsmith";
import type { ArticleWarning } from "../article/article-warning.ts";
import type { FeedFormat } from "./feed-format.ts";
import { type FoundImage, makeItem } from "./make-item.ts";
import type { ParsedItem } from "./parsed-item.ts";
import { readPlainTitle } from "./plain-title.ts";
import { refuseItem } from "./refuse-item.ts";

type RssItem = RssFeed.Item<string>;
type RdfItem = RdfFeed.Item<string>;

/**
 * RSS 2.0 (https://www.rssboard.org/rss-specification) and its forerunners, with content:encoded, Media RSS, Dublin Core and
 * Atom fields.
 */
export const rssFormat: FeedFormat<RssFeed.Feed<string>, RssItem> = {
  path: "/rss/channel/item",
  parse: (xml) => parseRssFeed(xml),
  listItems: (feed) => feed.items ?? [],
  findId: ({ guid }) => guid?.value,
  readItem: readRssItem,
};

/** RSS 1.0 (https://web.resource.org/rss/1.0/spec), whose items name themselves by `rdf:about`. */
export const rdfFormat: FeedFormat<RdfFeed.Feed<string>, RdfItem> = {
  path: "/rdf:RDF/item",
  parse: (xml) => parseRdfFeed(xml),
  listItems: (feed) => feed.items ?? [],
  findId: ({ rdf, link }) => firstFilled(rdf?.about, link),
  readItem: readRdfItem,
};

function readRssItem(
  item: RssItem,
  feed: RssFeed.Feed<string> | undefined,
  warnings: readonly ArticleWarning[],
): ParsedItem {
  const { guid } = item;
  // A guid is an address unless it says that it is none (RSS 2.0, "guid"); many say nothing and are none.
  const permalink = guid?.isPermaLink !== false && /^https?:/i.test(guid?.value ?? "") ? guid?.value : undefined;
  return makeItem({
    id: rssFormat.findId(item),
    content: findContent(item),
    metadata: {
      url: firstFilled(item.link, permalink),
      bases: [item.xml?.base, feed?.xml?.base, feed?.link],
      title: readPlainTitle(firstFilled(item.title, item.dc?.titles?.[0], item.media?.title?.value)),
      language: firstFilled(item.dc?.languages?.[0], feed?.language, feed?.dc?.languages?.[0]),
      publishedAt: firstFilled(item.pubDate, item.dc?.dates?.[0], item.dcterms?.created?.[0], item.atom?.published),
      updatedAt: firstFilled(item.atom?.updated, item.dcterms?.modified?.[0]),
      authors: listAuthors(item),
      tags: [
        ...(item.categories ?? []).map(({ name }) => name),
        ...(item.dc?.subjects ?? []),
        ...(item.media?.keywords ?? []),
      ],
    },
    images: listImages(item),
    warnings,
  });
}

function readRdfItem(
  item: RdfItem,
  feed: RdfFeed.Feed<string> | undefined,
  warnings: readonly ArticleWarning[],
): ParsedItem {
  return makeItem({
    id: rdfFormat.findId(item),
    content: findContent(item),
    metadata: {
      url: firstFilled(item.link, item.rdf?.about),
      bases: [feed?.link],
      title: readPlainTitle(firstFilled(item.title, item.dc?.titles?.[0])),
      language: firstFilled(item.dc?.languages?.[0], feed?.dc?.languages?.[0]),
      publishedAt: item.dc?.dates?.[0],
      authors: item.dc?.creators ?? [],
      tags: item.dc?.subjects ?? [],
    },
    warnings,
  });
}

/** The whole text is in content:encoded; where there is none, feeds put it into the description. Both are HTML. */
function findContent(item: RssItem | RdfItem): { form: "html"; value: string } {
  const value = firstFilled(item.content?.encoded, item.description);
  if (value === undefined)
    throw refuseItem("/description", "is missing, and so is content:encoded: there is no content");
  return { form: "html", value };
}

/** dc:creator is a name; author is an e-mail address with, perhaps, a name behind it. */
function listAuthors(item: RssItem): (string | undefined)[] {
  const creators = item.dc?.creators ?? [];
  return creators.length > 0 ? creators : (item.authors ?? []).map(({ name, email }) => firstFilled(name, email));
}

function listImages(item: RssItem): FoundImage[] {
  const { media } = item;
  const contents = [...(media?.contents ?? []), ...(media?.groups ?? []).flatMap((group) => group.contents ?? [])];
  const pictures = contents.filter(({ type, medium }) => medium === "image" || /^image\//i.test(type ?? ""));
  const enclosures = (item.enclosures ?? []).filter(({ type }) => /^image\//i.test(type ?? ""));
  const images: FoundImage[] = [
    ...pictures.map(({ url, type, width, height, description, title }) => ({
      url,
      mediaType: type,
      widthInPixels: width,
      heightInPixels: height,
      caption: firstFilled(description?.value, title?.value, media?.description?.value),
    })),
    ...enclosures.map(({ url, type }) => ({ url, mediaType: type })),
  ];
  // A thumbnail is a smaller copy of what else is there.
  return images.length > 0 ? images : (media?.thumbnails ?? []).slice(0, 1).map(({ url }) => ({ url }));
}

function firstFilled(...values: readonly (string | undefined)[]): string | undefined {
  return values.find((value) => value !== undefined && value.trim() !== "");
}
