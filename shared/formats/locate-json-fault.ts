/** A text of this many UTF-16 units takes up to half a second; a longer one is not worth the time. */
const maxSearched = 1024 * 1024;

/**
 * Where a text that is not JSON goes wrong: the length of its longest beginning that could still become JSON. Half of the
 * parser's messages name no place, and all of them quote the text.
 *
 * A beginning is good up to the fault and bad from there on, so halving finds the place in about 20 parses.
 *
 * @returns a position in UTF-16 units, the length of the text when it only ends too early; undefined when the parser does not
 * say and the text is too long to search
 */
export function locateJsonFault(text: string): number | undefined {
  const named = tryParse(text);
  if (named !== "somewhere") return named === "nowhere" ? text.length : Math.min(named, text.length);
  if (text.length > maxSearched) return undefined;
  let good = 0;
  let bad = text.length;
  while (bad - good > 1) {
    const middle = (good + bad) >>> 1;
    const fault = tryParse(text.slice(0, middle));
    const couldBecomeJson = fault === "nowhere" || (fault !== "somewhere" && fault >= middle);
    if (couldBecomeJson) good = middle;
    else bad = middle;
  }
  return good;
}

/** Position of the fault, as far as V8 tells; its end, when the text only ends too early. */
function tryParse(text: string): number | "nowhere" | "somewhere" {
  try {
    JSON.parse(text);
    return "nowhere";
  } catch (error) {
    const { message } = error as SyntaxError;
    const position = / at position (\d+)/.exec(message)?.[1];
    if (position !== undefined) return Number(position);
    return message.startsWith("Unexpected end of JSON") ? text.length : "somewhere";
  }
}
