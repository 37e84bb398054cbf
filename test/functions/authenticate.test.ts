import { describe, expect, test } from "vitest";
import { httpFunction } from "../../functions/http/http-function.ts";
import { invoke, makeKeyStore, makeTestKey, readThing } from "../support/run-chain.ts";

const reader = makeTestKey(1, ["read"]);
const submitter = makeTestKey(2, ["submit"]);
const both = makeTestKey(3, ["submit", "read"]);
const stranger = makeTestKey(4);

function makeReader(keys = makeKeyStore([reader.record, submitter.record, both.record])) {
  const seen: string[] = [];
  const handler = httpFunction(
    readThing,
    async (_request, { partner }) => {
      seen.push(partner);
      return { status: 200, json: { name: partner } };
    },
    { keys },
  );
  const send = (authorization?: string) =>
    invoke(handler, {
      path: "/v1/things/1",
      params: { id: "1" },
      headers: authorization === undefined ? {} : { Authorization: authorization },
    });
  return { send, seen, keys };
}

describe("a request is let through", () => {
  test.each([
    ["with the scope", `Bearer ${reader.text}`, "partner-1"],
    ["with both scopes", `Bearer ${both.text}`, "partner-3"],
    ["whatever the case of the scheme", `bearer ${reader.text}`, "partner-1"],
    ["with more than one space", `Bearer   ${reader.text}`, "partner-1"],
  ])("%s", async (_, authorization, partner) => {
    const reply = await makeReader().send(authorization);
    expect(reply.status).toBe(200);
    expect(reply.json()).toEqual({ name: partner });
  });
});

describe("401", () => {
  const [head = "", id = "", secret = ""] = reader.text.split("_");
  const wrongSecret = `${head}_${id}_${secret.replace(/^./, (first) => (first === "A" ? "B" : "A"))}`;
  const words = { detail: expect.stringContaining("not valid, or was revoked"), pointer: "is not a live key" };

  test("without a key: says how to send one", async () => {
    const { send, seen, keys } = makeReader();
    const reply = await send();
    expect(reply.problem()).toMatchObject({
      type: "urn:problem-type:copydesk:unauthenticated",
      status: 401,
      detail: "Send your key in the header Authorization: Bearer KEY.",
      errors: [{ pointer: "header:Authorization", detail: "is missing" }],
    });
    expect(reply.headers["www-authenticate"]).toBe('Bearer realm="copydesk"');
    expect({ seen, asked: keys.asked }).toEqual({ seen: [], asked: [] });
  });

  const invalid: [name: string, authorization: string, lookups: number][] = [
    ["an unknown key", `Bearer ${stranger.text}`, 1],
    ["a wrong secret", `Bearer ${wrongSecret}`, 1],
    ["the secret of another key", `Bearer ${head}_${id}_${submitter.secret}`, 1],
    ["no key at all", "Bearer", 0],
    ["an empty header", "", 0],
    ["another scheme", `Basic ${reader.text}`, 0],
    ["a key without its scheme", reader.text, 0],
    ["two keys", `Bearer ${reader.text},Bearer ${both.text}`, 0],
    ["a key that is too long", `Bearer ${reader.text}A`, 0],
    ["a key that is too short", `Bearer ${reader.text.slice(0, -1)}`, 0],
    ["an ID in capitals", `Bearer copydesk_${"A".repeat(16)}_${secret}`, 0],
    ["a key ID that would be a path", `Bearer copydesk_../../../partners_${secret}`, 0],
    ["a very long header", `Bearer ${"x".repeat(8000)}`, 0],
  ];

  test.each(invalid)("with %s: the same words", async (_, authorization, lookups) => {
    const { send, seen, keys } = makeReader();
    const reply = await send(authorization);
    expect(reply.problem()).toEqual({
      type: "urn:problem-type:copydesk:unauthenticated",
      title: "A valid key is needed",
      status: 401,
      detail: words.detail,
      instance: "urn:request:request-1",
      errors: [{ pointer: "header:Authorization", detail: words.pointer }],
    });
    expect(reply.headers["www-authenticate"]).toBe('Bearer realm="copydesk"');
    expect(seen).toEqual([]);
    expect(keys.asked).toHaveLength(lookups);
    expect(JSON.stringify(reply.log)).not.toContain(secret);
  });
});

test("403 with another scope, which names both", async () => {
  const { send, seen } = makeReader();
  const reply = await send(`Bearer ${submitter.text}`);
  expect(reply.problem()).toMatchObject({ status: 403, detail: expect.stringMatching(/scope read; yours has submit/) });
  expect(seen).toEqual([]);
  expect(reply.log[0]).toMatchObject({ partner: "partner-2", status: 403 });
});

describe("the cache of keys", () => {
  test("one lookup serves two requests", async () => {
    const { send, keys } = makeReader();
    await send(`Bearer ${reader.text}`);
    expect((await send(`Bearer ${reader.text}`)).status).toBe(200);
    expect(keys.asked).toEqual([reader.keyId]);
  });

  test("a wrong secret for a remembered key is still wrong", async () => {
    const { send } = makeReader();
    await send(`Bearer ${reader.text}`);
    const forged = `copydesk_${reader.keyId}_${submitter.secret}`;
    expect((await send(`Bearer ${forged}`)).status).toBe(401);
    expect((await send(`Bearer ${reader.text}`)).status).toBe(200);
  });

  test("a refused key is not remembered: it works as soon as it is made", async () => {
    const records = [submitter.record];
    const { send, keys } = makeReader(makeKeyStore(records));
    expect((await send(`Bearer ${reader.text}`)).status).toBe(401);
    records.push(reader.record);
    expect((await send(`Bearer ${reader.text}`)).status).toBe(200);
    expect(keys.asked).toHaveLength(2);
  });

  test("it holds a thousand keys and lets go of the oldest", async () => {
    const many = Array.from({ length: 1001 }, (_, index) => makeTestKey(1000 + index));
    const { send, keys } = makeReader(makeKeyStore(many.map(({ record }) => record)));
    for (const { text } of many) expect((await send(`Bearer ${text}`)).status).toBe(200);
    const [first, second] = many;
    expect(keys.asked).toHaveLength(1001);
    await send(`Bearer ${second?.text}`);
    expect(keys.asked).toHaveLength(1001);
    await send(`Bearer ${first?.text}`);
    expect(keys.asked).toHaveLength(1002);
  });

  test("a store that does not answer is 503, not 401", async () => {
    const fault = Object.assign(new Error("slow down"), { name: "ThrottlingException" });
    const { send } = makeReader({ ...makeKeyStore([]), getKey: () => Promise.reject(fault) });
    const reply = await send(`Bearer ${reader.text}`);
    expect(reply.problem()).toMatchObject({ status: 503 });
    expect(reply.headers["retry-after"]).toBe("1");
  });
});

test("an operation with a scope cannot be made without a store of keys", () => {
  expect(() => httpFunction(readThing, async () => ({ status: 200, json: { name: "x" } }))).toThrow(
    "read-thing needs a store of keys.",
  );
});
