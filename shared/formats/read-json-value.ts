import type { ParsedItem } from "./parsed-item.ts";
import { isJsonObject, pickText } from "./pick-text.ts";
import { isJsonFeed } from "./read-json-feed.ts";
import { isNinjs, readNinjs } from "./read-ninjs.ts";
import { readOwnItem } from "./read-own-item.ts";
import { refuseItem } from "./refuse-item.ts";

/**
 * Reads one article from a value of JSON, our own or ninjs: an element of an array, a line of NDJSON, a whole body.
 *
 * @throws ProblemError `invalid-submission`
 */
export function readJsonValue(value: unknown): ParsedItem {
  if (Array.isArray(value)) throw refuseItem("", "must be one article, and is a list");
  if (!isJsonObject(value)) throw refuseItem("", "must be an object");
  if (isJsonFeed(value)) throw refuseItem("", "must be one article, and is a whole JSON Feed");
  return isNinjs(value) ? readNinjs(value) : readOwnItem(value);
}

/** The ID of a value that could not be read, as far as it has one. */
export function findJsonId(value: unknown): string | undefined {
  return isJsonObject(value) ? pickText(value, "partnerArticleId", "uri", "guid") : undefined;
}
