import { catchProblem } from "./catch-problem.ts";
import { type FoundImage, makeItem } from "./make-item.ts";
import type { ReadItem, SubmitItem } from "./parsed-item.ts";
import { isJsonObject, type JsonObject, pickList, pickText } from "./pick-text.ts";
import { readPlainTitle } from "./plain-title.ts";
import { refuseItem } from "./refuse-item.ts";

/** Whether it says that it is a JSON Feed, of version 1 or 1.1. */
export function isJsonFeed(value: JsonObject): boolean {
  return /^https?:\/\/(?:www\.)?jsonfeed\.org\/version\/1(?:\.\d+)?\/?$/.test(pickText(value, "version") ?? "");
}

/**
 * Reads the items of a JSON Feed (https://www.jsonfeed.org/version/1.1/, and version 1 with its single `author`).
 *
 * @throws ProblemError `invalid-submission` when it has no list of items
 */
export function readJsonFeed(feed: JsonObject): Iterable<ReadItem> {
  const items = feed["items"];
  if (!Array.isArray(items)) throw refuseItem("/items", "must be the list of the feed's items");
  return readEach(feed, items);
}

function* readEach(feed: JsonObject, items: readonly unknown[]): Generator<ReadItem> {
  for (const [index, item] of items.entries()) {
    yield catchProblem(
      { index, pointerBase: `/items/${index}` },
      () => readFeedItem(feed, item),
      () => (isJsonObject(item) ? pickText(item, "id") : undefined),
    );
  }
}

function readFeedItem(feed: JsonObject, item: unknown): SubmitItem {
  if (!isJsonObject(item)) throw refuseItem("", "must be an object");
  const html = pickText(item, "content_html");
  const text = pickText(item, "content_text");
  const value = html ?? text;
  if (value === undefined) throw refuseItem("/content_html", "is missing, and so is content_text: there is no content");
  const authors = listAuthors(item);
  return makeItem({
    // A number counts as its digits: version 1.1, "id".
    id: pickText(item, "id"),
    content: { form: html === undefined ? "text" : "html", value },
    metadata: {
      url: pickText(item, "url", "external_url"),
      bases: [pickText(feed, "home_page_url"), pickText(feed, "feed_url")],
      title: readPlainTitle(pickText(item, "title")),
      language: pickText(item, "language") ?? pickText(feed, "language"),
      publishedAt: pickText(item, "date_published"),
      updatedAt: pickText(item, "date_modified"),
      authors: authors.length > 0 ? authors : listAuthors(feed),
      tags: pickList(item, "tags").filter((tag) => typeof tag === "string"),
    },
    images: listImages(item),
  });
}

function listAuthors(object: JsonObject): string[] {
  return pickList(object, "authors", "author")
    .filter(isJsonObject)
    .map((author) => pickText(author, "name"))
    .filter((name) => name !== undefined);
}

function listImages(item: JsonObject): FoundImage[] {
  const attached = pickList(item, "attachments")
    .filter(isJsonObject)
    .filter((attachment) => /^image\//i.test(pickText(attachment, "mime_type") ?? ""));
  return [
    { url: pickText(item, "image") },
    { url: pickText(item, "banner_image") },
    ...attached.map((attachment) => ({
      url: pickText(attachment, "url"),
      mediaType: pickText(attachment, "mime_type"),
      caption: pickText(attachment, "title"),
    })),
  ];
}
