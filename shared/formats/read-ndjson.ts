import { ProblemError } from "../api/problem.ts";
import { catchProblem } from "./catch-problem.ts";
import { parseJsonText } from "./parse-json-text.ts";
import type { ReadItem } from "./parsed-item.ts";
import { findJsonId, readJsonValue } from "./read-json-value.ts";
import { createLineSplitter, type Line, maxLineBytes } from "./split-lines.ts";

/** Reads the items of NDJSON (https://github.com/ndjson/ndjson-spec): an article a line; blank lines are skipped. */
export function* readNdjson(bytes: Uint8Array): Generator<ReadItem, void, void> {
  const splitter = createLineSplitter();
  let index = 0;
  for (const lines of [splitter.push(bytes), splitter.end()]) {
    for (const line of lines) {
      if (isBlank(line)) continue;
      yield readNdjsonLine(line, index);
      index += 1;
    }
  }
}

/** Whether the line holds nothing and so counts as no item. */
export function isBlank(line: Line): boolean {
  // Space, tab and carriage return are what JSON takes for white space within a line.
  return "bytes" in line && line.bytes.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d);
}

/** Reads the item of one line, for who streams: with its problem, when there is one. */
export function readNdjsonLine(line: Line, index: number): ReadItem {
  let value: unknown;
  const read = () => {
    if ("tooLong" in line) {
      const limit = maxLineBytes.toLocaleString("en");
      throw new ProblemError("body-too-large", `The line is too long; a line may have ${limit} bytes.`);
    }
    value = parseJsonText(line.bytes, "line");
    return readJsonValue(value);
  };
  return catchProblem({ index, line: line.line, pointerBase: "" }, read, () => findJsonId(value));
}
