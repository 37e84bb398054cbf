import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Import, NewImport } from "../../shared/api/import.ts";
import { uniqueText } from "../fixtures/articles.ts";
import type { Client } from "../support/client.ts";
import { startTestStack, type TestStack } from "../support/start-stack.ts";

let stack: TestStack;
let partner: Client;
let reader: Client;

beforeAll(async () => {
  stack = await startTestStack();
  partner = await stack.newPartner("submit");
  reader = await stack.newPartner("read");
});
afterAll(() => stack.close());

const ndjson = "application/x-ndjson";

async function announce(body: object, client = partner): Promise<NewImport> {
  const reply = await client.send("POST", "/v1/imports", { body });
  expect(reply.status).toBe(201);
  expect(reply.headers.get("location")).toBe(`/v1/imports/${reply.json().id}`);
  return reply.json();
}

/** As a client that sends what it was told to send; fetch makes the length by itself. */
async function upload({ upload: { url, headers } }: NewImport, body: string | Uint8Array, change: object = {}) {
  const { "Content-Length": _own, ...others } = headers;
  const response = await fetch(url, { method: "PUT", headers: { ...others, ...change }, body: body as string });
  return { status: response.status, text: await response.text() };
}

async function waitForEnd(id: string, client = partner): Promise<Import> {
  const read = async () => (await client.get(`/v1/imports/${id}`)).json();
  const isOver = async () => /completed|failed|parked/.test((await read()).state);
  await expect.poll(isOver, { timeout: 100_000, interval: 100 }).toBe(true);
  return read();
}

async function importFile(file: string | Uint8Array, announced: object): Promise<Import> {
  const contentLength = Buffer.byteLength(file);
  const made = await announce({ contentLength, ...announced });
  expect(await upload(made, file)).toEqual({ status: 200, text: "" });
  return waitForEnd(made.id);
}

const line = (id: string, text = uniqueText(id)) => JSON.stringify({ partnerArticleId: id, text });

test("a file is taken in, its failures are told, and mended and sent again they are none", async () => {
  const lines = Array.from({ length: 120 }, (_, n) => line(`first-${n}`));
  lines[7] = "no json";
  lines[101] = JSON.stringify({
    partnerArticleId: "first-101",
    text: uniqueText("first-101"),
    headline: "Not a field",
  });
  const done = await importFile(`${lines.join("\n")}\n`, { contentType: ndjson });
  expect(done).toMatchObject({
    state: "completed",
    counts: { created: 118, updated: 0, unchanged: 0, duplicate: 0, retracted: 0, refused: 2 },
    position: { items: 120, bytes: done.contentLength },
    failures: { kept: 2, href: `/v1/imports/${done.id}/failures` },
  });
  const ids = await reader.get(`/v1/articles?limit=1&partner=${partner.partner}`);
  expect(ids.json().items).toHaveLength(1);

  const failures = await partner.get(done.failures?.href ?? "");
  expect(failures.headers.get("content-type")).toBe(ndjson);
  const told = failures.text
    .trimEnd()
    .split("\n")
    .map((text) => JSON.parse(text));
  expect(told).toMatchObject([
    { index: 7, line: 8, status: 400, item: "no json" },
    { index: 101, line: 102, status: 422, problem: { errors: [{ pointer: "/headline" }] } },
  ]);
  const { headline: _headline, ...mended } = told[1].item;
  const again = await importFile(`${line("first-7")}\n${JSON.stringify(mended)}\n`, { contentType: ndjson });
  expect(again.counts).toMatchObject({ created: 2, refused: 0 });
  expect(again).not.toHaveProperty("failures");
});

test("sent again, gzipped, all of it is unchanged", async () => {
  const file = Array.from({ length: 30 }, (_, n) => line(`twice-${n}`)).join("\n");
  await importFile(file, { contentType: ndjson });
  const again = await importFile(gzipSync(file), { contentType: ndjson, contentEncoding: "gzip" });
  expect(again).toMatchObject({ state: "completed", contentEncoding: "gzip", counts: { created: 0, unchanged: 30 } });
});

test("a feed", async () => {
  const item = (id: number) =>
    `<item><guid>feed-${id}</guid><description>${uniqueText(`feed ${id}`)}</description></item>`;
  const feed = `<rss version="2.0"><channel><title>T</title>${item(1)}<item><b></item>${item(2)}</channel></rss>`;
  const done = await importFile(feed, { contentType: "application/rss+xml; charset=utf-8" });
  expect(done).toMatchObject({ state: "completed", counts: { created: 2, refused: 1 } });
  expect(JSON.parse((await partner.get(`/v1/imports/${done.id}/failures`)).text)).toMatchObject({
    index: 1,
    pointerBase: "/rss/channel/item[2]",
    item: "<item><b></item>",
  });
});

test("many failures come in pages, in order, each once", async () => {
  const long = "x".repeat(20_000);
  const lines = Array.from({ length: 230 }, (_, n) => `{"n":${n},"long":"${long}"}`);
  const done = await importFile(lines.join("\n"), { contentType: ndjson });
  expect(done.failures).toMatchObject({ kept: 230 });
  const indexes: number[] = [];
  let pages = 0;
  for (let next: string | undefined = done.failures?.href; next !== undefined; pages++) {
    const page: Awaited<ReturnType<Client["get"]>> = await partner.get(next);
    for (const text of page.text.trimEnd().split("\n")) {
      const { index, item } = JSON.parse(text);
      expect(item.n).toBe(index);
      indexes.push(index);
    }
    next = /^<(.*)>; rel="next"$/.exec(page.headers.get("link") ?? "")?.[1];
  }
  expect(pages).toBeGreaterThan(2);
  expect(indexes).toEqual(Array.from({ length: 230 }, (_, n) => n));
});

describe("an upload", () => {
  test("has exactly as many bytes as were announced", async () => {
    const made = await announce({ contentType: ndjson, contentLength: 100 });
    for (const bytes of [99, 101]) {
      const { status, text } = await upload(made, "x".repeat(bytes));
      expect([status, text]).toEqual([403, expect.stringContaining("SignatureDoesNotMatch")]);
    }
    expect((await partner.get(`/v1/imports/${made.id}`)).json()).toMatchObject({ state: "awaiting-upload" });
  });

  test("comes once: what is being read does not change", async () => {
    const made = await announce({ contentType: ndjson, contentLength: Buffer.byteLength(line("once")) });
    expect((await upload(made, line("once"))).status).toBe(200);
    expect((await upload(made, line("once").replace("Bericht", "BERICHT"))).status).toBe(412);
    expect((await upload(made, line("once"), { "If-None-Match": "" })).status).toBe(403);
    expect((await waitForEnd(made.id)).counts).toMatchObject({ created: 1 });
  });

  test("goes to its own place, and to no other", async () => {
    const made = await announce({ contentType: ndjson, contentLength: 5 });
    const other = { ...made, upload: { ...made.upload, url: made.upload.url.replace(made.id, "0".repeat(32)) } };
    expect((await upload(other, "12345")).status).toBe(403);
  });
});

describe("an import that cannot be announced", () => {
  test.each([
    ["no body", undefined, 400, undefined],
    ["a type that nobody reads", { contentType: "video/mp4", contentLength: 5 }, 422, "/contentType"],
    ["no type", { contentLength: 5 }, 422, "/contentType"],
    ["an empty file", { contentType: ndjson, contentLength: 0 }, 422, "/contentLength"],
    ["more than a gigabyte", { contentType: ndjson, contentLength: 1024 ** 3 + 1 }, 422, "/contentLength"],
    ["another coding", { contentType: ndjson, contentLength: 5, contentEncoding: "br" }, 422, "/contentEncoding"],
    ["a field that is none", { contentType: ndjson, contentLength: 5, url: "x" }, 422, "/url"],
  ])("%s", async (_, body, status, pointer) => {
    const type = "application/json";
    const reply = await partner.send("POST", "/v1/imports", { type, body: body ?? "" });
    expect([reply.status, reply.json().errors?.[0].pointer]).toEqual([status, pointer]);
  });

  test("a gigabyte can", async () => {
    expect((await announce({ contentType: ndjson, contentLength: 1024 ** 3 })).state).toBe("awaiting-upload");
  });
});

test("a partner sees its own imports alone, and a reader none", async () => {
  const other = await stack.newPartner("submit");
  const done = await importFile("no json", { contentType: ndjson });
  for (const path of [`/v1/imports/${done.id}`, `/v1/imports/${done.id}/failures`, `/v1/imports/${"0".repeat(32)}`]) {
    expect((await other.get(path)).status).toBe(404);
    expect((await reader.get(path)).status).toBe(403);
  }
  expect((await reader.send("POST", "/v1/imports", { body: {} })).status).toBe(403);
  expect((await partner.get("/v1/imports/nonsense")).status).toBe(400);
});

test("how far it is can be asked for as often as one likes", async () => {
  const done = await importFile(line("etag"), { contentType: ndjson });
  const path = `/v1/imports/${done.id}`;
  const etag = (await partner.get(path)).headers.get("etag") ?? "";
  expect((await partner.get(path, { headers: { "If-None-Match": etag } })).status).toBe(304);
});

test("a function that dies in the middle is followed by one that goes on", async () => {
  const count = 250;
  const file = Array.from({ length: count }, (_, n) => line(`killed-${n}`)).join("\n");
  const made = await announce({ contentType: ndjson, contentLength: Buffer.byteLength(file) });
  await upload(made, file);
  const items = async () => (await partner.get(`/v1/imports/${made.id}`)).json().position.items as number;
  for (const reached of [1, 150]) {
    await expect.poll(items, { timeout: 60_000, interval: 20 }).toBeGreaterThanOrEqual(reached);
    stack.killFunctions();
  }
  const done = await waitForEnd(made.id);
  expect(done).toMatchObject({ state: "completed", counts: { created: count, unchanged: 0, refused: 0 } });
});
