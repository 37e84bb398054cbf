import { afterEach, expect, test, vi } from "vitest";
import { invoke, makeFunction } from "../support/run-chain.ts";

afterEach(() => vi.unstubAllEnvs());
const answer = () => ({ status: 200, json: { name: "thing" } });

test.each([
  ["the secret", { "X-Origin-Secret": "abc" }, 200],
  ["another one", { "X-Origin-Secret": "abd" }, 403],
  ["a longer one", { "X-Origin-Secret": "abcd" }, 403],
  ["an empty one", { "X-Origin-Secret": "" }, 403],
  ["none", {}, 403],
])("with %s behind CloudFront: %i", async (_, headers, status) => {
  vi.stubEnv("ORIGIN_SECRET", "abc");
  const reply = await invoke(makeFunction(answer), { path: "/things", headers });
  expect(reply.status).toBe(status);
  if (status === 403) expect(reply.problem().type).toContain("forbidden");
});

test("without CloudFront nobody needs it", async () => {
  expect((await invoke(makeFunction(answer), { path: "/things" })).status).toBe(200);
});
