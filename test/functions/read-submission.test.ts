import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { httpFunction } from "../../functions/http/http-function.ts";
import { readSubmission } from "../../functions/http/read-submission.ts";
import { defineOperation } from "../../shared/api/operation.ts";
import { postSubmission } from "../../shared/api/operations/post-submission.ts";
import { invoke } from "../support/run-chain.ts";

/** Reads a submission as POST does, and answers what it read. */
const echo = defineOperation({
  id: "echo-submission",
  method: "POST",
  path: "/echo",
  summary: "Answer what was read",
  params: z.object({}),
  query: postSubmission.query,
  headers: z.object({}),
  body: postSubmission.body,
  responses: { 200: { description: "It", schema: z.any() } },
});

const handler = httpFunction(echo, async ({ query }, { event }) => {
  const item = await readSubmission(event, Object.keys(echo.body), query);
  if (item.action !== "submit") return { status: 200, json: item };
  const { bytes, ...rest } = item.document;
  return { status: 200, json: { ...rest, bytes: Buffer.from(bytes).toString("latin1"), metadata: item.metadata } };
});

const send = (type: string, body: string | Uint8Array, query = "") =>
  invoke(handler, { method: "POST", path: "/echo", headers: { "Content-Type": type }, body, query });
const sendJson = (value: unknown, query?: string) => send("application/json", JSON.stringify(value), query);

describe("JSON", () => {
  test.each([
    ["html", { html: "<p>Ä</p>" }, { form: "html", content: "<p>Ä</p>", contentType: "text/html; charset=utf-8" }],
    ["text", { text: "Ä\n\nb" }, { form: "text", content: "Ä\n\nb", contentType: "text/plain; charset=utf-8" }],
  ])("%s: its bytes are the field, as UTF-8", async (_, body, expected) => {
    const read = (await sendJson(body)).json() as { bytes: string };
    expect(read).toMatchObject({ ...expected, charset: "utf-8", warnings: [], metadata: {} });
    expect(Buffer.from(read.bytes, "latin1").toString()).toBe(expected.content);
  });

  test("all metadata, tidied", async () => {
    const given = {
      url: "https://news.example/a",
      title: "  Hafen\n öffnet\u0007 ",
      language: "DE-at",
      publishedAt: "2026-11-23T09:00:00+01:00",
      updatedAt: "2026-11-23T08:00:00Z",
      authors: [" Ada  Lovelace "],
      tags: ["hafen", "wirtschaft"],
      source: "Anzeiger",
    };
    expect((await sendJson({ html: "x", ...given })).json()).toMatchObject({
      metadata: {
        ...given,
        title: "Hafen öffnet",
        language: "de-AT",
        publishedAt: "2026-11-23T08:00:00.000Z",
        updatedAt: "2026-11-23T08:00:00.000Z",
        authors: ["Ada Lovelace"],
      },
    });
  });

  const faults: [name: string, body: unknown, errors: [pointer: string, detail: string | RegExp][]][] = [
    ["an unknown field", { html: "x", colour: "red" }, [["/colour", "is not known here"]]],
    [
      "two unknown fields",
      { html: "x", a: 1, b: 2 },
      [
        ["/a", "is not known here"],
        ["/b", "is not known here"],
      ],
    ],
    ["a field of every object", { html: "x", constructor: 1 }, [["/constructor", "is not known here"]]],
    ["a name that needs escapes", { html: "x", "a/b~c": 1 }, [["/a~1b~0c", "is not known here"]]],
    ["an empty name", { html: "x", "": 1 }, [["/", "is not known here"]]],
    ["both html and text", { html: "x", text: "y" }, [["/html", /either html or text/]]],
    ["neither html nor text", { title: "x" }, [["/html", /either html or text/]]],
    ["nothing at all", {}, [["/html", /either html or text/]]],
    ["empty html", { html: "" }, [["/html", "must not be empty"]]],
    ["empty text", { text: "" }, [["/text", "must not be empty"]]],
    ["html that is no string", { html: 5 }, [["/html", /expected string/]]],
    ["null for a field", { html: "x", title: null }, [["/title", /expected string/]]],
    ["a title of nothing but spaces", { html: "x", title: " \n" }, [["/title", "must not be empty"]]],
    ["a title too long", { html: "x", title: "x".repeat(1001) }, [["/title", "must have at most 1,000 characters"]]],
    ["a URL of another scheme", { html: "x", url: "javascript:alert(1)" }, [["/url", /absolute http or https URL/]]],
    ["a relative URL", { html: "x", url: "/a" }, [["/url", /absolute http or https URL/]]],
    ["a URL with a password", { html: "x", url: "https://a:b@c.example/" }, [["/url", /without a user name/]]],
    ["a language that is none", { html: "x", language: "deutsch!" }, [["/language", /BCP 47/]]],
    ["a time without a zone", { html: "x", publishedAt: "2026-11-23T08:00:00" }, [["/publishedAt", /with a zone/]]],
    ["a day that does not exist", { html: "x", updatedAt: "2026-02-30T08:00:00Z" }, [["/updatedAt", /./]]],
    [
      "an entry of a list",
      { html: "x", tags: ["a", 1, ""] },
      [
        ["/tags/1", /expected string/],
        ["/tags/2", "must not be empty"],
      ],
    ],
    ["a list that is none", { html: "x", authors: "Ada" }, [["/authors", /expected array/]]],
    ["a list too long", { html: "x", authors: Array(51).fill("a") }, [["/authors", /./]]],
    ["an empty list", [], [["", "must have one item"]]],
    ["a list of two", [{ html: "x" }, { html: "y" }], [["", "must have only one item"]]],
    ["a string", "x", [["", "must be an object"]]],
    ["null", null, [["", "must be an object"]]],
    [
      "an ID as we name articles",
      { html: "x", partnerArticleId: "~1" },
      [["/partnerArticleId", "must not begin with ~"]],
    ],
  ];

  test.each(faults)("422 for %s", async (_, body, errors) => {
    const problem = (await sendJson(body)).problem();
    expect(problem).toMatchObject({ status: 422, type: "urn:problem-type:copydesk:invalid-submission" });
    expect(problem.detail).toMatch(/Nothing was stored\.$/);
    expect(problem.errors).toHaveLength(errors.length);
    for (const [index, [pointer, detail]] of errors.entries()) {
      expect(problem.errors?.[index]?.pointer).toBe(pointer);
      expect(problem.errors?.[index]?.detail).toMatch(detail);
    }
  });

  test.each(['{"html": "x", "__proto__": {"title": "y"}}', '{"__proto__": {"html": "x"}}'])(
    "422 for %s",
    async (body) => {
      const problem = (await send("application/json", body)).problem();
      expect(problem.status).toBe(422);
      expect(problem.errors).toContainEqual({ pointer: "/__proto__", detail: "is not known here" });
    },
  );

  test("422 for nesting 100,000 deep, where a string belongs", async () => {
    const body = `{"html": ${"[".repeat(100_000)}${"]".repeat(100_000)}}`;
    expect((await send("application/json", body)).problem()).toMatchObject({
      status: 422,
      errors: [{ pointer: "/html" }],
    });
  });

  test("422 for 300,000 unknown fields tells of the first ones, in an answer of a size", async () => {
    const fields = Object.fromEntries(Array.from({ length: 300_000 }, (_, index) => [`x${index}`, 0]));
    const reply = await sendJson({ html: "x", ...fields });
    const problem = reply.problem();
    expect(problem.status).toBe(422);
    expect(problem.errors).toHaveLength(20);
    expect(problem.detail).toMatch(/; and 299,980 more\. Nothing was stored\.$/);
    expect(reply.content.length).toBeLessThan(10_000);
  });

  test("422 for a field with a name of 3 MB, in an answer of a size", async () => {
    const reply = await sendJson({ html: "x", ["n".repeat(3_000_000)]: 0 });
    expect(reply.problem().status).toBe(422);
    expect(reply.content.length).toBeLessThan(10_000);
  });

  test.each(["title=x", "url=https%3A%2F%2Fnews.example%2Fa", "tags=a&tags=b", "language=de&source=x"])(
    "400 when its metadata is in the query: %s",
    async (query) => {
      const problem = (await sendJson({ html: "x" }, query)).problem();
      expect(problem).toMatchObject({ status: 400, type: "urn:problem-type:copydesk:invalid-parameter" });
      const names = [...new Set(new URLSearchParams(query).keys())];
      expect(problem.errors).toEqual(
        names.map((name) => ({ pointer: `query:${name}`, detail: "belongs into the body" })),
      );
    },
  );

  test("validateOnly stays in the query", async () => {
    expect((await sendJson({ html: "x" }, "validateOnly=true")).status).toBe(200);
  });
});

describe("a document", () => {
  const ansi = Buffer.from("<p>\x84Hafen\x93 \xf6ffnet</p>", "latin1");

  test("brings its metadata in the query", async () => {
    const query =
      "title=Hafen+%C3%B6ffnet&tags=a&tags=b&authors=Ada&url=https%3A%2F%2Fnews.example%2Fa&validateOnly=true";
    expect((await send("text/html", "<p>x</p>", query)).json()).toMatchObject({
      form: "html",
      content: "<p>x</p>",
      metadata: { title: "Hafen öffnet", tags: ["a", "b"], authors: ["Ada"], url: "https://news.example/a" },
    });
  });

  test("keeps the bytes that came, whatever its charset", async () => {
    expect((await send("text/html; charset=windows-1252", ansi)).json()).toMatchObject({
      content: "<p>„Hafen“ öffnet</p>",
      bytes: ansi.toString("latin1"),
      charset: "windows-1252",
      contentType: "text/html; charset=windows-1252",
      warnings: [],
    });
  });

  test("is kept unpacked when it came gzipped", async () => {
    const reply = await invoke(handler, {
      method: "POST",
      headers: { "Content-Type": "text/plain", "Content-Encoding": "gzip" },
      body: gzipSync("Der Hafen"),
    });
    expect(reply.json()).toMatchObject({ form: "text", content: "Der Hafen", bytes: "Der Hafen" });
  });

  test("says when its charset was a guess", async () => {
    expect((await send("text/html", ansi)).json()).toMatchObject({
      charset: "windows-1252",
      warnings: [{ code: "encoding-guessed" }],
    });
  });

  test("without a byte is 422", async () => {
    for (const type of ["text/html", "text/plain"]) {
      expect((await send(type, "")).problem()).toMatchObject({ status: 422, detail: expect.stringMatching(/empty/) });
    }
  });

  test("in a charset that nobody knows is 415", async () => {
    const reply = await send("text/html; charset=klingon", "x");
    expect(reply.problem()).toMatchObject({ status: 415, errors: [{ pointer: "header:Content-Type" }] });
    expect(reply.headers["accept"]).toContain("charset=utf-8");
  });

  test.each([
    ["title=", "query:title"],
    ["url=ftp%3A%2F%2Fx.example%2F", "query:url"],
    ["validateOnly=yes", "query:validateOnly"],
    ["validateOnly=", "query:validateOnly"],
    ["validateOnly=TRUE", "query:validateOnly"],
    ["html=x", "query:html"],
    ["title=a&title=b", "query:title"],
  ])("with ?%s is 400", async (query, pointer) => {
    expect((await send("text/html", "x", query)).problem()).toMatchObject({ status: 400, errors: [{ pointer }] });
  });
});
