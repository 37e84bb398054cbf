import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { ProblemError, type ProblemKind, problemKinds, problemType } from "../../shared/api/problem.ts";
import type { AnsweredProblem } from "../../shared/api/problem-answer.ts";
import { submissionLimits } from "../../shared/api/submission.ts";
import { decodeXml } from "../../shared/formats/decode-xml.ts";
import { parseJsonText } from "../../shared/formats/parse-json-text.ts";
import { isJsonObject } from "../../shared/formats/pick-text.ts";
import { isJsonFeed } from "../../shared/formats/read-json-feed.ts";
import { isBlank } from "../../shared/formats/read-ndjson.ts";
import { refuseDoctype } from "../../shared/formats/refuse-doctype.ts";
import { createArraySplitter } from "../../shared/formats/split-array.ts";
import { splitFeed } from "../../shared/formats/split-feed.ts";
import { splitLines } from "../../shared/formats/split-lines.ts";
import { type Entry, lines, type Place, wrapDocument } from "./entry.ts";
import type { Source } from "./list-sources.ts";
import { type Format, tellFormat } from "./tell-format.ts";

/** A single article may have so much. */
const maxItemBytes = submissionLimits.maxUnpackedBytes;

/** Feeds are split in memory; lines and lists may have any length. */
const maxFeedBytes = 64 * 1024 * 1024;

const headBytes = 64 * 1024;

/**
 * Reads what is in a source, article by article, whatever its format; gzip is unpacked. What cannot be read comes as a refusal,
 * and so does what is no format at all: it throws nothing.
 *
 * @param mediaType what the user says that it is
 */
export async function* readEntries(source: Source, mediaType?: string): AsyncGenerator<Entry, void, void> {
  let index = 0;
  try {
    for await (const entry of readAny(source, mediaType)) {
      index = entry.place.index + 1;
      yield entry;
    }
  } catch (error) {
    yield { place: { file: source.name, index }, problem: describeFault(error) };
  }
}

async function* readAny(source: Source, mediaType: string | undefined): AsyncGenerator<Entry, void, void> {
  const file = source.name;
  const stream = source.open();
  try {
    const packed = await peek(stream);
    const isPacked = packed.head[0] === 0x1f && packed.head[1] === 0x8b;
    const { head, chunks } = isPacked ? await peek(unpack(packed.chunks)) : packed;
    if (head.length === 0) throw refuse("invalid-submission", "The file is empty.");
    const format = tellFormat(file.replace(/\.gz$/i, ""), head, mediaType);
    if (format === undefined) {
      throw refuse(
        "unsupported-media-type",
        "This is no format that is known here. If it is one, name it with --type.",
      );
    }
    yield* readers[format]({ file, chunks });
  } finally {
    stream.destroy();
  }
}

interface Opened {
  readonly file: string;
  readonly chunks: AsyncIterable<Uint8Array>;
}

const readers: Readonly<Record<Format, (opened: Opened) => AsyncIterable<Entry>>> = {
  lines: (opened) => readLines(opened, makeRecord),
  failures: (opened) => readLines(opened, makeRepaired),
  array: readArray,
  object: readObject,
  feed: readFeed,
  html: (opened) => readDocument(opened, "text/html"),
  text: (opened) => readDocument(opened, "text/plain"),
};

async function* readLines({ file, chunks }: Opened, make: typeof makeRecord): AsyncGenerator<Entry, void, void> {
  let index = 0;
  for await (const line of splitLines(chunks, { maxLineBytes: maxItemBytes })) {
    if (isBlank(line)) continue;
    const place = { file, index, line: line.line };
    index += 1;
    yield "tooLong" in line ? { place, problem: describeFault(refuseLength()) } : make(place, line.bytes);
  }
}

async function* readArray({ file, chunks }: Opened): AsyncGenerator<Entry, void, void> {
  const splitter = createArraySplitter(maxItemBytes);
  let index = 0;
  for await (const chunk of chunks) {
    for (const element of splitter.push(chunk)) {
      const place = { file, index };
      index += 1;
      yield "tooLong" in element ? { place, problem: describeFault(refuseLength()) } : makeRecord(place, element.bytes);
    }
  }
  splitter.end();
}

/** A JSON Feed, or one article. */
async function* readObject({ file, chunks }: Opened): AsyncGenerator<Entry, void, void> {
  const bytes = await collect(chunks, maxFeedBytes);
  const place = { file, index: 0 };
  const value = tryParse(bytes);
  if (!isJsonObject(value) || !isJsonFeed(value) || !Array.isArray(value["items"])) {
    yield bytes.length > maxItemBytes ? { place, problem: describeFault(refuseLength()) } : makeRecord(place, bytes);
    return;
  }
  const { items, ...feed } = value;
  const opening = `${JSON.stringify(feed).slice(0, -1)},"items":[`;
  const envelope = { contentType: "application/feed+json", opening, separator: ",", closing: "]}" };
  for (const [index, item] of (items as unknown[]).entries()) {
    yield { place: { file, index }, envelope, bytes: Buffer.from(JSON.stringify(item)) };
  }
}

/** Every item goes with all that stood around the items, so that it is read as in the whole feed. */
async function* readFeed({ file, chunks }: Opened): AsyncGenerator<Entry, void, void> {
  const xml = refuseDoctype(decodeXml(await collect(chunks, maxFeedBytes), undefined).xml);
  const contentType = "application/xml; charset=utf-8";
  const split = splitFeed(xml);
  const [first] = split.items;
  if (split.isEntry || (first === undefined && !split.isClosed)) {
    yield { place: { file, index: 0 }, envelope: wrapDocument(contentType), bytes: Buffer.from(xml) };
    return;
  }
  const start = first?.start ?? 0;
  const closing = split.shell.slice(start) + (split.isClosed ? "" : split.closing);
  const envelope = { contentType, opening: xml.slice(0, start), separator: "\n", closing };
  for (const [index, item] of split.items.entries()) {
    yield { place: { file, index }, envelope, bytes: Buffer.from(xml.slice(item.start, item.end)) };
  }
  if (!split.isClosed && split.items.at(-1)?.isClosed === true) {
    throw refuse("invalid-submission", "The feed is cut off behind its last item; what followed is missing.");
  }
}

async function* readDocument({ file, chunks }: Opened, contentType: string): AsyncGenerator<Entry, void, void> {
  const bytes = await collect(chunks, maxItemBytes);
  yield { place: { file, index: 0 }, envelope: wrapDocument(contentType), bytes };
}

/** JSON as one line. In JSON, a line end can only be white space, so a space says the same. */
function makeRecord(place: Place, bytes: Uint8Array): Entry {
  try {
    const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
    const plain = hasMark ? bytes.subarray(3) : bytes;
    const isOneLine = !plain.includes(0x0a) && !plain.includes(0x0d);
    if (isOneLine && plain.some((byte) => byte > 0x20)) return { place, envelope: lines, bytes: plain };
    parseJsonText(plain);
    return { place, envelope: lines, bytes: plain.map((byte) => (byte === 0x0a || byte === 0x0d ? 0x20 : byte)) };
  } catch (error) {
    return { place, envelope: lines, bytes, problem: describeFault(error) };
  }
}

/** A line of a file of failures holds the item, as JSON or as the document that it stood in. */
function makeRepaired(place: Place, bytes: Uint8Array): Entry {
  try {
    const line = parseJsonText(bytes);
    if (isJsonObject(line) && line["item"] !== undefined)
      return makeRecord(place, Buffer.from(JSON.stringify(line["item"])));
    if (isJsonObject(line) && typeof line["content"] === "string" && typeof line["contentType"] === "string") {
      const [content, contentType] = [Buffer.from(line["content"]), line["contentType"]];
      if (contentType === lines.contentType) return makeRecord(place, content);
      return { place, envelope: wrapDocument(contentType), bytes: content };
    }
    const from = isJsonObject(line) && typeof line["file"] === "string" ? line["file"] : "the file it came from";
    throw refuse("invalid-submission", `The item is not in this line. Mend ${from}, and push that.`);
  } catch (error) {
    return { place, problem: describeFault(error) };
  }
}

function tryParse(bytes: Uint8Array): unknown {
  try {
    return parseJsonText(bytes);
  } catch {
    // It is sent, or refused, as the one article that it was meant to be.
    return undefined;
  }
}

function refuse(kind: ProblemKind, detail: string): ProblemError {
  return new ProblemError(kind, detail);
}

function refuseLength(): ProblemError {
  return refuse("body-too-large", `An article may have ${maxItemBytes / 1024 ** 2} MB, and this is longer.`);
}

/** As the API would put it. What the file system or gzip has to say is about the file. */
function describeFault(error: unknown): AnsweredProblem {
  if (error instanceof ProblemError) {
    const { status, title } = problemKinds[error.kind];
    const errors = error.errors.length > 0 && { errors: [...error.errors] };
    return { type: problemType(error.kind), title, status, detail: error.message, ...errors };
  }
  const { code, message } = error as NodeJS.ErrnoException;
  if (typeof code !== "string" && message !== "It is no file.") throw error;
  const title = code?.startsWith("Z_") ? "The gzip is damaged" : "The file cannot be read";
  return { type: "about:blank", title, status: 400, detail: message };
}

/** The first bytes, and all of them. */
async function peek(stream: AsyncIterable<Uint8Array>) {
  const iterator = stream[Symbol.asyncIterator]();
  const taken: Uint8Array[] = [];
  for (let bytes = 0; bytes < headBytes; ) {
    const next = await iterator.next();
    if (next.done === true) break;
    taken.push(next.value);
    bytes += next.value.length;
  }
  async function* chunks() {
    yield* taken.splice(0);
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value;
  }
  return { head: Buffer.concat(taken).subarray(0, headBytes), chunks: chunks() };
}

function unpack(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const gunzip = createGunzip();
  // Whoever reads from it meets the error there.
  pipeline(Readable.from(chunks), gunzip).catch(() => undefined);
  return gunzip;
}

async function collect(chunks: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Uint8Array> {
  const held: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > maxBytes) {
      const advice = maxBytes === maxFeedBytes ? "Send it as an import: POST /v1/imports." : "";
      throw refuse("body-too-large", `This has more than ${maxBytes / 1024 ** 2} MB. ${advice}`.trim());
    }
    held.push(chunk);
  }
  return Buffer.concat(held);
}
