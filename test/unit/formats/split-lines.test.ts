import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createLineSplitter, type Line, splitLines } from "../../../shared/formats/split-lines.ts";

/** Cuts bytes at these places, in any order and however often. */
function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const borders = [0, ...places.map((place) => place % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length];
  return borders.slice(1).map((border, index) => bytes.slice(borders[index], border));
}

async function collect(chunks: Iterable<Uint8Array>, options = {}): Promise<Line[]> {
  const lines: Line[] = [];
  for await (const line of splitLines(chunks, options)) {
    lines.push("bytes" in line ? { ...line, bytes: Buffer.from(line.bytes) } : line);
  }
  return lines;
}

const text = (line: Line): string => ("bytes" in line ? Buffer.from(line.bytes).toString() : "too long");

const arbitraryLines = fc
  .array(
    fc.oneof(fc.constantFrom("\n", "\r\n", "\r", "\n\n", "\ufeff", '{"a":1}', "ü🎉"), fc.string({ unit: "grapheme" })),
    {
      maxLength: 30,
    },
  )
  .map((parts) => Buffer.from(parts.join("")));

describe("laws of splitting", () => {
  test("where the chunks end does not matter", async () => {
    await fc.assert(
      fc.asyncProperty(
        arbitraryLines,
        fc.array(fc.nat(), { maxLength: 12 }),
        fc.constantFrom(4, 9, 1000),
        async (bytes, places, maxLineBytes) => {
          expect(await collect(cut(bytes, places), { maxLineBytes })).toEqual(await collect([bytes], { maxLineBytes }));
        },
      ),
    );
  });

  test("a single byte at a time is the same, too", async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryLines, async (bytes) => {
        expect(await collect(Array.from(bytes, (byte) => Uint8Array.of(byte)))).toEqual(await collect([bytes]));
      }),
    );
  });

  test("going on behind any line gives the lines that are left, with their numbers", async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryLines, fc.nat(), async (bytes, pick) => {
        const all = await collect([bytes]);
        if (all.length === 0) return;
        const index = pick % all.length;
        const last = all[index];
        const from = { line: (last?.line ?? 0) + 1, offset: last?.nextOffset ?? 0 };
        expect(await collect([bytes.subarray(from.offset)], { from })).toEqual(all.slice(index + 1));
      }),
    );
  });

  test("the places of the lines cover all bytes without a gap", async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryLines, async (bytes) => {
        const all = await collect([bytes]);
        expect(all.map(({ offset }) => offset)).toEqual(
          [0, ...all.map(({ nextOffset }) => nextOffset)].slice(0, all.length),
        );
        expect(all.at(-1)?.nextOffset ?? 0).toBe(bytes.length);
      }),
    );
  });
});

test.each<[string, string, string[]]>([
  ["nothing", "", []],
  ["one line without an end", "a", ["a"]],
  ["ends of both kinds", "a\r\nb\nc\r\n", ["a", "b", "c"]],
  ["blank lines", "\n\na\n\n", ["", "", "a", ""]],
  ["a byte order mark at the start, and only there", "\ufeffa\n\ufeffb", ["a", "\ufeffb"]],
  ["a carriage return within a line", "a\rb\n", ["a\rb"]],
])("%s", async (_, given, expected) => {
  expect((await collect([Buffer.from(given)])).map(text)).toEqual(expected);
});

test("a line has as many bytes as the limit says, its end and a byte order mark not counted", async () => {
  const lines = await collect([Buffer.from("\ufeff12345\r\n12345\n123456\r\n12345")], { maxLineBytes: 5 });
  expect(lines.map(text)).toEqual(["12345", "12345", "too long", "12345"]);
  expect(lines.map(({ line }) => line)).toEqual([1, 2, 3, 4]);
});

test("a gigabyte without a line feed is one long line, and is not held", () => {
  const chunk = Buffer.alloc(1024 * 1024, "x");
  const splitter = createLineSplitter();
  const before = process.memoryUsage().arrayBuffers;
  let most = 0;
  for (let mebibytes = 0; mebibytes < 1024; mebibytes += 1) {
    expect([...splitter.push(chunk)]).toEqual([]);
    most = Math.max(most, process.memoryUsage().arrayBuffers - before);
  }
  expect([...splitter.end()]).toEqual([{ line: 1, offset: 0, nextOffset: 1024 ** 3, tooLong: true }]);
  // 9 MiB are held at most; the rest is garbage that is not collected yet.
  expect(most).toBeLessThan(256 * 1024 * 1024);
});

test("a chunk may be used again for the next one", () => {
  const splitter = createLineSplitter();
  const chunk = Buffer.from("abc");
  expect([...splitter.push(chunk)]).toEqual([]);
  chunk.write("d\nf");
  expect([...splitter.push(chunk)].map(text)).toEqual(["abcd"]);
});
