import { describe, expect, test } from "vitest";
import { httpFunction } from "../../functions/http/http-function.ts";
import { invoke, makeKeyStore, makeTestKey, readThing } from "../support/run-chain.ts";

const key = makeTestKey(1);
let seen: unknown;
const handler = httpFunction(
  readThing,
  async (request) => {
    seen = request;
    return { status: 200, json: { name: "thing" } };
  },
  { keys: makeKeyStore([key.record]) },
);
const send = (query: string, id = "1") =>
  invoke(handler, { path: `/v1/things/${id}`, params: { id }, query, headers: key.headers });

describe("what a handler gets", () => {
  test.each([
    ["", { limit: 5 }],
    ["limit=10", { limit: 10 }],
    ["tag=a", { limit: 5, tag: ["a"] }],
    ["tag=a&tag=b&tag=a", { limit: 5, tag: ["a", "b", "a"] }],
    ["word=gr%C3%BCn+gelb%26rot", { limit: 5, word: "grün gelb&rot" }],
  ])("%j", async (query, expected) => {
    expect((await send(query)).status).toBe(200);
    expect(seen).toEqual({ params: { id: "1" }, query: expected, headers: {} });
  });
});

describe("400", () => {
  test.each([
    ["an unknown parameter", "colour=red", ["query:colour"]],
    ["each of two unknown ones", "colour=red&size=1", ["query:colour", "query:size"]],
    ["a known one in other letters", "Limit=5", ["query:Limit"]],
    ["one without a name", "=5", ["query:"]],
    ["a name that every object has", "constructor=1", ["query:constructor"]],
    ["the name of the prototype", "__proto__=1", ["query:__proto__"]],
    ["the name of the prototype, twice", "__proto__=1&__proto__=2", ["query:__proto__"]],
    ["one given twice", "limit=1&limit=2", ["query:limit"]],
    ["one given twice alike", "word=a&word=a", ["query:word"]],
    ["one too small", "limit=0", ["query:limit"]],
    ["one too large", "limit=11", ["query:limit"]],
    ["no whole number", "limit=1.5", ["query:limit"]],
    ["no number", "limit=ten", ["query:limit"]],
    ["an empty one", "word=", ["query:word"]],
    ["an empty entry of a list", "tag=a&tag=", ["query:tag"]],
    ["two faults at once", "limit=0&word=", ["query:limit", "query:word"]],
  ])("for %s", async (_, query, pointers) => {
    seen = undefined;
    const reply = await send(query);
    const problem = reply.problem();
    expect(problem).toMatchObject({ status: 400, type: "urn:problem-type:copydesk:invalid-parameter" });
    expect(problem.errors?.map(({ pointer }) => pointer)).toEqual(pointers);
    expect(seen).toBeUndefined();
  });

  test("names the parameters that there are", async () => {
    const { detail } = (await send("colour=red")).problem();
    expect(detail).toBe("query:colour is not known here. Parameters here: limit, tag, word.");
  });

  test("for a path parameter, by its name", async () => {
    const { status, errors } = (await send("", "12345678901")).problem();
    expect({ status, pointer: errors?.[0]?.pointer }).toEqual({ status: 400, pointer: "path:id" });
  });

  test("comes after 401: who has no key learns nothing about parameters", async () => {
    const reply = await invoke(handler, { path: "/v1/things/1", params: { id: "1" }, query: "colour=red" });
    expect(reply.status).toBe(401);
  });
});
