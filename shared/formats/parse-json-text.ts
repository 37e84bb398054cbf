import { ProblemError } from "../api/problem.ts";
import { locateJsonFault } from "./locate-json-fault.ts";

/**
 * Parses JSON, with or without a byte order mark.
 *
 * @param what a `line` of NDJSON has its number told elsewhere
 * @throws ProblemError `malformed-encoding` when it is not UTF-8, `malformed-json` when it is not JSON
 */
export function parseJsonText(bytes: Uint8Array, what: "document" | "line" = "document"): unknown {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw new ProblemError("malformed-encoding", "JSON must be UTF-8, and this is not.", { cause: error });
  }
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new ProblemError("malformed-json", `This is not valid JSON: ${explain(text, what)}.`, { cause: error });
  }
}

/** Where the parser stopped, without the text itself that its message quotes. */
function explain(text: string, what: "document" | "line"): string {
  if (text.trim() === "") return "it is empty";
  const position = locateJsonFault(text);
  if (position === undefined) return "it cannot be parsed";
  const before = text.slice(0, position);
  const column = `column ${before.length - before.lastIndexOf("\n")}`;
  const place = what === "line" ? column : `line ${before.split("\n").length}, ${column}`;
  return position === text.length ? `it ends too early, at ${place}` : `it goes wrong at ${place}`;
}
