/** A line without its end, or that it was too long. */
export type Line = {
  /** From 1. */
  readonly line: number;
  /** Of its first byte, in the whole. */
  readonly offset: number;
  /** Of the first byte behind its end: where to go on after it. */
  readonly nextOffset: number;
} & ({ readonly bytes: Uint8Array } | { readonly tooLong: true });

export interface SplitOptions {
  readonly maxLineBytes?: number;
  /** Where the first chunk begins, when the work goes on in the middle. */
  readonly from?: { readonly line: number; readonly offset: number };
}

/** What a body may have unpacked, and so what a single article may. */
export const maxLineBytes: number = 8 * 1024 * 1024;

const newline = 0x0a;
const carriageReturn = 0x0d;

/**
 * Splits bytes into lines, at line feeds with or without a carriage return before them. It holds no more than a chunk and
 * one line: what is longer than `maxLineBytes` is dropped while it comes in. A byte order mark at the very start is left
 * out; the last line needs no end.
 *
 * UTF-8 has no line feed within a character, so bytes are split before they are decoded.
 */
export async function* splitLines(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  options: SplitOptions = {},
): AsyncGenerator<Line, void, void> {
  const splitter = createLineSplitter(options);
  for await (const chunk of chunks) yield* splitter.push(chunk);
  yield* splitter.end();
}

export interface LineSplitter {
  /** The lines that end in this chunk. Read them all before the next one; their bytes may be those of the chunk. */
  push(chunk: Uint8Array): Iterable<Line>;
  /** The last line, when it has no end. */
  end(): Iterable<Line>;
}

/** The same, for who has the chunks in hand. */
export function createLineSplitter({ maxLineBytes: limit = maxLineBytes, from }: SplitOptions = {}): LineSplitter {
  let line = from?.line ?? 1;
  let lineOffset = from?.offset ?? 0;
  let position = lineOffset;
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  let tooLong = false;

  function hold(piece: Uint8Array): void {
    heldBytes += piece.length;
    // One byte more than the limit may be the carriage return.
    if (heldBytes > limit + 1 + markBytes) tooLong = true;
    if (tooLong) held = [];
    else if (piece.length > 0) held.push(piece);
  }

  function finish(nextOffset: number): Line {
    const place = { line, offset: lineOffset, nextOffset };
    const bytes = tooLong ? undefined : trim(held.length === 1 ? held[0] : Buffer.concat(held), lineOffset);
    line += 1;
    lineOffset = nextOffset;
    held = [];
    heldBytes = 0;
    tooLong = false;
    return bytes === undefined || bytes.length > limit ? { ...place, tooLong: true } : { ...place, bytes };
  }

  return {
    *push(chunk) {
      let start = 0;
      const base = position;
      position += chunk.length;
      for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
        hold(chunk.subarray(start, end));
        start = end + 1;
        yield finish(base + start);
      }
      // Whoever made the chunk may use its memory again, and a slice of it would keep all of it alive.
      // (Buffer's own slice would be a view.)
      if (start < chunk.length) hold(Uint8Array.from(chunk.subarray(start)));
    },
    *end() {
      if (heldBytes > 0) yield finish(position);
    },
  };
}

const markBytes = 3;

function trim(bytes: Uint8Array | undefined, offset: number): Uint8Array {
  if (bytes === undefined) return new Uint8Array();
  const hasMark = offset === 0 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  const end = bytes.at(-1) === carriageReturn ? bytes.length - 1 : bytes.length;
  return bytes.subarray(hasMark ? markBytes : 0, end);
}
