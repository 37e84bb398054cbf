import { readFileSync } from "node:fs";
import { ProblemError } from "../../../shared/api/problem.ts";
import type { ReadItem, SubmitItem } from "../../../shared/formats/parsed-item.ts";
import { readItems } from "../../../shared/formats/read-items.ts";

const folder = new URL("../../fixtures/formats/", import.meta.url);

/** The bytes of a document in `test/fixtures/formats`. */
export function readFixture(name: string): Buffer {
  return readFileSync(new URL(name, folder));
}

/** All items of a document. */
export function listItems(body: string | Uint8Array, mediaType: string, charset?: string): ReadItem[] {
  const bytes = typeof body === "string" ? Buffer.from(body) : body;
  return [...readItems(bytes, { mediaType, charset })];
}

/** The problem that the whole document has. */
export function findProblem(body: string | Uint8Array, mediaType: string, charset?: string): ProblemError {
  try {
    listItems(body, mediaType, charset);
  } catch (error) {
    if (error instanceof ProblemError) return error;
    throw error;
  }
  throw new Error("The document has no problem.");
}

/** The item at this place, which must be an article. */
export function submitted(items: readonly ReadItem[], index = 0): SubmitItem {
  const read = items[index];
  if (read === undefined || !("item" in read) || read.item.action !== "submit") {
    throw new Error(`Item ${index} is no article: ${JSON.stringify(read)}`);
  }
  return read.item;
}

/** A feed of RSS 2.0 around these items. */
export function makeRss(items: string): string {
  return `<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>T</title><link>https://feed.example/news/</link>${items}</channel></rss>`;
}

/** A feed of Atom around these entries. */
export function makeAtom(entries: string): string {
  return `<feed xmlns="http://www.w3.org/2005/Atom"><id>urn:feed</id><title>T</title>${entries}</feed>`;
}
