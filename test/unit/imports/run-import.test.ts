import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import type { ItemAnswer } from "../../../shared/api/item-answer.ts";
import { describeProblem, ProblemError, type ProblemKind } from "../../../shared/api/problem.ts";
import type { ReadItem } from "../../../shared/formats/parsed-item.ts";
import { describeImport } from "../../../shared/imports/describe-import.ts";
import { readImportMessage } from "../../../shared/imports/read-import-message.ts";
import { importObjects, maxImportAttempts } from "../../../shared/stores/table-keys.ts";
import { uniqueText } from "../../fixtures/articles.ts";
import { type ImportWorld, openImportWorld, type RunOptions } from "../../support/crashing-imports.ts";
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

/** A fault of ours for some items. */
const poison =
  (isPoisoned: (index: number) => boolean): Change =>
  ({ answerItem }) => ({
    answerItem: async (item, ...rest) =>
      isPoisoned(item.index) ? refused("internal")(item) : answerItem(item, ...rest),
  });

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

  describe("and does not pass", () => {
    const told = async (world: ImportWorld) => (await world.listFailures()).map((text) => JSON.parse(text));
    const park = async (world: ImportWorld, message = /^1 of/) => {
      for (let attempt = 1; attempt <= maxImportAttempts; attempt++) {
        await expect(world.run({ attempt })).rejects.toThrow(message);
      }
    };
    const article = (partnerArticleId: string, text: string) =>
      JSON.stringify({ partnerArticleId, text: uniqueText(text) });

    test.each([
      ["NDJSON", {}, (file: Buffer) => file],
      ["gzip", { contentEncoding: "gzip" as const }, (file: Buffer) => gzipSync(file)],
      [
        "an array",
        { mediaType: "application/json" },
        (file: Buffer) => Buffer.from(`[${file.toString().trim().replaceAll("\n", ",")}]`),
      ],
      [
        "a feed",
        { mediaType: "application/rss+xml" },
        (file: Buffer) =>
          Buffer.from(
            `<rss><channel>${file
              .toString()
              .trim()
              .split("\n")
              .map((text) => JSON.parse(text))
              .map(
                ({ partnerArticleId: id, text }) =>
                  `<item><guid isPermaLink="false">${id}</guid><description>${text}</description></item>`,
              )
              .join("")}</channel></rss>`,
          ),
      ],
    ])(
      "%s: it harms no other, parks the import at its end, and is all that a redrive takes in",
      async (_, type, pack) => {
        const world = await openImportWorld(pack(lines(14)), type);
        world.poison = uniqueText("a6");
        await park(world, /^1 of 14 items met a fault of ours; the first is item 6,/);
        const parked = await world.read();
        expect(describeImport(parked, later)).toMatchObject({
          state: "parked",
          position: { items: 14 },
          counts: { created: 13, deferred: 1 },
          failures: { kept: 1 },
        });
        expect(await told(world)).toMatchObject([{ index: 6, status: 500, partnerArticleId: "a6" }]);

        world.poison = undefined;
        const asked: number[] = [];
        const change: Change = ({ answerItem }) => ({
          answerItem(item, ...rest) {
            asked.push(item.index);
            return answerItem(item, ...rest);
          },
        });
        expect(await world.run({ messageId: "m2" }, { change })).toEqual({ end: "completed", items: 0 });
        expect(asked).toEqual([6]);
        const done = await world.read();
        expect(done.counts).toMatchObject({ created: 14, unchanged: 0, deferred: 0 });
        expect(world.counted).toEqual(done.counts);
        expect([done.keptFailures, done.faults, done.fault, done.lease]).toEqual([0, undefined, undefined, undefined]);
        expect(describeImport(done, later)).not.toHaveProperty("failures");
        expect(await told(world)).toEqual([]);
        expect((await world.run({ messageId: "m3" })).end).toBe("passed over");
      },
    );

    test("failures that are not ours stay where they are", async () => {
      const file = ["no json", line(1).trim(), line(2).trim(), "nor this", line(4).trim(), "nor that"].join("\n");
      const world = await openImportWorld(Buffer.from(file));
      world.poison = uniqueText("a2");
      await park(world);
      expect((await told(world)).map(({ index, status }) => [index, status])).toEqual([
        [0, 400],
        [2, 500],
        [3, 400],
        [5, 400],
      ]);
      world.poison = undefined;
      await world.run({ messageId: "m2" });
      expect((await told(world)).map(({ index }) => index)).toEqual([0, 3, 5]);
      expect(await world.read()).toMatchObject({ keptFailures: 3, counts: { created: 3, refused: 3, deferred: 0 } });
    });

    test("an item that is refused then is told so in its place", async () => {
      const world = await openImportWorld(lines(3));
      const change: Change = ({ answerItem }) => ({
        answerItem: async (item, ...rest) =>
          item.index === 1
            ? refused(world.poison ? "internal" : "invalid-submission")(item)
            : answerItem(item, ...rest),
      });
      world.poison = "any";
      await expect(world.run({}, { change })).rejects.toThrow("1 of 3");
      world.poison = undefined;
      expect((await world.run({ attempt: 2 }, { change })).end).toBe("completed");
      expect(await told(world)).toMatchObject([{ index: 1, status: 422 }]);
      expect(await world.read()).toMatchObject({ keptFailures: 1, counts: { created: 2, refused: 1, deferred: 0 } });
    });

    test("an article that was changed since is left as it is, and the item is told as refused", async () => {
      const file = [article("a", "a first"), article("b", "b"), article("a", "a second")].join("\n");
      const world = await openImportWorld(Buffer.from(file));
      world.poison = uniqueText("a first");
      await park(world);
      world.poison = undefined;
      expect((await world.run({ messageId: "m2" })).end).toBe("completed");
      expect(await told(world)).toMatchObject([
        { index: 0, status: 412, problem: { detail: expect.stringContaining("before this item could be taken in") } },
      ]);
      expect((await world.read()).counts).toMatchObject({ created: 2, refused: 1, deferred: 0 });
      expect([...world.articles.values()].map(({ revision }) => revision)).toEqual([1, 1]);
    });

    test("of several for one article the last wins, as in the file", async () => {
      const texts = ["a one", "a two", "a three"];
      const file = texts.map((text) => article("a", text)).join("\n");
      const world = await openImportWorld(Buffer.from(file));
      const poisoned = new Set([0, 2]);
      const change = poison((index) => poisoned.has(index));
      await expect(world.run({}, { change })).rejects.toThrow("2 of 3");
      await world.run({ attempt: 2 });
      expect((await world.read()).counts).toMatchObject({ created: 1, updated: 1, refused: 1, deferred: 0 });

      const whole = await openImportWorld(Buffer.from(file));
      poisoned.add(1);
      await expect(whole.run({}, { change: (context) => change(context) })).rejects.toThrow("3 of 3");
      await whole.run({ attempt: 2 });
      expect((await whole.read()).counts).toMatchObject({ created: 1, updated: 2, refused: 0, deferred: 0 });
    });

    test("what the partner has sent itself meanwhile is unchanged", async () => {
      const world = await openImportWorld(lines(5));
      world.poison = uniqueText("a3");
      await park(world);
      world.poison = undefined;
      await world.imports.createImport({ ...world.record, id: "other" });
      expect((await world.run({ importId: "other" })).end).toBe("completed");
      await world.run({ messageId: "m2" });
      expect((await world.read()).counts).toMatchObject({ created: 4, unchanged: 1, deferred: 0 });
    });

    test("what was parked in the middle goes on there, and what failed before that comes last", async () => {
      const world = await openImportWorld(lines(12));
      world.poison = uniqueText("a1");
      const change: Change = ({ answerItem }) => ({
        answerItem: async (item, ...rest) =>
          item.index === 9 ? refused("unavailable")(item) : answerItem(item, ...rest),
      });
      await expect(world.run({}, { change })).rejects.toThrow("Item 9 could not be taken in");
      await expect(world.run({ attempt: 2 })).rejects.toThrow("1 of 12 items");
      world.poison = undefined;
      expect((await world.run({ attempt: 3 })).end).toBe("completed");
      expect((await world.read()).counts).toMatchObject({ created: 12, unchanged: 0, deferred: 0 });
    });

    test("a file that is cut off fails, once what stands before that is in", async () => {
      const file = Buffer.from(`[${lines(6).toString().trim().replaceAll("\n", ",")}`);
      const world = await openImportWorld(file, { mediaType: "application/json" });
      world.poison = uniqueText("a2");
      await park(world);
      expect(describeImport(await world.read(), later).state).toBe("parked");
      world.poison = undefined;
      expect((await world.run({ messageId: "m2" })).end).toBe("failed");
      expect(await world.read()).toMatchObject({ state: "failed", problem: { kind: "malformed-json" } });
      expect((await world.read()).counts).toMatchObject({ created: 5, deferred: 0 });
    });

    test("a file that is gone by then fails, and what failed of it stays told", async () => {
      const world = await openImportWorld(lines(6));
      world.poison = uniqueText("a2");
      await park(world);
      const readUpload = async () => Promise.reject(Object.assign(new Error("gone"), { name: "NoSuchKey" }));
      await world.run({ messageId: "m2" }, { change: ({ bucket }) => ({ bucket: { ...bucket, readUpload } }) });
      expect(await world.read()).toMatchObject({ state: "failed", problem: { kind: "not-found" } });
      expect(await told(world)).toMatchObject([{ index: 2, status: 500 }]);
    });

    test("when the time is up, a message asks for the rest as long as there is progress", async () => {
      const world = await openImportWorld(lines(8));
      const change = poison((index) => index % 3 === 0);
      await expect(world.run({}, { change })).rejects.toThrow("3 of 8");
      const short: Change = ({ now }) => {
        const at = now();
        return { remainingMs: () => 999, now: () => at };
      };
      const ends: string[] = [];
      for (let message = 2; message <= 4; message++) {
        ends.push((await world.run({ messageId: `m${message}` }, { change: short })).end);
      }
      expect([ends, world.sent.length]).toEqual([["continued", "continued", "completed"], 2]);
      expect((await world.read()).counts).toMatchObject({ created: 8, deferred: 0 });

      const poisoned = await openImportWorld(lines(8));
      await expect(poisoned.run({}, { change })).rejects.toThrow("3 of 8");
      const both: Change = (context) => ({ ...change(context), ...short(context) });
      await expect(poisoned.run({ attempt: 2 }, { change: both })).rejects.toThrow("3 of 8");
      expect(poisoned.sent).toEqual([]);
    });

    test("more than fifty in one import are no matter of the items", async () => {
      const world = await openImportWorld(lines(400));
      const change = poison((index) => index % 4 === 0);
      await expect(world.run({}, { change })).rejects.toThrow("51 of 204 items met a fault of ours");
      expect(await world.read()).toMatchObject({ position: { items: 200 }, counts: { deferred: 50 } });
      expect((await world.run({ attempt: 2 })).end).toBe("completed");
      expect((await world.read()).counts).toMatchObject({ created: 400, deferred: 0 });
    });
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
