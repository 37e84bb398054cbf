import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { operations } from "../../shared/api/operations.ts";
import { submissionLimits } from "../../shared/api/submission.ts";
import { uniqueText } from "../fixtures/articles.ts";
import { type Client, openClient, type SendOptions } from "../support/client.ts";
import { startTestStack, type TestStack } from "../support/start-stack.ts";

let stack: TestStack;
let partner: Client;
let other: Client;
let reader: Client;

beforeAll(async () => {
  stack = await startTestStack();
  partner = await stack.newPartner("submit");
  other = await stack.newPartner("submit");
  reader = await stack.newPartner("read");
});
afterAll(() => stack.close());

const { maxBodyBytes, maxUnpackedBytes } = submissionLimits;
const json = (value: unknown) => ({ body: value });
const gzipped = { "Content-Encoding": "gzip" };
const article = { html: `<p>${uniqueText("refusals")}</p>` };

const refusals: [name: string, status: number, kind: string, pointer: string | undefined, request: SendOptions][] = [
  [
    "a body over the limit",
    413,
    "body-too-large",
    undefined,
    { type: "text/plain", body: "x".repeat(maxBodyBytes + 1) },
  ],
  ["a body over Lambda's limit", 413, "body-too-large", undefined, { type: "text/plain", body: "x".repeat(7_000_000) }],
  [
    "a body over the gateway's limit",
    413,
    "body-too-large",
    undefined,
    { type: "text/plain", body: "x".repeat(11_000_000) },
  ],
  [
    "a gzip bomb",
    413,
    "body-too-large",
    undefined,
    { type: "text/plain", headers: gzipped, body: gzipSync(Buffer.alloc(200_000_000)) },
  ],
  [
    "a gzip one byte too large",
    413,
    "body-too-large",
    undefined,
    { type: "text/plain", headers: gzipped, body: gzipSync(Buffer.alloc(maxUnpackedBytes + 1, "x")) },
  ],
  ["what is no gzip", 400, "malformed-encoding", "header:Content-Encoding", { headers: gzipped, body: "{}" }],
  [
    "a gzip that is cut off",
    400,
    "malformed-encoding",
    "header:Content-Encoding",
    { headers: gzipped, body: gzipSync(JSON.stringify(article)).subarray(0, 60) },
  ],
  [
    "an unknown coding",
    415,
    "unsupported-media-type",
    "header:Content-Encoding",
    { headers: { "Content-Encoding": "br" }, body: "x" },
  ],
  [
    "an unknown media type",
    415,
    "unsupported-media-type",
    "header:Content-Type",
    { type: "application/pdf", body: "x" },
  ],
  [
    "an unknown charset",
    415,
    "unsupported-media-type",
    "header:Content-Type",
    { type: "text/html; charset=klingon", body: "x" },
  ],
  ["an empty document", 422, "invalid-submission", "", { type: "text/html", body: "" }],
  ["bad JSON", 400, "malformed-json", undefined, { body: '{"html": "<p>x</p>",}' }],
  ["JSON that is cut off", 400, "malformed-json", undefined, { body: '{"html": "<p>' }],
  ["JSON that is no UTF-8", 400, "malformed-encoding", undefined, { body: Buffer.from('{"html":"\xe9"}', "latin1") }],
  ["JSON nested too deep", 422, "invalid-submission", "", { body: `${"[".repeat(100_000)}${"]".repeat(100_000)}` }],
  ["JSON that is no object", 422, "invalid-submission", "", json(["x"])],
  ["an unknown field", 422, "invalid-submission", "/headline", json({ ...article, headline: "x" })],
  ["a field with a slash", 422, "invalid-submission", "/a~1b", json({ ...article, "a/b": "x" })],
  ["neither html nor text", 422, "invalid-submission", "/html", json({ title: "x" })],
  ["both html and text", 422, "invalid-submission", "/html", json({ ...article, text: "x" })],
  ["empty html", 422, "invalid-submission", "/html", json({ html: "" })],
  ["html that is a number", 422, "invalid-submission", "/html", json({ html: 7 })],
  ["a URL that is none", 422, "invalid-submission", "/url", json({ ...article, url: "news/1" })],
  ["a URL that is a script", 422, "invalid-submission", "/url", json({ ...article, url: "javascript:alert(1)" })],
  ["a URL with a password", 422, "invalid-submission", "/url", json({ ...article, url: "https://a:b@news.example/" })],
  [
    "a date without a zone",
    422,
    "invalid-submission",
    "/publishedAt",
    json({ ...article, publishedAt: "2026-11-23T08:00:00" }),
  ],
  [
    "a date that does not exist",
    422,
    "invalid-submission",
    "/publishedAt",
    json({ ...article, publishedAt: "2026-02-30T08:00:00Z" }),
  ],
  ["a language that is none", 422, "invalid-submission", "/language", json({ ...article, language: "deutsch!" })],
  ["a blank author", 422, "invalid-submission", "/authors/1", json({ ...article, authors: ["A", " "] })],
  ["a title without end", 422, "invalid-submission", "/title", json({ ...article, title: "x".repeat(1001) })],
  ["metadata twice", 400, "invalid-parameter", "query:title", { body: article, query: "?title=x" }],
  [
    "an unknown query parameter",
    400,
    "invalid-parameter",
    "query:validate",
    { body: article, query: "?validate=true" },
  ],
  [
    "a parameter that is no boolean",
    400,
    "invalid-parameter",
    "query:validateOnly",
    { body: article, query: "?validateOnly=yes" },
  ],
  [
    "a parameter given twice",
    400,
    "invalid-parameter",
    "query:validateOnly",
    { body: article, query: "?validateOnly=true&validateOnly=true" },
  ],
  [
    "a bad URL in the query",
    400,
    "invalid-parameter",
    "query:url",
    { type: "text/plain", body: "x", query: "?url=news" },
  ],
];

test.each(refusals)(
  "%s is refused with %i %s at %s, and nothing is stored",
  async (name, status, kind, pointer, request) => {
    const id = encodeURIComponent(name);
    const reply = await partner.send("PUT", `/v1/submissions/${id}`, request);
    expect(reply.status).toBe(status);
    const problem = reply.json();
    expect(problem).toMatchObject({ status, type: `urn:problem-type:copydesk:${kind}` });
    expect(problem.instance).toBe(`urn:request:${reply.headers.get("x-request-id")}`);
    expect(problem.errors?.[0]?.pointer).toBe(pointer);
    if (status === 415) expect(reply.headers.has("accept") || reply.headers.has("accept-encoding")).toBe(true);
    expect((await partner.get(`/v1/submissions/${id}`)).status).toBe(404);
  },
);

test("every fault of a submission is named at once", async () => {
  const reply = await partner.put("faults", { html: "", url: "x", language: "?", nonsense: 1 });
  const pointers = reply.json().errors.map((error: { pointer: string }) => error.pointer);
  expect(pointers.sort()).toEqual(["/html", "/language", "/nonsense", "/url"]);
});

test("the largest bodies that are allowed are taken", async () => {
  const words = `${"Der Stadtrat von Nordwijk hat beraten. ".repeat(25)}\n\n`;
  const text = words.repeat(Math.floor((maxBodyBytes - 10) / Buffer.byteLength(words)));
  const plain = await partner.send("PUT", "/v1/submissions/large", { type: "text/plain", body: text });
  expect(plain.status).toBe(201);
  const unpacked = Buffer.alloc(maxUnpackedBytes, `${words}2 `);
  const packed = await partner.send("PUT", "/v1/submissions/larger", {
    type: "text/plain",
    headers: gzipped,
    body: gzipSync(unpacked),
  });
  expect(packed.status).toBe(201);
  const raw = await reader.getArticleRaw({ id: packed.json().id });
  expect(Buffer.from(raw.bytes).equals(unpacked)).toBe(true);
  const identity = await reader.get(`/v1/articles/${packed.json().id}/raw`, {
    headers: { "Accept-Encoding": "identity" },
  });
  expect(identity.status).toBe(406);
});

test("100,000 nested tags and a line of 3 MB are taken", async () => {
  const nested = `<p>${uniqueText("nested")}${"<div><b>".repeat(50_000)}deep${"</b></div>".repeat(50_000)}`;
  const line = `<p>${"ein langes Wort nach dem anderen ".repeat(90_000)}</p>`;
  for (const [id, html] of Object.entries({ nested, line })) {
    const reply = await partner.put(id, html, { type: "text/html" });
    expect(reply.status, id).toBe(201);
    expect((await reader.get(`/v1/articles/${reply.json().id}/html`)).status).toBe(200);
  }
});

describe("keys", () => {
  const paths = operations.map(({ method, path, scope }) => ({
    method,
    path: path.replace("{partnerArticleId+}", "some-id").replace("{id}", "0".repeat(32)),
    scope,
  }));

  test.each(paths.filter(({ scope }) => scope !== undefined))(
    "$method $path needs one, with the scope $scope",
    async ({ method, path, scope }) => {
      const body = method === "PUT" || method === "POST" ? { body: article } : {};
      const wrong = `${partner.key.slice(0, -1)}${partner.key.endsWith("A") ? "B" : "A"}`;
      for (const key of ["", "nonsense", wrong, `copydesk_${"0".repeat(16)}_${"A".repeat(43)}`]) {
        const reply = await openClient(stack.url, key).send(method, path, body);
        expect(reply.status).toBe(401);
        expect(reply.headers.get("www-authenticate")).toContain("Bearer");
      }
      const without = scope === "read" ? partner : reader;
      expect((await without.send(method, path, body)).status).toBe(403);
    },
  );

  // A hub has a secret in the place of a key; test/e2e/websub.test.ts tells what becomes of who has none.
  const open = paths.filter(({ scope, path }) => scope === undefined && !path.startsWith("/v1/websub/"));
  test.each(open)("$method $path needs none", async ({ method, path }) => {
    expect((await openClient(stack.url, "").send(method, path)).status).toBe(200);
  });
});

test("somebody else's article is as good as none", async () => {
  const { id } = (await partner.put("private", uniqueText("private"), { type: "text/plain" })).json();
  for (const path of ["/v1/submissions/private", `/v1/submissions/~${id}`]) {
    expect((await other.get(path)).status).toBe(404);
    expect((await other.send("DELETE", path)).status).toBe(404);
  }
  const foreign = await other.send("PUT", `/v1/submissions/~${id}`, {
    type: "text/plain",
    body: uniqueText("hostile"),
  });
  expect(foreign.status).toBe(404);
  expect((await partner.get("/v1/submissions/private")).json()).toMatchObject({ id, revision: 1 });
});

const queries: [query: string, pointer: string][] = [
  ["?nonsense=1", "query:nonsense"],
  ["?limit=0", "query:limit"],
  ["?limit=201", "query:limit"],
  ["?limit=ten", "query:limit"],
  ["?status=gone", "query:status"],
  ["?duplicates=yes", "query:duplicates"],
  ["?publishedFrom=yesterday", "query:publishedFrom"],
  ["?cluster=a&cluster=b", "query:cluster"],
  [`?${"source=a&".repeat(11)}limit=5`, "query:source"],
  ["?sort=title", "query:sort"],
  ["?fields=title,text", "query:fields"],
  ["?explain=perhaps", "query:explain"],
  ["?q=", "query:q"],
  ["?cursor=nonsense", "query:cursor"],
];

test.each(queries)("the list refuses %s", async (query, pointer) => {
  const reply = await reader.get("/v1/articles", { query });
  expect(reply.status).toBe(400);
  expect(reply.json().errors[0].pointer).toBe(pointer);
});

test("a cursor works only where it came from", async () => {
  for (const index of [1, 2, 3])
    await partner.put(`cursor ${index}`, uniqueText(`cursor ${index}`), { type: "text/plain" });
  const { nextCursor = "" } = (await reader.listArticles({ limit: 1 })).json;
  expect((await reader.get(`/v1/articles?limit=2&cursor=${nextCursor}`)).status).toBe(200);
  expect((await reader.get(`/v1/articles?limit=1&status=retracted&cursor=${nextCursor}`)).status).toBe(400);
  const forged = `${Buffer.from("~").toString("base64url")}.${nextCursor.split(".")[1]}`;
  expect((await reader.get(`/v1/articles?limit=1&cursor=${forged}`)).status).toBe(400);
});

test("what is not there is 404, a wrong method 405 with those that are allowed", async () => {
  expect((await reader.get("/v2/articles")).status).toBe(404);
  expect((await reader.get(`/v1/articles/${"0".repeat(32)}`)).status).toBe(404);
  expect((await reader.get("/v1/articles/x")).status).toBe(400);
  const reply = await reader.send("DELETE", "/v1/articles");
  expect(reply.status).toBe(405);
  expect(reply.headers.get("allow")).toBe("GET");
  expect((await partner.send("PATCH", "/v1/submissions/x")).headers.get("allow")).toBe("PUT, GET, DELETE");
  expect((await partner.get("/v1/submissions/~nonsense")).status).toBe(400);
  expect((await partner.get("/v1/submissions/%E0%A4%A")).status).toBe(400);
});
