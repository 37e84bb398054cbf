import { ProblemError } from "../api/problem.ts";
import { maxLineBytes } from "./split-lines.ts";

/** An element of an array as it stands there, or that it was too long. */
export type ArrayElement = {
  /** Of the first byte behind it, in the whole. */
  readonly nextOffset: number;
} & ({ readonly bytes: Uint8Array } | { readonly tooLong: true });

export interface ArraySplitter {
  /** The elements that end in this chunk. */
  push(chunk: Uint8Array): Iterable<ArrayElement>;
  /** @throws ProblemError `malformed-json` when the array has not ended */
  end(): void;
}

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;

/**
 * Splits a JSON array into its elements while it comes in, holding one of them and a chunk. It looks at strings and brackets
 * alone (RFC 8259): what is wrong within an element is found where that is parsed, and harms no other.
 */
export function createArraySplitter(limit: number = maxLineBytes): ArraySplitter {
  let state: "before" | "inside" | "behind" = "before";
  let depth = 0;
  let isString = false;
  let isEscaped = false;
  let position = 0;
  let count = 0;
  let held: Uint8Array[] = [];
  let heldBytes = 0;

  function hold(piece: Uint8Array): void {
    heldBytes += piece.length;
    if (heldBytes > limit) held = [];
    else if (piece.length > 0) held.push(Uint8Array.from(piece));
  }

  function* finish(nextOffset: number, isLast: boolean): Generator<ArrayElement> {
    const isTooLong = heldBytes > limit;
    const bytes = Buffer.concat(held);
    held = [];
    heldBytes = 0;
    // "[]" has no element; an empty place elsewhere is a fault of its own.
    if (isLast && count === 0 && !isTooLong && bytes.every(isSpace)) return;
    count += 1;
    yield isTooLong ? { nextOffset, tooLong: true } : { nextOffset, bytes };
  }

  /** Notes what a byte of an element means; true where the element ends before it. */
  function endsBefore(byte: number): boolean {
    if (isString) {
      if (isEscaped) isEscaped = false;
      else if (byte === backslash) isEscaped = true;
      else if (byte === quote) isString = false;
      return false;
    }
    if (byte === quote) isString = true;
    else if (byte === 0x7b || byte === 0x5b) depth += 1;
    else if (byte === 0x7d || byte === 0x5d) {
      if (depth === 0) return byte === 0x5d;
      depth -= 1;
    } else if (byte === comma) return depth === 0;
    return false;
  }

  return {
    *push(chunk) {
      let start = 0;
      for (let at = 0; at < chunk.length; at++) {
        const byte = chunk[at] as number;
        if (state === "inside") {
          if (!endsBefore(byte)) continue;
          hold(chunk.subarray(start, at));
          start = at + 1;
          if (byte !== comma) state = "behind";
          yield* finish(position + start, byte !== comma);
        } else if (state === "before" && byte === 0x5b) {
          state = "inside";
          start = at + 1;
        } else if (!isSpace(byte) && !(state === "before" && isMark(byte, position + at))) {
          throw refuse(state === "behind" ? "has something behind its end" : "does not begin with [");
        }
      }
      if (state === "inside") hold(chunk.subarray(start));
      position += chunk.length;
    },
    end() {
      if (state !== "behind") throw refuse("ends too early: the file may be cut off");
    },
  };
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

function isMark(byte: number, offset: number): boolean {
  return byte === [0xef, 0xbb, 0xbf][offset];
}

function refuse(what: string): ProblemError {
  return new ProblemError("malformed-json", `The array ${what}.`);
}
