import { describe, expect, test } from "vitest";
import * as z from "zod";
import { httpFunction } from "../../functions/http/http-function.ts";
import { defineOperation } from "../../shared/api/operation.ts";
import { type QuotaLimits, resolveQuota } from "../../shared/quota-limits.ts";
import type { QuotaGrant, Quotas } from "../../shared/quotas.ts";
import { invoke, makeKeyStore, makeTestKey } from "../support/run-chain.ts";

const writeThing = defineOperation({
  id: "write-thing",
  method: "POST",
  path: "/v1/things",
  summary: "Write a thing",
  scope: "submit",
  takesQuota: true,
  params: z.object({}),
  query: z.strictObject({ word: z.string().optional() }),
  headers: z.object({}),
  responses: { 200: { description: "It", schema: z.object({ taken: z.int() }) } },
});

const key = makeTestKey(1, ["submit"]);
const reader = makeTestKey(2, ["read"]);

function makeWriter(grants: readonly QuotaGrant[]) {
  const asked: { partner: string; limits: QuotaLimits; wanted: number }[] = [];
  const left = [...grants];
  const quotas: Quotas = {
    async take(partner, limits, wanted) {
      asked.push({ partner, limits, wanted });
      return left.shift() ?? { granted: wanted, states: [] };
    },
  };
  const keys = makeKeyStore([key.record, reader.record], { quota: { dailyArticles: 7 }, version: 1 });
  const handler = httpFunction(
    writeThing,
    async (_request, { takeQuota }) => {
      const more = await takeQuota(4);
      return { status: 200, json: { taken: 1 + more.granted } };
    },
    { keys, quotas },
  );
  const send = (query = "", headers: Record<string, string> = key.headers) =>
    invoke(handler, { method: "POST", path: "/v1/things", query, headers });
  return { send, asked };
}

const state = (remaining: number) =>
  [
    { policy: "burst", limit: 60, windowSeconds: 60, remaining, resetSeconds: 12 },
    { policy: "day", limit: 1000, windowSeconds: 86_400, remaining: 900, resetSeconds: 4000 },
  ] as const;

test("an answer tells the quotas and what is left of them after all that was taken", async () => {
  const { send, asked } = makeWriter([
    { granted: 1, states: state(20) },
    { granted: 3, states: state(17) },
  ]);
  const reply = await send();
  expect(reply.json()).toEqual({ taken: 4 });
  expect(reply.headers).toMatchObject({
    "ratelimit-policy": '"burst";q=60;w=60, "day";q=1000;w=86400',
    ratelimit: '"burst";r=17;t=12, "day";r=900;t=4000',
  });
  const limits = resolveQuota({ dailyArticles: 7 });
  expect(asked).toEqual([
    { partner: "partner-1", limits, wanted: 1 },
    { partner: "partner-1", limits, wanted: 4 },
  ]);
});

describe("429", () => {
  test("says which quota, and when to come again", async () => {
    const { send, asked } = makeWriter([{ granted: 0, states: state(0) }]);
    const reply = await send();
    expect(reply.problem()).toEqual({
      type: "urn:problem-type:copydesk:quota-exceeded",
      title: "The quota is used up",
      status: 429,
      detail: "Your quota of 60 articles in 60 seconds is used up. Send it again in 12 seconds.",
      instance: "urn:request:request-1",
      retryAfterSeconds: 12,
    });
    expect(reply.headers).toMatchObject({ "retry-after": "12", ratelimit: '"burst";r=0;t=12, "day";r=900;t=4000' });
    expect(reply.log[0]).toMatchObject({ level: "info", partner: "partner-1", problem: "quota-exceeded" });
    expect(asked).toHaveLength(1);
  });

  test("where both are used up, the one that takes longer counts", async () => {
    const [burst, day] = state(0);
    const { send } = makeWriter([{ granted: 0, states: [burst, { ...day, remaining: 0 }] }]);
    const reply = await send();
    expect(reply.problem().detail).toBe(
      "Your quota of 1,000 articles in a day (UTC) is used up. Send it again in 4,000 seconds.",
    );
    expect(reply.headers["retry-after"]).toBe("4000");
  });
});

test("a request that is refused for what it says has taken its part as well", async () => {
  const { send, asked } = makeWriter([{ granted: 1, states: state(20) }]);
  const reply = await send("nonsense=1");
  expect(reply.problem().status).toBe(400);
  expect(reply.headers["ratelimit"]).toContain("r=20");
  expect(asked).toHaveLength(1);
});

test.each([
  ["no key", {}, 401],
  ["a key for something else", reader.headers, 403],
])("%s takes nothing", async (_, headers, status) => {
  const { send, asked } = makeWriter([]);
  const reply = await send("", headers as Record<string, string>);
  expect(reply.status).toBe(status);
  expect(reply.headers["ratelimit"]).toBeUndefined();
  expect(asked).toEqual([]);
});

test("where the quotas cannot be looked up, nothing is said of them", async () => {
  const reply = await makeWriter([]).send();
  expect(reply.status).toBe(200);
  expect(reply.headers["ratelimit"]).toBeUndefined();
});

test("an operation that takes quota cannot be made without the quotas", () => {
  expect(() =>
    httpFunction(writeThing, async () => ({ status: 200, json: { taken: 1 } }), { keys: makeKeyStore([]) }),
  ).toThrow("write-thing needs the quotas.");
});
