import { gzipSync } from "node:zlib";
import { describe, expect, test, vi } from "vitest";
import type { ItemAnswer, OutcomeCounts } from "../../shared/api/item-answer.ts";
import { batchLimits } from "../../shared/api/submission.ts";
import { UnsafeOutputError } from "../../shared/article/read-article.ts";
import type { QuotaGrant, Quotas } from "../../shared/quotas.ts";
import { uniqueText } from "../fixtures/articles.ts";
import { openMemoryDesk } from "../support/memory-desk.ts";
import type { Reply } from "../support/run-chain.ts";
import { makeRss, readFixture } from "../unit/formats/read-fixture.ts";

const json = "application/json";
const read = (reply: Reply) => reply.json() as { items: ItemAnswer[]; counts: OutcomeCounts };
const article = (n: number | string) => ({ partnerArticleId: `a-${n}`, text: uniqueText(n) });
const articles = (count: number) => Array.from({ length: count }, (_, n) => article(n));
const asJson = (value: unknown) => ({ type: json, body: JSON.stringify(value) });
const asLines = (values: readonly unknown[]) => ({
  type: "application/x-ndjson",
  body: Buffer.from(values.map((value) => JSON.stringify(value)).join("\n")),
});

describe("the size of a batch", () => {
  test("500 items are taken in, and sent again all are unchanged", async () => {
    const { batch, stores } = openMemoryDesk();
    const first = await batch(asJson(articles(500)));
    expect(read(first).counts).toMatchObject({ created: 500, refused: 0, deferred: 0 });
    expect(read(first).items.map(({ index }) => index)).toEqual(Array.from({ length: 500 }, (_, n) => n));
    expect(read(await batch(asJson(articles(500)))).counts).toMatchObject({ created: 0, unchanged: 500 });
    expect(stores.articles.size).toBe(500);
  });

  test.each([
    ["a list", asJson(articles(501))],
    ["lines", asLines(articles(501))],
    [
      "a feed",
      { type: "text/xml", body: makeRss("<item><guid>g</guid><description>x</description></item>".repeat(501)) },
    ],
    ["500 good ones and a bad one", asJson([...articles(500), 1])],
  ])("501 items are 413 that says what to do, and nothing is stored: %s", async (_, sending) => {
    const { batch, stores } = openMemoryDesk();
    const problem = (await batch(sending)).problem();
    expect(problem).toMatchObject({ status: 413, type: "urn:problem-type:copydesk:body-too-large" });
    expect(problem.detail).toMatch(/more than 500 items.*Split.*\/v1\/imports.*Nothing was stored/);
    expect(stores.articles.size).toBe(0);
  });

  const padded = (bytes: number) => {
    const body = JSON.stringify([{ ...article(1), tags: [] }]);
    return body + " ".repeat(bytes - Buffer.byteLength(body));
  };

  test("6 MB of text, 4 MB of what comes as base64, 16 MB unpacked", async () => {
    const { batch } = openMemoryDesk();
    const { maxBodyBytes, maxUnpackedBytes } = batchLimits;
    const gzip = { "Content-Encoding": "gzip" };
    const four = 4 * 1024 * 1024;
    const sendings: [expected: number, sending: Parameters<typeof batch>[0]][] = [
      [200, { type: json, body: padded(maxBodyBytes) }],
      [413, { type: json, body: padded(maxBodyBytes + 1) }],
      [200, { type: json, body: Buffer.from(padded(four)) }],
      [413, { type: json, body: Buffer.from(padded(four + 1)) }],
      [200, { type: json, body: gzipSync(padded(maxUnpackedBytes)), headers: gzip }],
      [413, { type: json, body: gzipSync(padded(maxUnpackedBytes + 1)), headers: gzip }],
    ];
    for (const [expected, sending] of sendings) {
      const reply = await batch(sending);
      expect(reply.status).toBe(expected);
      if (expected === 413) expect(reply.problem().detail).toMatch(/Split the batch/);
    }
  });

  test("an article that alone would be too large is too large here, and harms no other", async () => {
    const { batch } = openMemoryDesk();
    const large = { partnerArticleId: "large", text: "x".repeat(8 * 1024 * 1024 + 1) };
    const body = gzipSync(JSON.stringify([article(1), large, article(2)]));
    const { items } = read(await batch({ type: json, body, headers: { "Content-Encoding": "gzip" } }));
    expect(items.map(({ status }) => status)).toEqual([201, 413, 201]);
  });

  test("a document without items has no answers", async () => {
    const { batch } = openMemoryDesk();
    for (const sending of [asJson([]), asLines([]), { type: "text/xml", body: makeRss("") }]) {
      expect(read(await batch(sending))).toMatchObject({ items: [], counts: { created: 0 } });
    }
  });
});

describe("a document that cannot be read as a whole is one problem", () => {
  const laughs = '<!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>';
  test.each<[name: string, type: string, body: string | Uint8Array, status: number, kind: string]>([
    ["a list cut off", json, '[{"text": "x"}, {"te', 400, "malformed-json"],
    ["no JSON", json, "<p>x</p>", 400, "malformed-json"],
    ["JSON in Latin-1", json, Buffer.from('[{"text":"\u00d6"}]', "latin1"), 400, "malformed-encoding"],
    [
      "a JSON Feed cut off",
      "application/feed+json",
      readFixture("json-feed-1.1.json").subarray(0, 300),
      400,
      "malformed-json",
    ],
    [
      "an XML bomb",
      "application/rss+xml",
      laughs + makeRss("<item><description>&b;</description></item>"),
      400,
      "malformed-xml",
    ],
    ["a bomb in Atom", "application/atom+xml", `${laughs}<feed><entry/></feed>`, 400, "malformed-xml"],
    ["XML that is cut off", "application/xml", '<rss version="2.0"><channel><title>T', 400, "malformed-xml"],
    ["XML that is no feed", "application/xml", "<html><body>x</body></html>", 422, "invalid-submission"],
    ["no media type of ours", "application/pdf", "%PDF", 415, "unsupported-media-type"],
    ["an unknown charset", "text/xml; charset=klingon", makeRss(""), 415, "unsupported-media-type"],
  ])("%s", async (_, type, body, status, kind) => {
    const { batch, stores } = openMemoryDesk();
    const problem = (await batch({ type, body })).problem();
    expect(problem).toMatchObject({ status, type: `urn:problem-type:copydesk:${kind}` });
    expect(stores.articles.size).toBe(0);
  });

  test("gzip that is cut off", async () => {
    const { batch } = openMemoryDesk();
    const body = gzipSync(JSON.stringify(articles(3))).subarray(0, -9);
    const reply = await batch({ type: json, body, headers: { "Content-Encoding": "gzip" } });
    expect(reply.problem()).toMatchObject({ status: 400, type: "urn:problem-type:copydesk:malformed-encoding" });
  });
});

describe("a document that is cut off between its items, or has bad ones, gives the others", () => {
  test("lines", async () => {
    const { batch } = openMemoryDesk();
    const good = JSON.stringify(article(1));
    const body = Buffer.from(`${good}\n\n{"text": \n${JSON.stringify(article(2))}\n{"text": "cut o`);
    const { items } = read(await batch({ type: "application/x-ndjson", body }));
    expect(items.map(({ index, line, status }) => [index, line, status])).toEqual([
      [0, 1, 201],
      [1, 3, 400],
      [2, 4, 201],
      [3, 5, 400],
    ]);
    expect(items[1]?.problem?.detail).toContain("it ends too early, at column 10");
  });

  test("a feed", async () => {
    const { batch } = openMemoryDesk();
    const bytes = readFixture("rss-2.0.xml").toString();
    const second = bytes.indexOf("<item", bytes.indexOf("<item") + 1);
    const { items, counts } = read(await batch({ type: "text/xml", body: bytes.slice(0, second + 60) }));
    expect(items.map(({ status }) => status)).toEqual([201, 400]);
    expect(items[1]?.problem?.detail).toMatch(/cut off/);
    expect(counts).toMatchObject({ created: 1, refused: 1 });
  });

  test("pointers are those of the item", async () => {
    const { batch } = openMemoryDesk();
    const { items } = read(await batch(asJson([article(1), { ...article(2), colour: "red" }])));
    expect(items[1]?.problem?.errors).toEqual([{ pointer: "/colour", detail: "is not known here" }]);
  });
});

test("a gzipped feed is read like any other", async () => {
  const { batch } = openMemoryDesk();
  const body = gzipSync(readFixture("rss-2.0.xml"));
  const reply = await batch({ type: "application/rss+xml", body, headers: { "Content-Encoding": "gzip" } });
  expect(read(reply).counts).toMatchObject({ created: 3 });
});

test("a dry run answers each item and stores nothing", async () => {
  const { batch, stores } = openMemoryDesk();
  const { items, counts } = read(await batch({ ...asJson([article(1), { text: "" }]), query: "validateOnly=true" }));
  expect(items.map(({ status }) => status)).toEqual([200, 422]);
  expect(counts).toMatchObject({ created: 1, refused: 1 });
  expect([...stores.articles.keys(), ...stores.objects]).toEqual([]);
});

test("what ops has set for the partner's articles holds for each item", async () => {
  const { batch, stores } = openMemoryDesk({ settings: { version: 1, rules: { defaults: { source: "Gazette" } } } });
  await batch(asJson(articles(2)));
  expect([...stores.articles.values()]).toMatchObject([{ source: "Gazette" }, { source: "Gazette" }]);
});

test("metadata in the query is refused: it could be that of one item at most", async () => {
  const { batch } = openMemoryDesk();
  const reply = await batch({ type: "text/html", body: "<p>x</p>", query: "title=x" });
  expect(reply.problem()).toMatchObject({ status: 400, errors: [{ pointer: "query:title" }] });
});

test("500 items with much to say still fit into an answer, uncompressed", async () => {
  const { batch } = openMemoryDesk();
  const faults = Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`${"ü".repeat(200)}${n}`, 1]));
  const sending = asJson(Array.from({ length: 500 }, () => ({ text: "x", ...faults })));
  expect(Buffer.byteLength(sending.body)).toBeLessThan(batchLimits.maxBodyBytes);
  const reply = await batch(sending);
  expect(reply.status).toBe(200);
  expect(read(reply).counts).toMatchObject({ refused: 500 });
});

test("with little time left, what does not fit is deferred, and the answer is there", async () => {
  const { batch, stores } = openMemoryDesk();
  const { items, counts } = read(await batch({ ...asJson(articles(3)), remainingMs: 5000 }));
  expect(items.map(({ status }) => status)).toEqual([503, 503, 503]);
  expect(items[0]?.problem).toMatchObject({
    type: "urn:problem-type:copydesk:deferred",
    retryAfterSeconds: 1,
    instance: "urn:request:request-1",
  });
  expect(counts).toMatchObject({ deferred: 3 });
  expect(stores.articles.size).toBe(0);
});

describe("the log", () => {
  test("counts outcomes in the line of the request, without content", async () => {
    const { batch } = openMemoryDesk();
    const { log } = await batch(asJson([article(1), article(1), { secret: "x" }]));
    expect(log).toHaveLength(1);
    expect(log[0]).toMatchObject({
      operation: "post-batch",
      items: 3,
      created: 1,
      unchanged: 1,
      refused: 1,
      deferred: 0,
    });
    expect(JSON.stringify(log)).not.toMatch(/secret|Stadtrat/);
  });

  test("has a line for each item that failed for reasons of ours", async () => {
    const { batch } = openMemoryDesk({
      change: ({ derive }) => ({
        derive(document, ...rest) {
          if (document.content.includes("Bericht 2:")) throw new TypeError("a bug of ours");
          return derive(document, ...rest);
        },
      }),
    });
    const reply = await batch(asJson(articles(4)));
    expect(read(reply).items.map(({ status }) => status)).toEqual([201, 201, 500, 201]);
    expect(reply.text).not.toContain("a bug of ours");
    expect(reply.log).toMatchObject([
      {
        level: "error",
        operation: "post-batch",
        requestId: "request-1",
        partner: "partner-1",
        index: 2,
        problem: "internal",
        itemFaults: 1,
        error: "TypeError: a bug of ours",
        stack: expect.stringMatching(/^ {4}at .*take-batch\.test\.ts/),
      },
      { status: 200, created: 3, deferred: 1 },
    ]);
  });

  test("each fault of ours is measured once, in the line of its item", async () => {
    vi.stubEnv("METRICS_NAMESPACE", "copydesk-test");
    const { batch } = openMemoryDesk({
      change: ({ derive }) => ({
        derive(document, ...rest) {
          if (document.content.includes("Bericht 1:"))
            throw new UnsafeOutputError("left a script", { metadata: {}, lines: [] });
          if (document.content.includes("Bericht 2:")) throw new TypeError("a bug of ours");
          return derive(document, ...rest);
        },
      }),
    });
    const { log } = await batch(asJson(articles(4)));
    vi.unstubAllEnvs();
    // The sanitizer's fault waits until the bytes are kept aside.
    const lines = log.toSorted((one, other) => Number(one["index"] ?? 9) - Number(other["index"] ?? 9));
    expect(lines).toMatchObject([
      { index: 1, problem: "unsafe-content", error: "UnsafeOutputError: left a script", unsafeContent: 1 },
      { index: 2, problem: "internal", error: "TypeError: a bug of ours", itemFaults: 1 },
      { created: 2, refused: 1, deferred: 1, articles: 2 },
    ]);
    const measured = lines.map((line) =>
      JSON.stringify(line["_aws"])
        .match(/(?<="Name":")\w+/g)
        ?.sort(),
    );
    expect(measured).toEqual([["unsafeContent"], ["itemFaults"], ["articles", "duplicates", "durationMs"]]);
  });
});

describe("quota", () => {
  const asked: number[] = [];
  const grant = (left: number): Quotas => {
    asked.length = 0;
    let remaining = left;
    return {
      async take(_partner, _limits, wanted): Promise<QuotaGrant> {
        asked.push(wanted);
        const granted = Math.min(wanted, remaining);
        remaining -= granted;
        const state = { policy: "burst", limit: 60, windowSeconds: 60, remaining, resetSeconds: 12 } as const;
        return { granted, states: [state] };
      },
    };
  };

  test("is taken as far as it goes, and the rest is told when to come again", async () => {
    const { batch, stores } = openMemoryDesk({ quotas: grant(3) });
    const reply = await batch(asJson(articles(5)));
    const { items, counts } = read(reply);
    expect(asked).toEqual([1, 4]);
    expect(items.map(({ status }) => status)).toEqual([201, 201, 201, 429, 429]);
    expect(items[3]).toMatchObject({
      partnerArticleId: "a-3",
      problem: { type: "urn:problem-type:copydesk:quota-exceeded", retryAfterSeconds: 12 },
    });
    expect(counts).toMatchObject({ created: 3, deferred: 2 });
    expect(reply.headers["ratelimit"]).toBe('"burst";r=0;t=12');
    expect(stores.articles.size).toBe(3);
  });

  test("is not taken for retractions", async () => {
    const { batch } = openMemoryDesk({ quotas: grant(2) });
    const canceled = { uri: "a-0", pubstatus: "canceled" };
    const { items } = read(await batch(asJson([article(0), article(1), article(2), canceled])));
    expect(asked).toEqual([1, 2]);
    expect(items.map(({ status }) => status)).toEqual([201, 201, 429, 204]);
  });

  test("counts what is refused, and a single item costs no second question", async () => {
    const { batch } = openMemoryDesk({ quotas: grant(1) });
    expect(read(await batch(asJson([{}]))).items).toMatchObject([{ status: 422 }]);
    expect(asked).toEqual([1]);
  });
});
