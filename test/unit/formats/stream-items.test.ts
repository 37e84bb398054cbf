import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ProblemError } from "../../../shared/api/problem.ts";
import { type StreamedItem, type StreamPosition, streamItems } from "../../../shared/formats/stream-items.ts";
import { runs } from "../../support/property-runs.ts";
import { listItems, makeAtom, makeRss, readFixture } from "./read-fixture.ts";

const start: StreamPosition = { items: 0, lines: 0, offset: 0, beginsThere: false };

async function* inChunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

interface Options {
  readonly size?: number;
  readonly from?: StreamPosition;
  readonly charset?: string;
}

/** All items, and the problem that ended the document, where one did. */
async function stream(
  body: string | Uint8Array,
  mediaType: string,
  { size = 1000, from = start, charset }: Options = {},
) {
  const bytes = typeof body === "string" ? Buffer.from(body) : body;
  const items: StreamedItem[] = [];
  try {
    for await (const item of streamItems(inChunks(bytes, size), { mediaType, charset }, from)) items.push(item);
    return { items, problem: undefined };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return { items, problem: error };
  }
}

/** Without what only the one or the other says. */
function compare(items: readonly object[]): unknown[] {
  return items.map((item) => {
    const { source: _source, nextOffset: _nextOffset, ...read } = item as StreamedItem;
    if ("problem" in read) return { ...read, problem: [read.problem.kind, read.problem.message] };
    return JSON.parse(JSON.stringify(read));
  });
}

const fixtures = [
  ["articles.ndjson", "application/x-ndjson"],
  ["array.json", "application/json"],
  ["rss-2.0.xml", "application/rss+xml"],
  ["rss-1.0.xml", "application/rdf+xml"],
  ["atom.xml", "application/atom+xml"],
  ["atom-entry.xml", "application/atom+xml"],
  ["json-feed-1.1.json", "application/feed+json"],
  ["json-feed-1.json", "application/json"],
  ["ninjs-3.0.json", "application/json"],
  ["page.html", "text/html"],
  ["note.txt", "text/plain"],
] as const;

describe.each(fixtures)("%s", (name, mediaType) => {
  const bytes = readFixture(name);
  const whole = compare(listItems(bytes, mediaType));

  test("gives the same items as when it is read at once, whatever the chunks", async () => {
    expect(whole.length).toBeGreaterThan(0);
    for (const size of [1, 2, 3, 7, 64, 1000, 1_000_000]) {
      const { items, problem } = await stream(bytes, mediaType, { size });
      expect(problem).toBeUndefined();
      expect(compare(items)).toEqual(whole);
    }
  });

  test("goes on at any item", async () => {
    for (let items = 0; items <= whole.length; items++) {
      const rest = await stream(bytes, mediaType, { from: { ...start, items } });
      expect(compare(rest.items)).toEqual(whole.slice(items));
    }
  });
});

test("NDJSON goes on at the offset of the next line", async () => {
  const lines = ['{"text":"eins"}', "", '{"text":"zwei"', '{"text":"dräi"}\r', "   ", '{"text":"vier"}'];
  const bytes = Buffer.from(`\uFEFF${lines.join("\n")}`);
  const { items } = await stream(bytes, "application/x-ndjson");
  expect(items).toHaveLength(4);
  for (const [index, item] of items.entries()) {
    const from = { items: index + 1, lines: item.line ?? 0, offset: item.nextOffset, beginsThere: true };
    const rest = await stream(bytes.subarray(item.nextOffset), "application/x-ndjson", { from, size: 5 });
    expect(compare(rest.items)).toEqual(compare(items.slice(index + 1)));
    expect(rest.items.map(({ nextOffset }) => nextOffset)).toEqual(
      items.slice(index + 1).map(({ nextOffset }) => nextOffset),
    );
  }
});

describe("what each item stood as", () => {
  test.each([
    ["application/x-ndjson", '{"text": "a"}\n{"text": 1}\n', ['{"text": "a"}', '{"text": 1}']],
    ["application/json", '[ {"text": "a"} ,1, ["]", "\\"]"]]', [' {"text": "a"} ', "1", ' ["]", "\\"]"]']],
    [
      "application/rss+xml",
      makeRss("<item><title>a</title></item>\n<item>"),
      ["<item><title>a</title></item>", "<item></channel></rss>"],
    ],
    [
      "application/atom+xml",
      makeAtom("<entry/><entry><![CDATA[</entry>]]></entry>"),
      ["<entry/>", "<entry><![CDATA[</entry>]]></entry>"],
    ],
  ])("%s", async (mediaType, body, sources) => {
    const { items } = await stream(body, mediaType, { size: 3 });
    expect(items.map(({ source }) => Buffer.from(source ?? "").toString())).toEqual(sources);
  });
});

describe("a document that has a problem as a whole gives what stands before it", () => {
  const item = "<item><guid>1</guid><description>Ein Text.</description></item>";
  const billionLaughs = `<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>${makeRss(item.replace("Ein", "&b;")).replace(/^<\?xml.*?\?>/, "")}`;
  test.each([
    ["an array that is cut off", "application/json", '[{"text":"a"},{"te', 1, "malformed-json"],
    ["an array that is cut off behind an element", "application/json", '[{"text":"a"},', 1, "malformed-json"],
    ["an array with something behind it", "application/json", '[{"text":"a"}] x', 1, "malformed-json"],
    ["an empty file", "application/json", "", 0, "invalid-submission"],
    ["JSON that is none", "application/json", "Hello", 0, "malformed-json"],
    ["a feed that is cut off between items", "text/xml", `<rss><channel>${item}\n<ite`, 1, "malformed-xml"],
    ["a feed without a root", "text/xml", "Hello", 0, "malformed-xml"],
    ["an empty feed", "text/xml", "", 0, "malformed-xml"],
    ["a page that is none", "text/xml", "<html><item/></html>", 0, "malformed-xml"],
    ["entities that blow up", "application/rss+xml", billionLaughs, 0, "malformed-xml"],
    [
      "an encoding that nobody knows",
      "text/xml",
      `<?xml version="1.0" encoding="klingon"?>${makeRss(item)}`,
      0,
      "malformed-xml",
    ],
    ["a head without end", "text/xml", `<rss><channel>${"<a/>".repeat(300_000)}`, 0, "malformed-xml"],
  ])("%s", async (_, mediaType, body, count, kind) => {
    for (const size of [1000, 1_000_000]) {
      const { items, problem } = await stream(body, mediaType, { size });
      expect([items.length, problem?.kind]).toEqual([count, kind]);
    }
  });

  test("what is too large to be read at once is refused when it reaches the limit", async () => {
    let given = 0;
    async function* endless() {
      for (;;) {
        given += 1;
        yield Buffer.alloc(1024 * 1024, " {");
      }
    }
    const reading = streamItems(endless(), { mediaType: "application/feed+json" }, start).next();
    await expect(reading).rejects.toMatchObject({ kind: "body-too-large" });
    expect(given).toBeLessThan(40);
  });
});

describe("an item that has a problem harms no other", () => {
  const long = "x".repeat(9 * 1024 * 1024);
  test.each([
    ["application/x-ndjson", `{"text":"${long}"}\n{"text":"b"}`],
    ["application/json", `[{"text":"${long}"},{"text":"b"}]`],
    ["text/xml", `<rss><channel><item>${long}</item><item><description>b</description></item></channel></rss>`],
  ])("%s: one of 9 MB", async (mediaType, body) => {
    const { items, problem } = await stream(body, mediaType, { size: 65_536 });
    expect(problem).toBeUndefined();
    expect(items.map((item) => ("problem" in item ? item.problem.kind : item.item.action))).toEqual([
      "body-too-large",
      "submit",
    ]);
  });

  test("one of 6 MB is none", async () => {
    const { items } = await stream(`{"text":"${"x".repeat(6_000_000)}"}\n`, "application/x-ndjson", { size: 65_536 });
    expect(items).toMatchObject([{ item: { action: "submit" } }]);
  });

  test("markup that does not end ends the document, and not the memory", async () => {
    async function* endless() {
      yield Buffer.from("<rss><channel><item><description>a</description></item><item><![CDATA[");
      for (;;) yield Buffer.alloc(1024 * 1024, "x>");
    }
    const items: StreamedItem[] = [];
    const reading = (async () => {
      for await (const item of streamItems(endless(), { mediaType: "text/xml" }, start)) items.push(item);
    })();
    await expect(reading).rejects.toMatchObject({ kind: "malformed-xml" });
    expect(items).toHaveLength(1);
  });

  test("XML: a wrong tag, a declaration inside, an item without end", async () => {
    const good = (id: number) => `<item><guid>${id}</guid><description>Text ${id}</description></item>`;
    const items = [
      good(1),
      "<item><b></item>",
      good(2),
      '<item><!ENTITY x "y"><description>a</description></item>',
      "<item><description>",
      good(3),
    ];
    const streamed = await stream(makeRss(items.join("\n")), "application/rss+xml", { size: 11 });
    expect(streamed.problem).toBeUndefined();
    expect(streamed.items.map((item) => "item" in item && item.item.partnerArticleId)).toEqual([
      "1",
      false,
      "2",
      false,
      false,
      "3",
    ]);
    expect(streamed.items[5]?.pointerBase).toBe("/rss/channel/item[6]");
  });
});

test("bytes that fit no charset are said", async () => {
  const bytes = Buffer.from(makeRss("<item><description>M\u00fcnchen</description></item>"), "latin1");
  const { items } = await stream(bytes, "application/rss+xml");
  expect(items).toMatchObject([{ item: { document: { warnings: [{ code: "encoding-mismatch" }] } } }]);
  const told = await stream(bytes, "application/rss+xml", { charset: "iso-8859-1", size: 1 });
  const declared = Buffer.concat([Buffer.from('<?xml version="1.0" encoding="latin1"?>'), bytes.subarray(21)]);
  expect((await stream(declared, "text/xml", { size: 1 })).items).toMatchObject([
    { item: { document: { content: "M\u00fcnchen", warnings: [] } } },
  ]);
  expect(told.items).toMatchObject([{ item: { document: { content: "M\u00fcnchen", warnings: [] } } }]);
});

test("UTF-16, with and without a mark", async () => {
  const text = makeAtom("<entry><id>1</id><content>K\u00f6ln</content></entry>");
  for (const body of [text, `\uFEFF${text}`]) {
    const { items } = await stream(Buffer.from(body, "utf16le"), "application/atom+xml", { size: 50 });
    expect(items).toMatchObject([{ item: { document: { content: "K\u00f6ln" } } }]);
  }
});

test("any array of JSON comes apart as JSON.parse takes it apart", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.jsonValue()), fc.integer({ min: 1, max: 20 }), async (values, size) => {
      const { items } = await stream(JSON.stringify(values), "application/json", { size });
      expect(items.map(({ source }) => JSON.parse(Buffer.from(source ?? "").toString()))).toEqual(
        JSON.parse(JSON.stringify(values)),
      );
    }),
    { numRuns: runs(200) },
  );
});
