import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import type { ItemAnswer } from "../../../shared/api/item-answer.ts";
import { describeProblem, ProblemError, type ProblemKind } from "../../../shared/api/problem.ts";
import type { ReadItem } from "../../../shared/formats/parsed-item.ts";
import { describeImport } from "../../../shared/imports/describe-import.ts";
import { readImportMessage } from "../../../shared/imports/read-import-message.ts";
import { importObjects } from "../../../shared/stores/table-keys.ts";
import { uniqueText } from "../../fixtures/articles.ts";
import { openImportWorld, type RunOptions } from "../../support/crashing-imports.ts";
import { makeImport } from "../../support/import-record.ts";

const line = (id: number) => `${JSON.stringify({ partnerArticleId: `a${id}`, text: uniqueText(`a${id}`) })}\n`;
const lines = (count: number) => Buffer.from(Array.from({ length: count }, (_, n) => line(n)).join(""));

/** When every lease is over. */
const later = new Date("2099-01-01T00:00:00.000Z");

type Change = NonNullable<RunOptions["change"]>;

const refused = (kind: ProblemKind) => (item: ReadItem) => {
  const problem = describeProblem(new ProblemError(kind, "No."), "urn:import:1");
  return { index: item.index, status: problem.status, problem } satisfies ItemAnswer;
};

describe("who works on an import", () => {
  test("nobody works on what there is not, or what is finished", async () => {
    const world = await openImportWorld(lines(3));
    expect(await world.run({ importId: "unknown" })).toEqual({ end: "passed over", items: 0 });
    expect(await world.run({})).toEqual({ end: "completed", items: 3 });
    const finished = await world.read();
    for (const messageId of ["m1", "m2"]) expect((await world.run({ messageId })).end).toBe("passed over");
    expect(await world.read()).toEqual(finished);
  });

  test("of two messages at once, one does", async () => {
    const world = await openImportWorld(lines(9));
    const runs = await Promise.all([world.run({ messageId: "m1" }), world.run({ messageId: "m2" })]);
    expect(runs.map(({ end }) => end).sort()).toEqual(["completed", "passed over"]);
    expect((await world.read()).counts).toMatchObject({ created: 9, unchanged: 0 });
  });

  test("a message that comes in the middle is passed over", async () => {
    const world = await openImportWorld(lines(9));
    const ends: string[] = [];
    const change: Change = ({ answerItem }) => ({
      async answerItem(item, record) {
        if (item.index === 5) ends.push((await world.run({ messageId: "m2" })).end);
        return answerItem(item, record);
      },
    });
    expect(await world.run({ messageId: "m1" }, { change })).toEqual({ end: "completed", items: 9 });
    expect(ends).toEqual(["passed over"]);
  });

  test("who was overtaken writes nothing any more, and its failures are read by nobody", async () => {
    const file = Buffer.from(`${line(1)}no json\n${line(2)}${line(3)}${line(4)}no json either\n`);
    const world = await openImportWorld(file);
    let overtaken = false;
    const run = await world.run(
      { messageId: "m1" },
      {
        change: ({ answerItem }) => ({
          async answerItem(item, record) {
            // The message has come again: its first attempt was taken for dead.
            if (item.index === 2 && !overtaken) {
              overtaken = true;
              expect(await world.run({ messageId: "m1", attempt: 2 })).toEqual({ end: "completed", items: 6 });
            }
            return answerItem(item, record);
          },
        }),
      },
    );
    expect(run).toEqual({ end: "passed over", items: 0 });
    expect(await world.read()).toMatchObject({
      state: "completed",
      position: { items: 6 },
      counts: { created: 4, refused: 2 },
    });
    expect(await world.listFailures()).toHaveLength(2);
  });

  test("what has outlived its lease takes nothing in, and the message comes again", async () => {
    const world = await openImportWorld(lines(9));
    const run = world.run({}, { change: () => ({ remainingMs: () => 5000 }) });
    await expect(run).rejects.toThrow("outlived its lease");
    expect((await world.run({ attempt: 2 })).end).toBe("completed");
    expect((await world.read()).counts).toMatchObject({ created: 9, unchanged: 0 });
  });
});

test("when the time is up, a message asks for the rest, and whoever gets it finds the import free", async () => {
  const world = await openImportWorld(lines(11));
  const change: Change = ({ now }) => {
    const at = now();
    return { remainingMs: () => 999, now: () => at };
  };
  let run = await world.run({ messageId: "m1" }, { change });
  let runs = 1;
  for (; run.end === "continued"; runs++) {
    expect(world.sent).toHaveLength(runs);
    expect((await world.read()).lease).toBeUndefined();
    run = await world.run({ messageId: `m${runs + 1}` }, { change });
  }
  expect([runs, run.end]).toEqual([4, "completed"]);
  expect((await world.read()).counts).toMatchObject({ created: 11, unchanged: 0 });
});

describe("what is our fault", () => {
  test("is tried again, and the item is counted when it passes", async () => {
    const world = await openImportWorld(lines(3));
    let tries = 0;
    const rounds: number[] = [];
    await world.run(
      {},
      {
        change: ({ answerItem }) => ({
          answerItem: async (item, record) =>
            item.index === 1 && ++tries < 4 ? refused("unavailable")(item) : answerItem(item, record),
          pause: async (round) => void rounds.push(round),
        }),
      },
    );
    expect(rounds).toEqual([1, 2, 3]);
    expect((await world.read()).counts).toMatchObject({ created: 3, refused: 0 });
  });

  test("ends the attempt when it stays; the message comes again, and at last the import is parked", async () => {
    const world = await openImportWorld(lines(11));
    const change: Change = ({ answerItem }) => ({
      answerItem: async (item, record) => (item.index === 9 ? refused("unavailable")(item) : answerItem(item, record)),
    });
    for (let attempt = 1; attempt <= 5; attempt++) {
      expect(describeImport(await world.read(), later).state).toBe(attempt === 1 ? "expired" : "running");
      await expect(world.run({ attempt }, { change })).rejects.toThrow("Item 9 could not be taken in");
    }
    const parked = await world.read();
    expect(parked).toMatchObject({ position: { items: 8 }, fault: { attempt: 5 }, counts: { created: 8 } });
    expect(describeImport(parked, later)).toMatchObject({ state: "parked", position: { items: 8 } });

    // Redriven, it is a message like any other.
    expect(await world.run({ messageId: "m2", attempt: 1 })).toEqual({ end: "completed", items: 3 });
    const done = await world.read();
    expect(done.counts).toMatchObject({ created: 11, unchanged: 0 });
    expect(done.fault).toBeUndefined();
  });

  test("and does not pass is told with the item, and harms no other", async () => {
    const world = await openImportWorld(lines(6));
    const change: Change = ({ answerItem }) => ({
      answerItem: async (item, record) => (item.index === 2 ? refused("internal")(item) : answerItem(item, record)),
    });
    expect((await world.run({}, { change })).end).toBe("completed");
    expect((await world.read()).counts).toMatchObject({ created: 5, deferred: 1 });
    expect((await world.listFailures()).map((text) => JSON.parse(text))).toMatchObject([
      { index: 2, status: 500, item: { partnerArticleId: "a2" } },
    ]);
  });

  test("is not put on the items when all of them meet it", async () => {
    const world = await openImportWorld(lines(20));
    const run = world.run(
      {},
      {
        change: ({ limits }) => ({
          answerItem: async (item) => refused("internal")(item),
          limits: { ...limits, items: 10 },
        }),
      },
    );
    await expect(run).rejects.toThrow("10 of 10 items met a fault of ours; the first is item 0,");
    expect((await world.read()).counts).toMatchObject({ refused: 0 });
  });

  test("while reading ends the attempt, and a file that came short is not taken for a shorter one", async () => {
    const world = await openImportWorld(lines(11));
    const change: Change = ({ bucket }) => ({
      bucket: {
        ...bucket,
        readUpload: async (id, start, end) => (await bucket.readUpload(id, start, end)).subarray(1),
      },
    });
    await expect(world.run({}, { change })).rejects.toThrow("were asked for");
    expect(await world.read()).toMatchObject({ state: "running", position: { items: 0 } });
  });
});

describe("a file that is not what was said of it fails, with what stands before that", () => {
  const packed = gzipSync(lines(400), { level: 0 });
  test.each([
    [
      "gzip that is cut off",
      packed.subarray(0, packed.length / 2),
      { contentEncoding: "gzip" },
      "malformed-encoding",
      100,
    ],
    ["gzip with a wrong byte", flip(packed, packed.length - 6), { contentEncoding: "gzip" }, "malformed-encoding", 0],
    ["no gzip at all", lines(3), { contentEncoding: "gzip" }, "malformed-encoding", 0],
    ["gzip that was not announced", gzipSync(lines(3)), {}, "malformed-encoding", 0],
    ["a feed that is none", lines(3), { mediaType: "text/xml" }, "malformed-xml", 0],
    [
      "an array that is cut off",
      `[${lines(2).toString().trim().replace("\n", ",")}`,
      { mediaType: "application/json" },
      "malformed-json",
      1,
    ],
    [
      "a feed with entities",
      '<!DOCTYPE rss [<!ENTITY a "b">]><rss><channel><item><description>&a;</description></item></channel></rss>',
      { mediaType: "text/xml" },
      "malformed-xml",
      0,
    ],
    ["a bomb", gzipSync(Buffer.alloc(2_000_000, " ")), { contentEncoding: "gzip" }, "body-too-large", 0],
    [
      "a charset that nobody knows",
      "<rss/>",
      { mediaType: "text/xml", charset: "klingon" },
      "unsupported-media-type",
      0,
    ],
  ] as const)("%s", async (_, file, announced, kind, atLeast) => {
    const world = await openImportWorld(Buffer.from(file), announced);
    const { end, items } = await world.run({});
    const record = await world.read();
    expect([end, record.state, record.problem?.kind]).toEqual(["failed", "failed", kind]);
    expect(items).toBeGreaterThanOrEqual(atLeast);
    expect(record.counts.created).toBe(items);
    expect(describeImport(record, new Date()).problem).toMatchObject({ type: `urn:problem-type:copydesk:${kind}` });
    expect((await world.run({})).end).toBe("passed over");
  });

  test("a file that is gone", async () => {
    const world = await openImportWorld(lines(3));
    const readUpload = async () => Promise.reject(Object.assign(new Error("gone"), { name: "NoSuchKey" }));
    await world.run({}, { change: ({ bucket }) => ({ bucket: { ...bucket, readUpload } }) });
    expect(await world.read()).toMatchObject({ state: "failed", problem: { kind: "not-found" } });
  });

  function flip(bytes: Buffer, at: number): Buffer {
    const flipped = Buffer.from(bytes);
    flipped[at] = (flipped[at] ?? 0) ^ 0xff;
    return flipped;
  }
});

test.each([
  ["blank lines", "\n \n\r\n", "application/x-ndjson"],
  ["an empty array", " [ ] ", "application/json"],
  ["an empty feed", "<rss><channel/></rss>", "text/xml"],
])("%s are an import of nothing", async (_, file, mediaType) => {
  const world = await openImportWorld(Buffer.from(file), { mediaType });
  expect(await world.run({})).toEqual({ end: "completed", items: 0 });
});

test("of more failures than are kept, all are counted", async () => {
  const world = await openImportWorld(Buffer.from("x\n".repeat(10_250)));
  await world.run({}, { change: ({ limits }) => ({ limits: { ...limits, items: 100 } }) });
  const { counts, keptFailures } = await world.read();
  expect([counts.refused, keptFailures]).toEqual([10_250, 10_000]);
  const indexes = (await world.listFailures()).map((text) => JSON.parse(text).index);
  expect(indexes).toEqual(Array.from({ length: 10_000 }, (_, n) => n));
});

test("an item that is too large to be given back is named by its place", async () => {
  const file = `{"partnerArticleId":"a","text":"","title":"${"x".repeat(300_000)}"}\n{"text":"","tags":["b"]}`;
  const world = await openImportWorld(Buffer.from(file));
  await world.run({});
  const failures = (await world.listFailures()).map((text) => JSON.parse(text));
  expect(failures).toMatchObject([
    { line: 1, status: 422 },
    { line: 2, item: { text: "", tags: ["b"] } },
  ]);
  expect(failures[0]).not.toHaveProperty("item");
});

describe("messages", () => {
  const arrival = (...keys: string[]) =>
    JSON.stringify({ Records: keys.map((key) => ({ eventSource: "aws:s3", s3: { object: { key } } })) });
  test.each([
    ["our own", '{"importId":"abc"}', ["abc"]],
    ["an arrival", arrival(importObjects.upload("abc")), ["abc"]],
    ["two arrivals, as S3 encodes them", arrival("uploads/a%2Bb", "uploads/c+d"), ["a+b", "c d"]],
    ["S3's own test", '{"Service":"Amazon S3","Event":"s3:TestEvent"}', []],
  ])("%s", (_, body, ids) => {
    expect(readImportMessage(body)).toEqual(ids);
  });

  test.each([
    ["no JSON", "hello"],
    ["something else", '{"a":1}'],
    ["another object", arrival("failures/abc")],
  ])("%s is an error, and so comes to where somebody looks at it", (_, body) => {
    expect(() => readImportMessage(body)).toThrow();
  });
});

describe("states", () => {
  const at = (time: string) => new Date(`2026-11-23T${time}.000Z`);
  const lease = { token: "t", messageId: "m", expiresAt: "2026-11-23T08:10:00.000Z", attempt: 5 };
  test.each([
    ["before the upload", {}, "08:30:00", "awaiting-upload"],
    ["when the upload is late", {}, "09:00:01", "expired"],
    ["while it is worked on", { state: "running", lease: { ...lease, attempt: 4 } }, "08:30:00", "running"],
    ["in the last attempt", { state: "running", lease }, "08:09:00", "running"],
    ["after the last attempt", { state: "running", lease }, "08:10:00", "parked"],
    ["between two runs", { state: "running" }, "08:30:00", "running"],
    ["at the end", { state: "completed" }, "08:30:00", "completed"],
  ] as const)("%s", (_, change, time, state) => {
    expect(describeImport(makeImport(change), at(time)).state).toBe(state);
  });

  test("failures are told with where to get them", () => {
    const record = makeImport({ counts: { ...makeImport().counts, refused: 3 }, keptFailures: 2, charset: "utf-8" });
    expect(describeImport(record, at("08:30:00"))).toMatchObject({
      contentType: "application/x-ndjson; charset=utf-8",
      failures: { kept: 2, href: `/v1/imports/${record.id}/failures` },
    });
    expect(describeImport(makeImport(), at("08:30:00"))).not.toHaveProperty("failures");
  });
});
