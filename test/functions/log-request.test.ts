import { describe, expect, test } from "vitest";
import { httpFunction } from "../../functions/http/http-function.ts";
import { readSubmission } from "../../functions/http/read-submission.ts";
import { defineOperation } from "../../shared/api/operation.ts";
import { postSubmission } from "../../shared/api/operations/post-submission.ts";
import { invoke, makeKeyStore, makeTestKey, readThing } from "../support/run-chain.ts";

const key = makeTestKey(1, ["read", "submit"]);
const keys = makeKeyStore([key.record]);

const reader = httpFunction(
  readThing,
  async (_request, { partner }) => ({ status: 200, json: { name: partner }, log: { items: 3, articleId: undefined } }),
  { keys },
);
const read = (query = "", headers: Record<string, string> = key.headers) =>
  invoke(reader, { path: "/v1/things/1", params: { id: "1" }, query, headers, requestId: "abc" });

const submitter = httpFunction(
  defineOperation({ ...postSubmission, responses: { 204: { description: "Read" } } }),
  async ({ query }, { event }) => {
    await readSubmission(event, Object.keys(postSubmission.body), query);
    return { status: 204 };
  },
  { keys, quotas: { take: async (_partner, _limits, wanted) => ({ granted: wanted, states: [] }) } },
);
const submit = (body: string, query = "", headers: Record<string, string> = key.headers) =>
  invoke(submitter, {
    method: "POST",
    path: "/v1/submissions",
    query,
    headers: { "Content-Type": "application/json", ...headers },
    body,
  });

test("one line for a request", async () => {
  const { log } = await read();
  expect(log).toEqual([
    {
      level: "info",
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      requestId: "abc",
      operation: "read-thing",
      partner: "partner-1",
      keyId: key.keyId,
      status: 200,
      durationMs: expect.any(Number),
      items: 3,
      class: "single",
    },
  ]);
  expect(Number.isInteger(log[0]?.["durationMs"])).toBe(true);
});

test("requests do not run together: each has its own line", async () => {
  const lines = [...(await read()).log, ...(await read("", {})).log, ...(await read()).log];
  expect(lines.map(({ status, partner }) => [status, partner])).toEqual([
    [200, "partner-1"],
    [401, undefined],
    [200, "partner-1"],
  ]);
});

test("a refusal says which problem it was, and where", async () => {
  expect((await read("limit=0")).log).toMatchObject([
    { level: "info", status: 400, problem: "invalid-parameter", pointer: "query:limit", partner: "partner-1" },
  ]);
});

describe("never in the log", () => {
  const word = "Geheimsache";
  const secretKey = makeTestKey(9);
  const cases: [name: string, send: () => ReturnType<typeof read>, status: number, secret: string][] = [
    ["a key", () => read(), 200, key.secret],
    ["a key that is refused", () => read("", secretKey.headers), 401, secretKey.secret],
    ["a key in the query", () => read(`key=${key.text}`), 400, key.secret],
    ["a key as a parameter's name", () => read(key.text), 400, key.secret],
    ["a key as a field's name", () => submit(JSON.stringify({ html: "x", [key.text]: 1 })), 422, key.secret],
    ["the value of a parameter", () => read(`word=${word}`), 200, word],
    ["the value of a faulty parameter", () => read(`limit=${word}`), 400, word],
    ["a body", () => submit(JSON.stringify({ html: `<p>${word}</p>`, title: word })), 204, word],
    ["a body that is no JSON", () => submit(`{"html": "${word}", ${word}}`), 400, word],
    ["a value at fault", () => submit(JSON.stringify({ html: "x", url: word, language: word })), 422, word],
    ["metadata in the query", () => submit('{"html":"x"}', `title=${word}`), 400, word],
    ["a content type", () => submit("x", "", { ...key.headers, "Content-Type": `text/${word}` }), 415, word],
  ];

  test.each(cases)("%s", async (_, send, status, secret) => {
    const reply = await send();
    expect(reply.status).toBe(status);
    expect(reply.log).toHaveLength(1);
    expect(JSON.stringify(reply.log)).not.toContain(secret);
  });
});
