import { createHash, randomBytes } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import type { Answer } from "../../functions/http/http-function.ts";
import { invoke, makeFunction, openThing } from "../support/run-chain.ts";

const long = { name: "thing", parts: Array.from({ length: 200 }, (_, index) => `part ${index}`) };
const send = (answer: Answer, headers: Record<string, string> = {}) =>
  invoke(
    makeFunction(() => answer),
    { headers },
  );
const sendJson = (json: unknown, headers?: Record<string, string>) => send({ status: 200, json }, headers);

describe("the answer is what is declared", () => {
  test("what is not declared does not leave the house", async () => {
    const reply = await sendJson({ name: "thing", secretHash: "abc", parts: undefined });
    expect(reply.text).toBe('{"name":"thing"}');
    expect(reply.headers["content-type"]).toBe("application/json");
  });

  test.each([
    ["another status", { status: 201, json: { name: "thing" } }],
    ["a field of another type", { status: 200, json: { name: 5 } }],
    ["a field missing", { status: 200, json: {} }],
    ["JSON where none is declared", { status: 304, json: { name: "thing" } }],
  ])("%s is our fault: 500", async (_, answer) => {
    const reply = await send(answer);
    expect(reply.problem()).toMatchObject({ status: 500, type: "urn:problem-type:copydesk:internal" });
    expect(reply.log).toHaveLength(1);
    expect(reply.log[0]).toMatchObject({ level: "error", status: 500, error: expect.stringMatching(/Error: /) });
  });

  test("every answer has these headers", async () => {
    expect((await sendJson({ name: "thing" })).headers).toMatchObject({
      "x-request-id": "request-1",
      "x-content-type-options": "nosniff",
      "cache-control": "private, no-cache",
      vary: "Accept-Encoding, Authorization",
    });
  });

  test("those of the handler come along", async () => {
    const reply = await send({
      status: 200,
      json: { name: "thing" },
      headers: { Link: "<x>", "Cache-Control": "no-store" },
    });
    expect(reply.headers).toMatchObject({ link: "<x>", "cache-control": "no-store" });
  });

  test("an answer without a body has no type, length or coding", async () => {
    const reply = await send({ status: 204, headers: { ETag: '"v2"' } }, { "Accept-Encoding": "gzip" });
    expect(reply.content.length).toBe(0);
    expect(Object.keys(reply.headers).filter((name) => name.startsWith("content-"))).toEqual([]);
    expect(reply.headers["etag"]).toBe('"v2"');
  });
});

describe("ETag", () => {
  test("follows from the content", async () => {
    const first = (await sendJson({ name: "a" })).headers["etag"];
    expect(first).toMatch(/^"[\w-]{22}"$/);
    expect((await sendJson({ name: "a" })).headers["etag"]).toBe(first);
    expect((await sendJson({ name: "b" })).headers["etag"]).not.toBe(first);
  });

  test("is the handler's where it gives one", async () => {
    const reply = await send({ status: 200, json: { name: "a" }, headers: { ETag: '"v7"' } });
    expect(reply.headers["etag"]).toBe('"v7"');
  });

  test("stands on no problem and on no answer that cannot be asked for again", async () => {
    const { 304: _, ...responses } = openThing.responses;
    const handler = makeFunction(() => ({ status: 200, json: { name: "a" } }), { ...openThing, responses });
    expect((await invoke(handler, { headers: { "If-None-Match": "*" } })).headers).not.toHaveProperty("etag");
  });

  const known: [header: string, status: number][] = [
    ['"v7"', 304],
    ['W/"v7"', 304],
    ['"v6", "v7"', 304],
    ['"v6",W/"v7"', 304],
    ["*", 304],
    ['"v6"', 200],
    ["v7", 200],
    ['"V7"', 200],
    ["", 200],
  ];

  test.each(known)("If-None-Match: %s gives %i", async (header, status) => {
    const reply = await send(
      { status: 200, json: { name: "a" }, headers: { ETag: '"v7"' } },
      { "If-None-Match": header },
    );
    expect(reply.status).toBe(status);
    expect(reply.headers["etag"]).toBe('"v7"');
    expect(reply.content.length > 0).toBe(status === 200);
    expect(reply.headers["x-request-id"]).toBe("request-1");
  });

  test("that came with a gzipped answer is known again", async () => {
    const gzip = { "Accept-Encoding": "gzip" };
    const etag = (await sendJson(long, gzip)).headers["etag"] ?? "";
    expect(etag).toMatch(/^W\/"/);
    expect((await sendJson(long, { ...gzip, "If-None-Match": etag })).status).toBe(304);
    expect((await sendJson({ ...long, name: "other" }, { ...gzip, "If-None-Match": etag })).status).toBe(200);
  });
});

describe("compression", () => {
  test.each([
    ["gzip", true],
    ["GZIP", true],
    ["br, gzip", true],
    ["gzip;q=0.5", true],
    ["gzip; q=1.0, br", true],
    ["*", true],
    ["br, *;q=0.1", true],
    [undefined, false],
    ["", false],
    ["br", false],
    ["identity", false],
    ["gzip;q=0", false],
    ["gzip;q=0.000", false],
    ["gzip; q=0, br", false],
    ["gzip;q=0, *", false],
    ["*;q=0", false],
    ["*;q=0, gzip", true],
    ["gzipped", false],
  ])("Accept-Encoding: %s", async (header, expected) => {
    const reply = await sendJson(long, header === undefined ? {} : { "Accept-Encoding": header });
    expect(reply.headers["content-encoding"]).toBe(expected ? "gzip" : undefined);
    expect(JSON.parse(reply.text)).toEqual(long);
    expect(reply.content[0] === 0x1f).toBe(expected);
    expect(reply.headers["etag"]?.startsWith("W/")).toBe(expected);
  });

  test("is not worth it for a short answer", async () => {
    const reply = await sendJson({ name: "thing" }, { "Accept-Encoding": "gzip" });
    expect(reply.headers).not.toHaveProperty("content-encoding");
    expect(reply.headers["etag"]).toMatch(/^"/);
  });
});

describe("bytes", () => {
  const bytes = randomBytes(5000);
  const digest = (content: Uint8Array) => `sha-256=:${createHash("sha256").update(content).digest("base64")}:`;
  const answer = { status: 200, bytes, contentType: "text/html; charset=windows-1252" };

  test.each([
    ["plain", {}, undefined],
    ["gzipped", { "Accept-Encoding": "gzip" }, "gzip"],
  ])("%s: as they are, with the digest of the content that is sent", async (_, headers, coding) => {
    const reply = await send(answer, headers as Record<string, string>);
    expect(reply.headers).toMatchObject({
      "content-type": answer.contentType,
      "content-digest": digest(reply.content),
    });
    expect(reply.headers["content-encoding"]).toBe(coding);
    expect(coding === undefined ? reply.content : gunzipSync(reply.content)).toEqual(bytes);
  });

  test("a string is no bytes: it has no digest", async () => {
    const reply = await send({ status: 200, bytes: "<p>Ä</p>", contentType: "text/html; charset=utf-8" });
    expect(reply.text).toBe("<p>Ä</p>");
    expect(reply.headers).not.toHaveProperty("content-digest");
  });

  test("none at all are an answer, too", async () => {
    const reply = await send({ status: 200, bytes: new Uint8Array(), contentType: "text/plain" });
    expect(reply).toMatchObject({
      status: 200,
      headers: { "content-type": "text/plain", "content-digest": digest(new Uint8Array()) },
    });
  });
});

describe("what does not fit through Lambda", () => {
  const gzip = { "Accept-Encoding": "gzip" };
  const text = (content: string) => ({ status: 200, bytes: content, contentType: "text/plain" });

  test.each([
    ["text just below", text("a".repeat(5_899_998)), {}, 200],
    ["text just above", text("a".repeat(5_899_999)), {}, 406],
    ["text whose escapes make it too long", text('"'.repeat(3_000_000)), {}, 406],
    ["the same, gzipped", text('"'.repeat(3_000_000)), gzip, 200],
    ["text of two bytes a letter", text("ö".repeat(3_000_000)), {}, 406],
    ["bytes that base64 makes too long", { ...text(""), bytes: randomBytes(4_500_000) }, {}, 406],
    ["bytes that gzip cannot help", { ...text(""), bytes: randomBytes(4_500_000) }, gzip, 406],
    ["bytes that fit", { ...text(""), bytes: randomBytes(4_400_000) }, {}, 200],
  ])("%s", async (_, answer, headers, status) => {
    const reply = await send(answer, headers);
    expect(reply.status).toBe(status);
    if (status === 200) return;
    expect(reply.problem()).toMatchObject({ status: 406, type: "urn:problem-type:copydesk:not-acceptable" });
    expect(reply.problem().detail).toMatch("Accept-Encoding" in headers ? /even compressed/ : /Accept-Encoding: gzip/);
    expect(reply.log[0]).toMatchObject({ status: 406, problem: "not-acceptable" });
  });
});
