import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { type Entry, isItem, joinItems } from "../../../infra/push/entry.ts";
import { writeFailureLine } from "../../../infra/push/failure-line.ts";
import { type BatchLimits, makeBatches } from "../../../infra/push/make-batches.ts";
import { readEntries } from "../../../infra/push/read-entries.ts";
import type { ReadItem } from "../../../shared/formats/parsed-item.ts";
import { readItems } from "../../../shared/formats/read-items.ts";
import { makeSource } from "./make-source.ts";

const fixtures = new URL("../../fixtures/formats/", import.meta.url);
const mediaTypes: Record<string, string> = {
  ndjson: "application/x-ndjson",
  json: "application/json",
  xml: "application/xml",
  html: "text/html",
  txt: "text/plain",
};

async function readAll(name: string, content: string | Uint8Array, chunkBytes?: number): Promise<Entry[]> {
  const entries: Entry[] = [];
  for await (const entry of readEntries(makeSource(name, content, chunkBytes))) entries.push(entry);
  return entries;
}

function flatten({ bytes, place: { file: _file, ...place }, ...entry }: Entry): object {
  return { ...entry, ...place, bytes: Buffer.from(bytes ?? []).toString("latin1") };
}

/** What the server makes of the batches that the entries travel in. */
async function readAtServer(entries: readonly Entry[], limits: BatchLimits): Promise<object[]> {
  async function* each() {
    yield* entries;
  }
  const answers: object[] = [];
  for await (const { items, refusals } of makeBatches(each(), limits)) {
    for (const { problem } of refusals) answers.push({ problem: problem.type });
    const [first] = items;
    if (first === undefined) continue;
    const [mediaType = "", charset] = first.envelope.contentType.split("; charset=");
    answers.push(...Array.from(readItems(joinItems(first.envelope, items), { mediaType, charset }), outline));
  }
  return answers;
}

/** What must not depend on how a document was cut. */
function outline(read: ReadItem): object {
  if ("problem" in read) return { problem: `urn:problem-type:copydesk:${read.problem.kind}` };
  const { item } = read;
  if (item.action !== "submit") return item;
  const { document, images: _images, ...rest } = item;
  return { ...rest, form: document.form, content: document.content };
}

describe.each(readdirSync(fixtures))("%s", (name) => {
  const bytes = readFileSync(new URL(name, fixtures));
  const whole = () =>
    Array.from(readItems(bytes, { mediaType: mediaTypes[name.split(".").at(-1) ?? ""] ?? "" }), outline);

  test.each([1, 2, 100])("in batches of %i it is read as it is as a whole", async (maxItems) => {
    const entries = await readAll(name, bytes);
    expect(await readAtServer(entries, { maxItems, maxBytes: 1 << 20 })).toEqual(whole());
    expect(entries.map(({ place }) => place.index)).toEqual(entries.map((_, index) => index));
  });

  test("in chunks of any size, and packed, it is the same", async () => {
    const entries = (await readAll(name, bytes)).map(flatten);
    expect((await readAll(name, bytes, 1)).map(flatten)).toEqual(entries);
    expect((await readAll(`${name}.gz`, gzipSync(bytes), 7)).map(flatten)).toEqual(entries);
  });

  test("as failures, it is read as it is", async () => {
    const entries = await readAll(name, bytes);
    const problem = { type: "about:blank", title: "x", status: 422, detail: "x" };
    const failures = entries.map((entry) => writeFailureLine({ problem, ...entry })).join("");
    expect(failures.split("\n")).toHaveLength(entries.length + 1);
    const again = await readAll("failures.ndjson", failures);
    expect(await readAtServer(again, { maxItems: 100, maxBytes: 1 << 20 })).toEqual(whole());
  });
});

const record = (text: string) => JSON.stringify({ text });
const megabyte = 1024 * 1024;

/** Files and what comes of them: the text of an item, or the type and some words of a refusal. */
const files: [what: string, name: string, content: string | Uint8Array, expected: (string | RegExp)[]][] = [
  ["lines with CRLF", "a.ndjson", `${record("a")}\r\n\r\n${record("b")}\r\n`, ["a", "b"]],
  ["a byte order mark before lines", "a.ndjson", `\ufeff${record("a")}\n`, ["a"]],
  ["a byte order mark before an object", "a.json", `\ufeff{\r\n"text": "a"\r\n}`, ["a"]],
  ["a byte order mark before a list", "a.json", `\ufeff[${record("a")}]`, ["a"]],
  [
    "a line of 6 MB",
    "a.ndjson",
    `${record("a")}\n${record("b".repeat(6 * megabyte))}\n${record("c")}`,
    ["a", "b".repeat(6 * megabyte), "c"],
  ],
  ["a line of 9 MB", "a.ndjson", `${record("b".repeat(9 * megabyte))}\n${record("c")}`, [/body-too-large.* 8 MB/, "c"]],
  [
    "an element of 9 MB",
    "a.json",
    `[${record("b".repeat(9 * megabyte))},${record("c")}]`,
    [/body-too-large.* 8 MB/, "c"],
  ],
  ["a page of 9 MB", "a.html", `<p>${"b".repeat(9 * megabyte)}`, [/body-too-large.* 8 MB/]],
  [
    "a feed of 65 MB",
    "a.xml",
    `<rss><channel>${" ".repeat(65 * megabyte)}</channel></rss>`,
    [/body-too-large.*v1\/imports/],
  ],
  ["a broken line", "a.ndjson", `{"text":\n${record("b")}`, [/./, "b"]],
  ["an element with a fault and line ends", "a.json", `[{\n"text":\n},${record("b")}]`, [/malformed-json/, "b"]],
  ["an empty element", "a.json", `[${record("a")},,${record("b")}]`, ["a", /malformed-json.*empty/, "b"]],
  ["brackets and quotes in texts", "a.json", `[${record('],[{"\\')},\n${record("b")}]`, ['],[{"\\', "b"]],
  ["an empty list", "a.json", "[ ]", []],
  ["a list that is cut off", "a.json", `[${record("a")},${record("b")}`, ["a", /malformed-json.*cut off/]],
  ["something behind a list", "a.json", `[${record("a")}] x`, ["a", /malformed-json.*behind/]],
  ["a feed that is cut off", "a.xml", "<rss><channel><item><title>a</title></item>", [/./, /cut off behind/]],
  ["a feed without items", "a.xml", "<rss><channel><title>x</title></channel></rss>", []],
  ["a feed with entities", "a.xml", '<!DOCTYPE r [<!ENTITY a "b">]><rss><channel><item/></channel></rss>', [/DOCTYPE/]],
  ["XML that is no feed", "a.xml", "<svg/>", [/no feed/]],
  ["nothing", "a.json", "", [/invalid-submission.*empty/]],
  ["a picture", "a.png", Buffer.from([0x89, 0x50, 0x4e, 0x47, 0]), [/unsupported-media-type.*--type/]],
  ["half a gzip", "a.txt.gz", gzipSync("a".repeat(9999)).subarray(0, 30), [/about:blank.*unexpected end/]],
  ["a damaged gzip", "a.ndjson.gz", damage(gzipSync(`${record("a")}\n`)), [/about:blank.*incorrect/]],
  ["a failure without its item", "a.ndjson", '{"file":"old.txt","index":0,"problem":{}}', [/Mend old\.txt/]],
];

function damage(packed: Uint8Array): Uint8Array {
  // The last eight bytes are checksum and length.
  return packed.map((byte, index) => (index === packed.length - 8 ? byte ^ 1 : byte));
}

test.each(files)("%s", async (_what, name, content, expected) => {
  const entries = await readAll(name, content);
  expect(entries).toHaveLength(expected.length);
  for (const [index, entry] of entries.entries()) {
    const wanted = expected[index];
    if (isItem(entry)) {
      if (typeof wanted === "string")
        expect(JSON.parse(Buffer.from(entry.bytes).toString()).text === wanted).toBe(true);
    } else expect(`${entry.problem.type} ${entry.problem.detail}`).toMatch(wanted ?? "");
  }
});

test("a page that is no UTF-8 is sent as it is, and its failure names the file", async () => {
  const bytes = Buffer.from("<p>Brücke", "latin1");
  const [entry] = await readAll("a.html", bytes);
  expect(entry?.bytes).toEqual(bytes);
  const problem = { type: "about:blank", title: "x", status: 422, detail: "x" };
  const line = writeFailureLine({ problem, place: { file: "a.html", index: 0 }, ...entry });
  expect(JSON.parse(line)).toEqual({ file: "a.html", index: 0, problem });
});
