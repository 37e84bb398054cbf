import type { ArticleWarning } from "../article/article-warning.ts";
import type { ParsedItem } from "./parsed-item.ts";

/** What has to be known of a feed format. `Feed` is a whole parsed feed, `Item` one of its items. */
export interface FeedFormat<Feed, Item> {
  /** Where its items stand, as an XPath. */
  readonly path: string;
  /** Throws whatever it likes when the XML is not well-formed. */
  readonly parse: (xml: string) => Feed;
  readonly listItems: (feed: Feed) => readonly Item[];
  readonly findId: (item: Item) => string | undefined;
  /** Throws a ProblemError for an item without content. `feed` is missing when what is around the items cannot be parsed. */
  readonly readItem: (item: Item, feed: Feed | undefined, warnings: readonly ArticleWarning[]) => ParsedItem;
}
