import fc from "fast-check";
import { expect, test } from "vitest";
import { itemMediaTypes } from "../../../shared/formats/item-media-types.ts";
import type { ReadItem } from "../../../shared/formats/parsed-item.ts";
import { isBlank, readNdjson, readNdjsonLine } from "../../../shared/formats/read-ndjson.ts";
import { splitLines } from "../../../shared/formats/split-lines.ts";
import { findProblem, listItems } from "./read-fixture.ts";

/** As an import reads: in chunks, line by line. */
async function stream(bytes: Uint8Array, chunkBytes: number): Promise<ReadItem[]> {
  const chunks: Uint8Array[] = [];
  for (let start = 0; start < bytes.length; start += chunkBytes) chunks.push(bytes.subarray(start, start + chunkBytes));
  const items: ReadItem[] = [];
  for await (const line of splitLines(chunks)) if (!isBlank(line)) items.push(readNdjsonLine(line, items.length));
  return items;
}

const arbitraryLine = fc.oneof(
  fc.record({ partnerArticleId: fc.string({ minLength: 1 }), text: fc.string() }).map((value) => JSON.stringify(value)),
  fc.constantFrom("", "  \t", "{", "null", "[]", '{"uri":"u","pubstatus":"canceled"}', "\ufeff"),
);

test("streamed in chunks of any size, NDJSON gives the same items as a whole", async () => {
  const arbitraryEnd = fc.constantFrom("\n", "\r\n");
  await fc.assert(
    fc.asyncProperty(
      fc.array(arbitraryLine),
      arbitraryEnd,
      fc.integer({ min: 1, max: 50 }),
      async (lines, end, size) => {
        const bytes = Buffer.from(lines.join(end));
        expect(await stream(bytes, size)).toEqual([...readNdjson(bytes)]);
      },
    ),
  );
});

test("a line of more than 8 MB is a problem of that line", () => {
  const long = JSON.stringify({ text: "x".repeat(8 * 1024 * 1024) });
  const items = listItems(`{"text":"a"}\n${long}\n{"text":"b"}`, "application/x-ndjson");
  expect(items).toMatchObject([{ item: {} }, { line: 2, problem: { kind: "body-too-large" } }, { line: 3, item: {} }]);
});

test("a line that is not UTF-8 is a problem of that line", () => {
  const bytes = Buffer.from('{"text":"é"}\n{"text":"b"}', "latin1");
  expect(listItems(bytes, "application/x-ndjson")).toMatchObject([
    { problem: { kind: "malformed-encoding" } },
    { item: {} },
  ]);
});

test("a media type that is not known is answered with those that are", () => {
  expect(findProblem("x", "application/pdf").headers).toEqual({ Accept: itemMediaTypes.join(", ") });
});
