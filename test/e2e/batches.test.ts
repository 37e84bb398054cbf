import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { uniqueText } from "../fixtures/articles.ts";
import type { Client } from "../support/client.ts";
import { startTestStack, type TestStack } from "../support/start-stack.ts";
import { readFixture } from "../unit/formats/read-fixture.ts";

let stack: TestStack;
let partner: Client;
let reader: Client;

beforeAll(async () => {
  stack = await startTestStack();
  partner = await stack.newPartner("submit");
  reader = await stack.newPartner("read");
});
afterAll(() => stack.close());

const push = (body: unknown, type = "application/json", headers: Record<string, string> = {}, from = partner) =>
  from.send("POST", "/v1/batches", { body, type, headers });
const statuses = (reply: { json(): { items: { status: number }[] } }) => reply.json().items.map(({ status }) => status);

test.each([
  ["rss-2.0.xml", "application/rss+xml", [201, 201, 201]],
  ["atom.xml", "application/atom+xml", [201, 201, 201, 422, 201]],
  ["json-feed-1.1.json", "application/feed+json", [201, 201, 422]],
  ["articles.ndjson", "application/x-ndjson", [201, 201, 400, 404, 422, 201]],
])("%s is pushed, and pushed again nothing changes", async (file, type, expected) => {
  const feed = await stack.newPartner("submit");
  const first = await push(readFixture(file), type, {}, feed);
  expect(first.status).toBe(200);
  expect(statuses(first)).toEqual(expected);
  const again = await push(readFixture(file), type, {}, feed);
  expect(statuses(again)).toEqual(expected.map((status) => (status === 201 ? 200 : status)));
  const created = expected.filter((status) => status === 201).length;
  expect(again.json().counts).toMatchObject({ created: 0, updated: 0, unchanged: created });
});

test("an article of a feed has its text and metadata, and answers under its guid", async () => {
  await push(readFixture("rss-2.0.xml"), "text/xml");
  const { id } = (await partner.get("/v1/submissions/gazette%3A10241")).json();
  expect((await reader.get(`/v1/articles/${id}`)).json()).toMatchObject({
    partnerArticleId: "gazette:10241",
    title: "Ferry service returns after storm – with a new timetable",
    url: "https://gazette.example/2026/11/ferry-returns",
    authors: ["Mina Okafor"],
    publishedAt: "2026-11-23T08:15:00.000Z",
  });
  expect((await reader.get(`/v1/articles/${id}/html`)).text).toContain("<strong>Monday</strong>");
});

test("100 articles in one request, as gzipped lines: all are there, one is bad, copies have one original", async () => {
  const sender = await stack.newPartner("submit");
  const lines = Array.from({ length: 100 }, (_, n) =>
    n === 50
      ? "{"
      : JSON.stringify({ partnerArticleId: `line-${n}`, text: uniqueText(n >= 90 ? "one of ten" : `line ${n}`) }),
  );
  const body = gzipSync(lines.join("\n"));
  const reply = await push(body, "application/x-ndjson", { "Content-Encoding": "gzip" }, sender);
  expect(reply.json().counts).toEqual({
    created: 90,
    updated: 0,
    unchanged: 0,
    duplicate: 9,
    retracted: 0,
    refused: 1,
    deferred: 0,
  });
  const { items } = reply.json();
  expect(items[50]).toMatchObject({ line: 51, status: 400 });
  for (const { result } of items.slice(91)) expect(result.duplicateOf.id).toBe(items[90].result.id);
  for (const n of [0, 49, 51, 99]) {
    expect((await sender.get(`/v1/submissions/line-${n}`)).json().id).toBe(items[n].result.id);
  }
  expect(stack.log.some((line) => /"operation":"post-batch".*"items":100.*"created":90/.test(line))).toBe(true);
});

test("an article is updated and retracted by ninjs, alone or in a list", async () => {
  const article = (text: string) => ({ uri: "urn:wire:1", pubstatus: "usable", headline: "Wire", body_text: text });
  expect((await partner.post(article(uniqueText("wire 1")))).status).toBe(201);
  expect(statuses(await push([article(uniqueText("wire 2")), { uri: "urn:wire:1", pubstatus: "canceled" }]))).toEqual([
    200, 204,
  ]);
  expect((await partner.post({ uri: "urn:wire:1", pubstatus: "canceled" })).status).toBe(204);
  expect((await partner.get("/v1/submissions/urn%3Awire%3A1")).status).toBe(410);
});

test("5.5 MB of text pass the gateway, and what is too large is told so", async () => {
  const sender = await stack.newPartner("submit");
  const large = (n: number) => ({
    partnerArticleId: `large-${n}`,
    text: `${uniqueText(`large ${n}`)}\n\n`.repeat(5000),
  });
  const reply = await push([0, 1, 2, 3, 4].map(large), "application/json", {}, sender);
  expect(statuses(reply)).toEqual([201, 201, 201, 201, 201]);
  expect((await push(" ".repeat(7 * 1024 * 1024), "application/json", {}, sender)).status).toBe(413);
});

test("a document of one entry is put like any article: the parser of feeds is loaded when it is needed", async () => {
  const partner = await stack.newPartner("submit");
  const entry = readFixture("atom-entry.xml");
  const sending = { type: "application/atom+xml" };
  expect(await partner.put("entry", entry, sending)).toMatchObject({ status: 201 });
  expect((await partner.put("entry", entry, sending)).json()).toMatchObject({ outcome: "unchanged" });
  const feed = await partner.put("feed", readFixture("atom.xml"), sending);
  expect(feed.status).toBe(422);
  expect(feed.json().detail).toContain("POST /v1/batches");
});
