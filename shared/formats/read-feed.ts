import type { ArticleWarning } from "../article/article-warning.ts";
import { catchProblem } from "./catch-problem.ts";
import { decodeXml } from "./decode-xml.ts";
import type { FeedFormat } from "./feed-format.ts";
import type { ReadItem } from "./parsed-item.ts";
import { atomFormat } from "./read-atom.ts";
import { rdfFormat, rssFormat } from "./read-rss.ts";
import { refuseDoctype } from "./refuse-doctype.ts";
import { refuseItem } from "./refuse-item.ts";
import { refuseXml } from "./refuse-xml.ts";
import { type SplitFeed, splitFeed } from "./split-feed.ts";

/**
 * Reads the items of a feed: RSS 2.0 and 1.0, Atom, and a single Atom entry.
 *
 * Where the document was cut off, the items before that are read, and a last problem says that there may have been more.
 *
 * @throws ProblemError when the whole is no feed, has a DOCTYPE, or is in an unknown encoding
 */
export function readFeed(bytes: Uint8Array, charset: string | undefined): Iterable<ReadItem> {
  const { xml: decoded, warnings } = decodeXml(bytes, charset);
  const xml = refuseDoctype(decoded);
  const split = splitFeed(xml);
  if (split.items.length === 0 && !split.isClosed) throw refuseXml("is cut off before its first item");
  switch (split.format) {
    case "rss":
      return readWith(rssFormat, { xml, split, warnings });
    case "rdf":
      return readWith(rdfFormat, { xml, split, warnings });
    case "atom":
      return readWith(atomFormat, { xml, split, warnings });
  }
}

interface Source {
  readonly xml: string;
  readonly split: SplitFeed;
  readonly warnings: readonly ArticleWarning[];
}

/** Characters that parsing each item with the feed's root around it may come to: a second or so. */
const maxRepeatedOpening = 8 * 1024 * 1024;

/**
 * Parses the feed in one go where the parser finds as many items as there are. Where it does not, it either gave up at a
 * fault or dropped items in which it found nothing, which would shift the others: then each is parsed by itself.
 */
function readWith<Feed, Item>(format: FeedFormat<Feed, Item>, { xml, split, warnings }: Source): Iterable<ReadItem> {
  const { items, opening, closing, isClosed } = split;
  const whole = tryParse(format, split.isEntry ? opening + xml.slice(items[0]?.start) + closing : xml);
  if (whole !== undefined && isClosed) {
    const found = format.listItems(whole);
    if (found.length === items.length) return readAll(format, { feed: whole, items: found, warnings });
  }
  if (items.length === 0 || opening.length * items.length > maxRepeatedOpening) throw refuseXml("is not well-formed");
  const feed = whole ?? tryParse(format, isClosed ? split.shell : split.shell + closing);
  return readEach(format, { xml, split, warnings, feed });
}

function tryParse<Feed, Item>(format: FeedFormat<Feed, Item>, xml: string): Feed | undefined {
  try {
    return format.parse(xml);
  } catch {
    // A fault of the feed's own does not keep its items from being read; without items it is found again there.
    return undefined;
  }
}

interface ParsedFeed<Feed, Item> {
  readonly feed: Feed;
  readonly items: readonly Item[];
  readonly warnings: readonly ArticleWarning[];
}

function* readAll<Feed, Item>(
  format: FeedFormat<Feed, Item>,
  { feed, items, warnings }: ParsedFeed<Feed, Item>,
): Generator<ReadItem> {
  for (const [index, item] of items.entries()) {
    yield catchProblem(
      place(format, index),
      () => format.readItem(item, feed, warnings),
      () => format.findId(item),
    );
  }
}

function* readEach<Feed, Item>(
  format: FeedFormat<Feed, Item>,
  { xml, split, warnings, feed }: Source & { readonly feed: Feed | undefined },
): Generator<ReadItem> {
  const { items, opening, closing } = split;
  for (const [index, { start, end, isClosed }] of items.entries()) {
    let item: Item | undefined;
    const read = () => {
      if (!isClosed) throw refuseXml("of the item has no end tag; it may be cut off");
      const text = xml.slice(start, end);
      item = isHollow(text) ? undefined : parseItem(format, opening + text + closing);
      if (item === undefined) throw refuseItem("", "has nothing that is known here");
      return format.readItem(item, feed, warnings);
    };
    yield catchProblem(place(format, index), read, () => (item === undefined ? undefined : format.findId(item)));
  }
  if (split.isClosed || items.at(-1)?.isClosed === false) return;
  const problem = refuseXml("is cut off behind its last item; what followed is missing");
  yield { index: items.length, pointerBase: "", problem };
}

/** Whether there is no tag between its own; so many of these cost nothing. */
function isHollow(text: string): boolean {
  const inner = text.indexOf("<", 1);
  return inner < 0 || inner === text.lastIndexOf("<");
}

function parseItem<Feed, Item>(format: FeedFormat<Feed, Item>, xml: string): Item | undefined {
  let feed: Feed;
  try {
    feed = format.parse(xml);
  } catch (error) {
    throw refuseXml("of the item is not well-formed, or has nothing that is known here", error);
  }
  return format.listItems(feed)[0];
}

function place<Feed, Item>({ path }: FeedFormat<Feed, Item>, index: number) {
  return { index, pointerBase: `${path}[${index + 1}]` };
}
