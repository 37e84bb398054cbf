import { build } from "esbuild";
import { describe, expect, expectTypeOf, test } from "vitest";
import { createClient } from "../../../shared/api/create-client.ts";
import { operations, operationsByName } from "../../../shared/api/operations.ts";
import { ProblemAnswer } from "../../../shared/api/problem-answer.ts";
import { routes } from "../../../shared/api/routes.ts";

const id = "0".repeat(32);
const json = (body: unknown, init: ResponseInit = {}) =>
  new Response(JSON.stringify(body), {
    ...init,
    headers: { "Content-Type": "application/json", "X-Request-Id": "r1", ...init.headers },
  });

/** A client whose requests are kept, and answered with what is given. */
function open(answer: () => Response = () => json({ items: [] })) {
  const sent: { url: string; init: RequestInit }[] = [];
  const client = createClient({
    url: "https://api.example/prod/",
    key: "k",
    fetch: async (url, init) => {
      sent.push({ url, init });
      return answer();
    },
  });
  return { client, sent };
}

test("there is a function for every operation", () => {
  const { client } = open();
  expect(Object.keys(client)).toEqual(Object.keys(operationsByName));
  expect(Object.values(routes)).toEqual(operations.map(({ method, path }) => `${method} ${path}`));
});

describe("a request", () => {
  test("has its parameters in path and query, a list repeated, and what is undefined left out", async () => {
    const { client, sent } = open();
    await client.putSubmission({
      partnerArticleId: "https://a.example/?p=1&q=ä b",
      contentType: "text/plain; charset=utf-8",
      body: "Text",
      tags: ["a", "b&c"],
      validateOnly: true,
      title: undefined,
      headers: { "if-match": '"1"' },
    });
    expect(sent).toEqual([
      {
        url: "https://api.example/prod/v1/submissions/https%3A%2F%2Fa.example%2F%3Fp%3D1%26q%3D%C3%A4%20b?tags=a&tags=b%26c&validateOnly=true",
        init: {
          method: "PUT",
          headers: { Authorization: "Bearer k", "Content-Type": "text/plain; charset=utf-8", "if-match": '"1"' },
          body: "Text",
          redirect: "manual",
        },
      },
    ]);
  });

  test("has an object as JSON", async () => {
    const { client, sent } = open();
    await client.postSubmission({ body: { text: "Text" } });
    expect(sent[0]?.init).toMatchObject({ body: '{"text":"Text"}', headers: { "Content-Type": "application/json" } });
  });

  test("has neither key nor media type where there is none", async () => {
    let headers: unknown;
    const client = createClient({
      url: "https://api.example",
      fetch: async (_url, init) => {
        headers = init.headers;
        return json({ status: "ok" });
      },
    });
    await client.getHealth();
    expect(headers).toEqual({});
  });
});

describe("an answer", () => {
  test("has its JSON", async () => {
    const { client } = open(() => json({ items: [], nextCursor: "c" }));
    expect(await client.listArticles({ limit: 5 })).toMatchObject({
      status: 200,
      json: { items: [], nextCursor: "c" },
    });
  });

  test("has its bytes and its text, where it is a document", async () => {
    const { client } = open(
      () => new Response("<p>ä", { headers: { "Content-Type": "text/html", "X-Request-Id": "r" } }),
    );
    const { bytes, text } = await client.getArticleHtml({ id });
    expect([text, bytes.length]).toEqual(["<p>ä", 5]);
  });

  test("has nothing, where there is nothing", async () => {
    const { client } = open(() => new Response(null, { status: 204, headers: { "X-Request-Id": "r", ETag: '"2"' } }));
    const answer = await client.deleteSubmission({ partnerArticleId: "x" });
    expect([answer.status, answer.headers.get("etag")]).toEqual([204, '"2"']);
  });

  test("is 304 for who has it already", async () => {
    const { client } = open(() => new Response(null, { status: 304, headers: { "X-Request-Id": "r" } }));
    const answer = await client.getArticle({ id, headers: { "if-none-match": '"1"' } });
    expect(answer.status).toBe(304);
  });
});

describe("what is no answer of the operation is thrown", () => {
  const problem = {
    type: "urn:problem-type:copydesk:retracted",
    title: "It was",
    status: 410,
    detail: "d",
    instance: "i",
  };
  const refused: [name: string, response: () => Response, expected: object][] = [
    [
      "a problem",
      () => json(problem, { status: 410, headers: { "Content-Type": "application/problem+json", "Retry-After": "3" } }),
      { status: 410, problem, message: "410 It was: d" },
    ],
    [
      "a problem that was cut off",
      () => new Response('{"type":', { status: 503, headers: { "Content-Type": "application/problem+json" } }),
      { status: 503, problem: { type: "about:blank", status: 503, detail: 'application/problem+json: {"type":' } },
    ],
    [
      "a gateway's own words",
      () => json({ message: "Too Many Requests" }, { status: 429, statusText: "Too Many Requests" }),
      { status: 429, problem: { type: "about:blank", title: "Too Many Requests", status: 429 } },
    ],
    [
      "a page of somebody else's",
      () => new Response("<h1>Welcome", { headers: { "Content-Type": "text/html" } }),
      { status: 200, problem: { type: "about:blank", detail: "text/html: <h1>Welcome" } },
    ],
    [
      "a redirect",
      () => new Response(null, { status: 302, headers: { Location: "https://login.example", "X-Request-Id": "r" } }),
      { status: 302, problem: { type: "about:blank" } },
    ],
  ];

  test.each(refused)("%s", async (_name, response, expected) => {
    const { client } = open(response);
    const thrown = await client.getArticle({ id }).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(ProblemAnswer);
    expect(thrown).toMatchObject(expected);
  });

  test("and JSON that is cut off", async () => {
    const { client } = open(
      () => new Response('{"id', { headers: { "Content-Type": "application/json", "X-Request-Id": "r" } }),
    );
    await expect(client.getArticle({ id })).rejects.toBeInstanceOf(SyntaxError);
  });
});

test("types: a request has what its operation takes, an answer what it gives", () => {
  const { client } = open();
  type Answer<Name extends keyof typeof client> = Awaited<ReturnType<(typeof client)[Name]>>;
  expectTypeOf<Answer<"putSubmission">["status"]>().toEqualTypeOf<200 | 201 | 204>();
  expectTypeOf<Answer<"getArticle">["status"]>().toEqualTypeOf<200>();
  expectTypeOf<Answer<"getArticleRaw">["bytes"]>().toEqualTypeOf<Uint8Array>();
  expectTypeOf<Answer<"deleteSubmission">>().not.toHaveProperty("json");
  expectTypeOf<Answer<"listArticles">["json"]["nextCursor"]>().toEqualTypeOf<string | undefined>();
  const refused = () => [
    // @ts-expect-error a parameter that there is not
    client.listArticles({ colour: "red" }),
    // @ts-expect-error a value that it does not take
    client.listArticles({ duplicates: "yes" }),
    // @ts-expect-error a path without its parameter
    client.getArticle(),
    // @ts-expect-error a submission without its body
    client.putSubmission({ partnerArticleId: "x" }),
    // @ts-expect-error a field that there is not
    client.postSubmission({ body: { text: "x", headline: "x" } }),
    // @ts-expect-error a body where none is read
    client.getHealth({ body: "x" }),
    // @ts-expect-error a document without its media type
    client.postSubmission({ body: "<p>" }),
  ];
  expect(refused).toBeTypeOf("function");
});

test("a browser loads neither zod nor anything of Node", async () => {
  const { outputFiles, metafile } = await build({
    entryPoints: ["shared/api/create-client.ts"],
    bundle: true,
    write: false,
    metafile: true,
    minify: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
  });
  expect(Object.keys(metafile.inputs).sort()).toEqual([
    "shared/api/create-client.ts",
    "shared/api/problem-answer.ts",
    "shared/api/routes.ts",
  ]);
  expect(outputFiles[0]?.contents.length).toBeLessThan(4096);
});
