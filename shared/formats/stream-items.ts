import { ProblemError } from "../api/problem.ts";
import { catchProblem } from "./catch-problem.ts";
import { declarationBytes, findXmlEncoding } from "./decode-xml.ts";
import { feedMediaTypes } from "./item-media-types.ts";
import { parseJsonText } from "./parse-json-text.ts";
import type { ItemMediaType, ItemPlace, ReadItem } from "./parsed-item.ts";
import { readFeed } from "./read-feed.ts";
import { readItems } from "./read-items.ts";
import { findJsonId, readJsonValue } from "./read-json-value.ts";
import { isBlank, readNdjsonLine } from "./read-ndjson.ts";
import { refuseItem } from "./refuse-item.ts";
import { refuseXml } from "./refuse-xml.ts";
import { createArraySplitter } from "./split-array.ts";
import { createFeedSplitter } from "./split-feed-stream.ts";
import { maxLineBytes, splitLines } from "./split-lines.ts";

/** An item of a document that is larger than memory. */
export type StreamedItem = ReadItem & {
  /** As it stood in the document; absent where it was too long, or the document had to be read as a whole. */
  readonly source?: Uint8Array;
  /** How far the document was read: for NDJSON exactly up to the next line. */
  readonly nextOffset: number;
};

/** Where to go on. Of NDJSON the chunks may begin at the offset; of all else, and packed, they begin at the beginning. */
export interface StreamPosition {
  readonly items: number;
  readonly lines: number;
  readonly offset: number;
  readonly beginsThere: boolean;
  /** Indexes of those that are asked for; absent, all are. */
  readonly only?: ReadonlySet<number> | undefined;
}

function isAskedFor(index: number, { items, only }: StreamPosition): boolean {
  return index >= items && (only === undefined || only.has(index));
}

/** What is no sequence of items is read at once: JSON Feed, a single article. */
const maxWholeBytes = 32 * 1024 * 1024;

/** Whether the work can go on in the middle of the file, by its bytes. */
export function isLineBased(mediaType: string): boolean {
  return /^application\/(?:x-ndjson|ndjson|jsonl)$/.test(mediaType);
}

/**
 * Reads the items of a document while it comes in: NDJSON, JSON arrays and XML feeds with one item in memory, of whatever
 * length they are; anything else up to `maxWholeBytes`. Unlike `readItems` it says nothing of IDs that repeat, for that it
 * would have to remember them all.
 *
 * @param from items before this one and those that are not asked for are passed over, without being parsed
 * @throws ProblemError what concerns the document as a whole, where it shows; the items before it have been given by then
 */
export async function* streamItems(
  chunks: AsyncIterable<Uint8Array>,
  type: ItemMediaType,
  from: StreamPosition,
): AsyncGenerator<StreamedItem, void, void> {
  if (isLineBased(type.mediaType)) return yield* streamLines(chunks, from);
  if (feedMediaTypes.includes(type.mediaType)) return yield* streamFeed(chunks, type, from);
  const [first, all] = await peek(chunks);
  if (type.mediaType === "application/json" && first === 0x5b) yield* streamArray(all, from);
  else yield* streamWhole(all, type, from);
}

async function* streamLines(chunks: AsyncIterable<Uint8Array>, from: StreamPosition): AsyncGenerator<StreamedItem> {
  const { beginsThere } = from;
  let index = beginsThere ? from.items : 0;
  const place = beginsThere ? { from: { line: from.lines + 1, offset: from.offset } } : {};
  for await (const line of splitLines(chunks, place)) {
    if (isBlank(line)) continue;
    if (isAskedFor(index, from)) {
      const source = "bytes" in line && { source: line.bytes };
      yield { ...readNdjsonLine(line, index), ...source, nextOffset: line.nextOffset };
    }
    index += 1;
  }
}

async function* streamArray(chunks: AsyncIterable<Uint8Array>, from: StreamPosition): AsyncGenerator<StreamedItem> {
  const splitter = createArraySplitter();
  let index = 0;
  for await (const chunk of chunks) {
    for (const element of splitter.push(chunk)) {
      const place = { index, pointerBase: `/${index}` };
      index += 1;
      if (!isAskedFor(place.index, from)) continue;
      const { nextOffset } = element;
      if ("tooLong" in element) yield { ...place, nextOffset, problem: tooLong("element") };
      else {
        yield { ...readElement(element.bytes, place), source: element.bytes, nextOffset };
      }
    }
  }
  splitter.end();
}

function readElement(bytes: Uint8Array, place: ItemPlace): ReadItem {
  let value: unknown;
  const read = () => {
    value = parseJsonText(bytes);
    return readJsonValue(value);
  };
  return catchProblem(place, read, () => findJsonId(value));
}

/** Decoded at a time: text takes twice the memory of its bytes, and pieces of it keep the whole alive. */
const decodedBytes = 256 * 1024;

async function* streamFeed(
  chunks: AsyncIterable<Uint8Array>,
  type: ItemMediaType,
  from: StreamPosition,
): AsyncGenerator<StreamedItem> {
  const splitter = createFeedSplitter();
  let decoder: TextDecoder | undefined;
  let nextOffset = 0;
  let index = 0;

  function* readAll(pieces: ReturnType<typeof splitter.push>): Generator<StreamedItem> {
    for (const piece of pieces) {
      const place = { index, pointerBase: "" };
      index += 1;
      if (!isAskedFor(place.index, from)) continue;
      if ("tooLong" in piece) yield { ...place, nextOffset, problem: tooLong("item") };
      else yield { ...readPiece(piece, place.index), nextOffset };
    }
  }

  function readPiece(piece: { source: string; isClosed: boolean }, index: number): ReadItem & { source: Uint8Array } {
    const source = Buffer.from(piece.source);
    if (!piece.isClosed) {
      return { index, pointerBase: "", source, problem: refuseXml("of the item has no end tag; it may be cut off") };
    }
    const [read] = readAlone(splitter.wrap(piece.source));
    if (read === undefined) throw new Error("A feed that was made of an item has none.");
    const pointerBase = read.pointerBase.replace(/\[1\]$/, `[${index + 1}]`);
    return { ...warnOfReplaced(read, piece.source), index, pointerBase, source };
  }

  for await (const chunk of joinFirst(chunks, declarationBytes)) {
    decoder ??= new TextDecoder(findXmlEncoding(chunk, type.charset));
    for (let start = 0; start < chunk.length; start += decodedBytes) {
      const piece = chunk.subarray(start, start + decodedBytes);
      nextOffset += piece.length;
      yield* readAll(splitter.push(decoder.decode(piece, { stream: true })));
    }
  }
  yield* readAll(splitter.push(decoder?.decode() ?? ""));
  yield* readAll(splitter.end());
}

/** A problem of the document is one of the item here: the document was made from it. Its head was sound, or nobody came here. */
function readAlone(xml: string): ReadItem[] {
  try {
    return [...readFeed(Buffer.from(xml), "utf-8")];
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return [{ index: 0, pointerBase: "", problem: error }];
  }
}

/** Bytes that fit no charset were replaced while they came in; whoever sent them should know. */
function warnOfReplaced(read: ReadItem, source: string): ReadItem {
  if (!("item" in read) || read.item.action !== "submit" || !source.includes("\uFFFD")) return read;
  const { document } = read.item;
  const detail = "Some bytes are not valid in the feed's encoding; each stands as U+FFFD in the text.";
  const warnings = [...document.warnings, { code: "encoding-mismatch", detail }];
  return { ...read, item: { ...read.item, document: { ...document, warnings } } };
}

async function* streamWhole(
  chunks: AsyncIterable<Uint8Array>,
  type: ItemMediaType,
  from: StreamPosition,
): AsyncGenerator<StreamedItem> {
  const held: Uint8Array[] = [];
  let nextOffset = 0;
  for await (const chunk of chunks) {
    held.push(Uint8Array.from(chunk));
    nextOffset += chunk.length;
    if (nextOffset > maxWholeBytes) {
      const limit = maxWholeBytes.toLocaleString("en");
      throw new ProblemError(
        "body-too-large",
        `A file that is no NDJSON, no JSON array and no XML feed may have ${limit} bytes unpacked. Send it as one of these.`,
      );
    }
  }
  if (nextOffset === 0) throw refuseItem("", "is empty");
  for (const read of readItems(Buffer.concat(held), type)) {
    if (isAskedFor(read.index, from)) yield { ...read, nextOffset };
  }
}

/** The chunks, the first of which has that many bytes where there are as many. */
async function* joinFirst(chunks: AsyncIterable<Uint8Array>, bytes: number): AsyncGenerator<Uint8Array> {
  let first: Uint8Array | undefined = new Uint8Array();
  for await (const chunk of chunks) {
    const joined: Uint8Array = first === undefined ? chunk : Buffer.concat([first, chunk]);
    first = first !== undefined && joined.length < bytes ? joined : undefined;
    if (first === undefined) yield joined;
  }
  if (first !== undefined && first.length > 0) yield first;
}

/** The first byte that is no white space, and the chunks with it. */
async function peek(chunks: AsyncIterable<Uint8Array>): Promise<[number | undefined, AsyncIterable<Uint8Array>]> {
  const iterator = chunks[Symbol.asyncIterator]();
  const before: Uint8Array[] = [];
  let first: number | undefined;
  while (first === undefined) {
    const { value, done } = await iterator.next();
    if (done === true) break;
    before.push(Uint8Array.from(value));
    first = value.find((byte: number) => byte > 0x20 && ![0xef, 0xbb, 0xbf].includes(byte));
    if (before.length > 64) break;
  }
  async function* again(): AsyncGenerator<Uint8Array> {
    try {
      yield* before;
      for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value;
    } finally {
      await iterator.return?.();
    }
  }
  return [first, again()];
}

function tooLong(what: string): ProblemError {
  return new ProblemError(
    "body-too-large",
    `The ${what} is too long; it may have ${maxLineBytes.toLocaleString("en")} bytes.`,
  );
}
