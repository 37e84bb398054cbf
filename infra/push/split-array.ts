/** An element of a list, as it stands there; absent where it is longer than it may be. */
export interface ArrayElement {
  readonly bytes?: Uint8Array;
}

const [space, quote, comma, backslash] = [0x20, 0x22, 0x2c, 0x5c];
const [openBracket, closeBracket, openBrace, closeBrace] = [0x5b, 0x5d, 0x7b, 0x7d];

/**
 * Splits a JSON list into its elements without parsing them, so that a list of any length takes the memory of one element.
 * In UTF-8, no byte of another character looks like a bracket, a quote or a comma.
 *
 * @returns whether the list was closed, and nothing stood behind it
 */
export async function* splitArray(
  chunks: AsyncIterable<Uint8Array>,
  maxElementBytes: number,
): AsyncGenerator<ArrayElement, "whole" | "cut off" | "more behind", void> {
  let depth = 0;
  let inString = false;
  let isEscaped = false;
  let isClosed = false;
  let isFirst = true;
  let held: Uint8Array[] = [];
  let heldBytes = 0;

  const hold = (piece: Uint8Array) => {
    heldBytes += piece.length;
    if (heldBytes > maxElementBytes) held = [];
    else held.push(Uint8Array.from(piece));
  };
  const take = (): ArrayElement => {
    const element = heldBytes > maxElementBytes ? {} : { bytes: Buffer.concat(held) };
    held = [];
    heldBytes = 0;
    isFirst = false;
    return element;
  };
  const isBlank = () => heldBytes <= maxElementBytes && held.every((piece) => piece.every((byte) => byte <= space));

  for await (const chunk of chunks) {
    let start = 0;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at] ?? 0;
      if (isClosed) {
        if (byte > space) return "more behind";
      } else if (inString) {
        if (isEscaped) isEscaped = false;
        else if (byte === backslash) isEscaped = true;
        else if (byte === quote) inString = false;
      } else if (byte === quote) inString = true;
      else if (byte === openBracket || byte === openBrace) {
        depth += 1;
        if (depth === 1) start = at + 1;
      } else if (byte === closeBracket || byte === closeBrace) {
        depth -= 1;
        if (depth > 0) continue;
        hold(chunk.subarray(start, at));
        isClosed = true;
        if (!(isFirst && isBlank())) yield take();
      } else if (byte === comma && depth === 1) {
        hold(chunk.subarray(start, at));
        start = at + 1;
        yield take();
      }
    }
    if (!isClosed && depth > 0) hold(chunk.subarray(start));
  }
  if (isClosed) return "whole";
  if (!isBlank()) yield take();
  return "cut off";
}
