import { existsSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { operations } from "../../shared/api/operations.ts";
import { harbourHtml, harbourText, harbourTitle, hostileHtml, uniqueText } from "../fixtures/articles.ts";
import languageSamples from "../fixtures/language-samples.json" with { type: "json" };
import type { Client } from "../support/client.ts";
import { startTestStack, type TestStack } from "../support/start-stack.ts";

let stack: TestStack;
let first: Client;
let second: Client;
let reader: Client;

beforeAll(async () => {
  stack = await startTestStack();
  [first, second, reader] = await Promise.all([
    stack.newPartner("submit"),
    stack.newPartner("submit"),
    stack.newPartner("read"),
  ]);
});
afterAll(() => stack.close());

const plain = { type: "text/plain; charset=utf-8" };
const html = { type: "text/html; charset=utf-8" };

/** A real submission, which the project does not contain; where it is absent, the fixture of our own has to do. */
const sampleFile = new URL("../../../shared/samples/xi-und-putin.txt", import.meta.url);
const samples: [name: string, text: string, html: string][] = [["the harbour", harbourText, harbourHtml]];
if (existsSync(sampleFile)) {
  const text = readFileSync(sampleFile, "utf8");
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const [title, ...paragraphs] = lines;
  samples.push([
    "the sample",
    text,
    `<div><h1>${title}</h1>${paragraphs.map((line) => `<p>${line}</p>\n`).join("")}</div>`,
  ]);
}

describe.each(samples)("one story from two partners: %s", (name, text, markup) => {
  const id = `story-${name}`;
  let original: string;

  test("the first is created", async () => {
    const reply = await first.put(id, text, plain);
    expect(reply.status).toBe(201);
    expect(reply.json()).toMatchObject({ partnerArticleId: id, revision: 1, outcome: "created" });
    expect(reply.headers.get("location")).toBe(`/v1/submissions/${encodeURIComponent(id)}`);
    original = reply.json().id;
  });

  test("sent again it is unchanged, with the same ID", async () => {
    const reply = await first.put(id, text, plain);
    expect(reply.status).toBe(200);
    expect(reply.json()).toMatchObject({ id: original, revision: 1, outcome: "unchanged" });
  });

  test("the second partner's is a duplicate of the first by content", async () => {
    const reply = await second.put(`copy-${name}`, markup, html);
    expect(reply.status).toBe(201);
    expect(reply.json()).toMatchObject({
      outcome: "duplicate",
      clusterId: original,
      duplicateOf: { id: original, match: "content", similarity: 1 },
    });
  });

  test("the list shows it once, and with its duplicates twice", async () => {
    const all = (await reader.listArticles({ limit: 200 })).json.items;
    expect(all.filter((item) => item.clusterId === original)).toHaveLength(1);
    const both = (await reader.listArticles({ limit: 200, duplicates: "include" })).json.items;
    expect(both.filter((item) => item.clusterId === original)).toHaveLength(2);
    expect((await reader.listArticles({ cluster: original })).json.items).toHaveLength(2);
  });

  test("the raw bytes are those that were sent", async () => {
    const reply = await reader.getArticleRaw({ id: original });
    expect(Buffer.from(reply.bytes).equals(Buffer.from(text))).toBe(true);
    expect(reply.headers.get("content-type")).toBe("text/plain; charset=utf-8");
  });

  test("a changed text under the same ID is revision 2", async () => {
    const reply = await first.put(id, `${text}\n\nNachtrag: Die Berufung wurde zurückgezogen.`, plain);
    expect(reply.status).toBe(200);
    expect(reply.json()).toMatchObject({ id: original, revision: 2, outcome: "updated" });
    const revisions = (await reader.listArticleRevisions({ id: original })).json.items;
    expect(revisions.map((revision) => revision.revision)).toEqual([2, 1]);
  });
});

test("gzip is the same submission as plain", async () => {
  const text = uniqueText("gzip");
  await first.put("gzip", text, plain);
  const reply = await first.put("gzip", gzipSync(text), { ...plain, headers: { "Content-Encoding": "gzip" } });
  expect(reply.json()).toMatchObject({ outcome: "unchanged" });
});

test("JSON brings its metadata along", async () => {
  const reply = await first.put("json", {
    html: `<p>${uniqueText("json")}</p>`,
    url: "https://www.nordwijker.example/2026/haushalt?utm_source=mail&id=7",
    title: "Stadtrat berät Haushalt",
    language: "de-at",
    publishedAt: "2026-11-20T10:00:00+01:00",
    authors: ["Ilse Brandt"],
    tags: ["Politik"],
  });
  expect(reply.status).toBe(201);
  const article = (await reader.getArticle({ id: reply.json().id })).json;
  expect(article).toMatchObject({
    title: "Stadtrat berät Haushalt",
    language: "de-AT",
    publishedAt: "2026-11-20T09:00:00.000Z",
    canonicalUrl: "https://nordwijker.example/2026/haushalt?id=7",
    source: "nordwijker.example",
    authors: ["Ilse Brandt"],
    tags: ["Politik"],
  });
});

test("where nobody declared a language it is detected, by the module beside the function's bundle", async () => {
  const reply = await first.put("undeclared", { text: languageSamples.sl });
  expect(reply.status).toBe(201);
  expect((await reader.getArticle({ id: reply.json().id })).json.language).toBe("sl");
  const found = await reader.listArticles({ partner: first.partner, language: "sl" });
  expect(found.json.items.map(({ id }) => id)).toEqual([reply.json().id]);
});

test("a document has its metadata in the query", async () => {
  const query = "?url=https%3A%2F%2Fnordwijker.example%2Fquery&title=Titel&tags=a&tags=b";
  const reply = await first.put("query", `<p>${uniqueText("query")}</p>`, { ...html, query });
  const article = (await reader.getArticle({ id: reply.json().id })).json;
  expect(article).toMatchObject({ title: "Titel", tags: ["a", "b"], source: "nordwijker.example" });
});

test("an article without an own ID is known by its URL, then by its text", async () => {
  const url = "https://nordwijker.example/post";
  const created = await first.post({ html: `<p>${uniqueText("post 1")}</p>`, url });
  expect(created.status).toBe(201);
  const { id } = created.json();
  expect(created.headers.get("location")).toBe(`/v1/submissions/~${id}`);
  const updated = await first.post({ html: `<p>${uniqueText("post 2")}</p>`, url: `${url}?fbclid=1#top` });
  expect(updated.json()).toMatchObject({ id, revision: 2, outcome: "updated" });

  const text = await first.post({ text: uniqueText("post 3") });
  expect((await first.post({ text: uniqueText("post 3") })).json()).toMatchObject({
    id: text.json().id,
    outcome: "unchanged",
  });

  expect((await first.get(`/v1/submissions/~${id}`)).json()).toMatchObject({ id, revision: 2, outcome: "updated" });
  expect((await first.send("DELETE", `/v1/submissions/~${id}`)).status).toBe(204);
  expect((await second.get(`/v1/submissions/~${id}`)).status).toBe(404);
});

test("the same page from two partners is a duplicate by URL", async () => {
  const original = await first.put("page", {
    html: `<p>${uniqueText("page a")}</p>`,
    url: "https://nordwijker.example/page",
  });
  const copy = await second.put("page", {
    html: `<p>${uniqueText("page b")}</p>`,
    url: "http://www.nordwijker.example:80/page/?utm_medium=rss#comments",
  });
  expect(copy.json()).toMatchObject({ outcome: "duplicate", duplicateOf: { id: original.json().id, match: "url" } });
  expect(copy.json().duplicateOf.similarity).toBeLessThan(1);
});

test("an ID may have slashes, spaces and any letters", async () => {
  for (const id of ["https://nordwijker.example/?p=123", "a/b c%2F", "статья-№1", "a//b"]) {
    const reply = await first.put(id, uniqueText(id), plain);
    expect(reply.status, id).toBe(201);
    expect(reply.json().partnerArticleId).toBe(id);
    expect((await first.get(`/v1/submissions/${encodeURIComponent(id)}`)).json().id).toBe(reply.json().id);
  }
});

describe("a dry run", () => {
  test("gives the full answer and stores nothing", async () => {
    const options = { ...plain, query: "?validateOnly=true" };
    const reply = await first.put("dry", uniqueText("dry"), options);
    expect(reply.status).toBe(200);
    expect(reply.json()).toMatchObject({ outcome: "created", revision: 1 });
    expect(reply.headers.has("location")).toBe(false);
    expect((await first.get("/v1/submissions/dry")).status).toBe(404);
    expect((await reader.get(`/v1/articles/${reply.json().id}`)).status).toBe(404);
  });

  test("tells of the original", async () => {
    const original = await first.put("dry original", uniqueText("dry original"), plain);
    const reply = await second.put("dry copy", uniqueText("dry original"), { ...plain, query: "?validateOnly=true" });
    expect(reply.json()).toMatchObject({ outcome: "duplicate", duplicateOf: { id: original.json().id } });
    expect((await first.get(`/v1/articles/${original.json().id}`)).status).toBe(403);
  });
});

describe("preconditions", () => {
  test("If-Match guards against a lost update", async () => {
    const created = await first.put("match", uniqueText("match 1"), plain);
    const etag = created.headers.get("etag") ?? "";
    const updated = await first.put("match", uniqueText("match 2"), { ...plain, headers: { "If-Match": etag } });
    expect(updated.status).toBe(200);
    const late = await first.put("match", uniqueText("match 3"), { ...plain, headers: { "If-Match": etag } });
    expect(late.status).toBe(412);
    expect(late.headers.get("etag")).toBe(updated.headers.get("etag"));
    expect((await first.send("DELETE", "/v1/submissions/match", { headers: { "If-Match": etag } })).status).toBe(412);
    expect((await first.get("/v1/submissions/match")).json()).toMatchObject({ revision: 2 });
  });

  test("a repeat of what has been done is no conflict", async () => {
    const created = await first.put("again", uniqueText("again 1"), plain);
    const headers = { "If-Match": created.headers.get("etag") ?? "" };
    await first.put("again", uniqueText("again 2"), { ...plain, headers });
    const repeat = await first.put("again", uniqueText("again 2"), { ...plain, headers });
    expect(repeat.json()).toMatchObject({ outcome: "unchanged", revision: 2 });
  });

  test("If-Match for an article that is not there fails", async () => {
    expect((await first.put("no such", uniqueText("x"), { ...plain, headers: { "If-Match": "*" } })).status).toBe(412);
    expect((await first.get("/v1/submissions/no%20such")).status).toBe(404);
  });
});

describe("retraction", () => {
  test("leaves a tombstone that a late retry does not lift", async () => {
    const text = uniqueText("retract");
    const { id } = (await first.put("retract", text, plain)).json();
    const deleted = await first.send("DELETE", "/v1/submissions/retract");
    expect(deleted.status).toBe(204);
    expect((await first.send("DELETE", "/v1/submissions/retract")).status).toBe(204);
    for (const path of [
      `/v1/articles/${id}`,
      `/v1/articles/${id}/html`,
      `/v1/articles/${id}/text`,
      `/v1/articles/${id}/raw`,
      `/v1/articles/${id}/revisions`,
    ]) {
      expect((await reader.get(path)).status, path).toBe(410);
    }
    expect((await first.get("/v1/submissions/retract")).status).toBe(410);
    expect((await first.put("retract", text, plain)).status).toBe(410);
    expect((await first.put("retract", uniqueText("other"), plain)).status).toBe(410);
    const tombstones = (await reader.listArticles({ status: "retracted", limit: 200 })).json.items;
    const tombstone = tombstones.find((item) => item.id === id);
    expect(tombstone).toMatchObject({ id, status: "retracted" });
    expect(tombstone).not.toHaveProperty("title");

    const headers = { "If-Match": deleted.headers.get("etag") ?? "" };
    const back = await first.put("retract", text, { ...plain, headers });
    expect(back.json()).toMatchObject({ id, revision: 2, outcome: "updated" });
    expect((await reader.getArticle({ id })).json).toMatchObject({ status: "live" });
  });

  test("of the original hands the story over to its oldest duplicate", async () => {
    const text = uniqueText("hand over");
    const third = await stack.newPartner("submit");
    const original = (await first.put("heritage", text, plain)).json();
    const heir = (await second.put("heritage", text, plain)).json();
    const younger = (await third.put("heritage", text, plain)).json();
    await first.send("DELETE", "/v1/submissions/heritage");

    const listed = (await reader.listArticles({ cluster: original.clusterId })).json.items;
    expect(listed.map((item) => item.id)).toEqual([heir.id, younger.id]);
    expect((await reader.getArticle({ id: heir.id })).json).not.toHaveProperty("duplicateOf");
    expect((await reader.getArticle({ id: younger.id })).json.duplicateOf).toMatchObject({ id: heir.id });
    const fourth = await stack.newPartner("submit");
    expect((await fourth.put("heritage", text, plain)).json().duplicateOf).toMatchObject({ id: heir.id });
  });

  test("of an original without duplicates lets the next copy be the original", async () => {
    const text = uniqueText("vacant");
    await first.put("vacant", text, plain);
    await first.send("DELETE", "/v1/submissions/vacant");
    expect((await second.put("vacant", text, plain)).json()).toMatchObject({ outcome: "created" });
  });

  test("of what is not there, or somebody else's, is not found", async () => {
    await first.put("mine", uniqueText("mine"), plain);
    expect((await second.send("DELETE", "/v1/submissions/mine")).status).toBe(404);
    expect((await first.get("/v1/submissions/mine")).status).toBe(200);
  });
});

test("a new revision leaves the cluster that it no longer fits, and joins the one that it does", async () => {
  const [one, two] = [uniqueText("cluster one"), uniqueText("cluster two")];
  const original = (await first.put("c1", one, plain)).json();
  const other = (await first.put("c2", two, plain)).json();
  const copy = (await second.put("c", one, plain)).json();
  expect(copy.duplicateOf.id).toBe(original.id);
  const moved = (await second.put("c", two, plain)).json();
  expect(moved).toMatchObject({ outcome: "updated", duplicateOf: { id: other.id } });
  const alone = (await second.put("c", uniqueText("cluster three"), plain)).json();
  expect(alone).not.toHaveProperty("duplicateOf");
  expect(alone.clusterId).not.toBe(other.clusterId);
  expect((await reader.listArticles({ cluster: other.clusterId })).json.items).toHaveLength(1);
});

test("an original that becomes a copy of another story takes its cluster along", async () => {
  const [one, two] = [uniqueText("merge one"), uniqueText("merge two")];
  await first.put("m1", one, plain);
  const other = (await second.put("m2", two, plain)).json();
  const merged = (await first.put("m1", two, plain)).json();
  expect(merged).toMatchObject({ outcome: "updated", duplicateOf: { id: other.id } });
  const third = await stack.newPartner("submit");
  expect((await third.put("m3", one, plain)).json().duplicateOf).toMatchObject({ id: other.id });
});

test("fifty equal submissions at once give one original and 49 that name it", async () => {
  const senders = await Promise.all(Array.from({ length: 50 }, () => stack.newPartner("submit")));
  const replies = await Promise.all(senders.map((sender) => sendUntilTaken(sender, "race", harbourRace)));
  const results = replies.map((reply) => reply.json());
  const originals = results.filter((result) => result.outcome === "created");
  expect(originals).toHaveLength(1);
  for (const result of results) {
    if (result === originals[0]) continue;
    expect(result).toMatchObject({ outcome: "duplicate", duplicateOf: { id: originals[0].id } });
  }
});
const harbourRace = uniqueText("race");

/** As a partner would: a 503 says that nothing was stored and that the same request may be sent again. */
async function sendUntilTaken(sender: Client, id: string, text: string) {
  for (;;) {
    const reply = await sender.put(id, text, plain);
    if (reply.status !== 503) return reply;
  }
}

test("ten writers of one article make ten revisions, or are told why not", async () => {
  await first.put("writers", uniqueText("writers"), plain);
  const replies = await Promise.all(
    Array.from({ length: 10 }, (_, index) => sendUntilTaken(first, "writers", uniqueText(`writers ${index}`))),
  );
  const revisions = replies.map((reply) => reply.json().revision).sort((a, b) => a - b);
  expect(revisions).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
});

describe("sanitized HTML", () => {
  test("has nothing that runs, and all that a reader needs", async () => {
    const reply = await first.put("hostile", hostileHtml, {
      ...html,
      query: "?url=https%3A%2F%2Fnordwijker.example%2Fa%2Fb",
    });
    expect(reply.status).toBe(201);
    expect(reply.json().sanitation.removed.length).toBeGreaterThan(5);
    const { id } = reply.json();
    const clean = await reader.getArticleHtml({ id });
    expect(clean.text).not.toMatch(
      /script|style|iframe|form|input|svg|math|onclick|onerror|javascript|vbscript|data:/i,
    );
    for (const kept of [
      "<h1>",
      "<table>",
      "<li>",
      "<blockquote>",
      "<figure>",
      "<figcaption>",
      "nofollow",
      "https://nordwijker.example/bild.jpg",
      "https://good.example/a?id=7",
    ]) {
      expect(clean.text).toContain(kept);
    }
    expect(clean.headers.get("content-security-policy")).toContain("sandbox");
    const raw = await reader.getArticleRaw({ id });
    expect(raw.text).toBe(hostileHtml);
    expect(raw.headers.get("content-disposition")).toBe("attachment");
  });

  test("is cached by its ETag, and so is everything else of an article", async () => {
    const { id } = (await first.put("etag", uniqueText("etag"), plain)).json();
    for (const path of ["", "/html", "/text", "/raw"]) {
      const reply = await reader.get(`/v1/articles/${id}${path}`);
      const headers = { "If-None-Match": `"other", ${reply.headers.get("etag")}` };
      const again = await reader.get(`/v1/articles/${id}${path}`, { headers });
      expect([reply.status, again.status], path).toEqual([200, 304]);
      expect(again.bytes).toHaveLength(0);
    }
  });
});

test("bytes that are no UTF-8 are kept, and read with a warning", async () => {
  const bytes = Buffer.from("<p>Der Bürgermeister eröffnet die Brücke.</p>", "latin1");
  const guessed = await first.put("latin1", bytes, { type: "text/html" });
  expect(guessed.json().warnings.map((warning: { code: string }) => warning.code)).toContain("encoding-guessed");
  const { id } = guessed.json();
  expect(Buffer.from((await reader.getArticleRaw({ id })).bytes).equals(bytes)).toBe(true);
  expect((await reader.getArticleText({ id })).text).toContain("Bürgermeister");
});

test("nothing secret is in the log, and every request is", () => {
  const told = stack.log.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
  // What goes wrong beside a request, as a slow table of quotas, has a line of its own, and so has what no request began.
  const ids = new Set<string>(operations.map(({ id }) => id));
  const lines = told.filter(({ level, operation }) => level !== "warn" && ids.has(operation));
  expect(lines.length).toBeGreaterThan(100);
  for (const line of lines)
    expect(line).toMatchObject({
      requestId: expect.any(String),
      operation: expect.any(String),
      durationMs: expect.any(Number),
    });
  const all = stack.log.join("\n");
  for (const secret of [first.key, second.key, reader.key, "Bearer", harbourTitle, "Stadtrat"])
    expect(all).not.toContain(secret);
});
