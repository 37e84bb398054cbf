import { catchProblem } from "./catch-problem.ts";
import { parseJsonText } from "./parse-json-text.ts";
import type { ItemPlace, ReadItem } from "./parsed-item.ts";
import { isJsonObject } from "./pick-text.ts";
import { isJsonFeed, readJsonFeed } from "./read-json-feed.ts";
import { findJsonId, readJsonValue } from "./read-json-value.ts";

/**
 * Reads the items of a JSON document, whose format is told by its shape: an array of articles, a JSON Feed, one ninjs object
 * or one submission.
 *
 * @throws ProblemError `malformed-encoding`, `malformed-json`
 */
export function readJson(bytes: Uint8Array): Iterable<ReadItem> {
  const value = parseJsonText(bytes);
  if (Array.isArray(value)) return readEach(value);
  if (isJsonObject(value) && isJsonFeed(value)) return readJsonFeed(value);
  return [readValue({ index: 0, pointerBase: "" }, value)];
}

function* readEach(values: readonly unknown[]): Generator<ReadItem> {
  for (const [index, value] of values.entries()) {
    yield readValue({ index, pointerBase: `/${index}` }, value);
  }
}

function readValue(place: ItemPlace, value: unknown): ReadItem {
  return catchProblem(
    place,
    () => readJsonValue(value),
    () => findJsonId(value),
  );
}
