import { afterAll, beforeAll, expect, test } from "vitest";
import { changeSettings } from "../../infra/ops/manage-settings.ts";
import { uniqueText } from "../fixtures/articles.ts";
import type { Reply } from "../support/client.ts";
import { startTestStack, type TestStack } from "../support/start-stack.ts";

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(() => stack.close());

const plain = { type: "text/plain" };

test("a partner gets what there is, and then a 429 that says when to come again", async () => {
  const partner = await stack.newPartner("submit", "hasty");
  await changeSettings(stack.partners, "hasty", { quota: { dailyArticles: 12 } });
  const replies: Reply[] = [];
  for (let n = 0; n < 20; n++) replies.push(await partner.put(`article ${n}`, uniqueText(`hasty ${n}`), plain));
  const accepted = replies.filter(({ status }) => status === 201);
  const refused = replies.filter(({ status }) => status === 429);
  expect(accepted).toHaveLength(12);
  expect(refused).toHaveLength(8);
  for (const reply of refused) {
    expect(reply.json()).toMatchObject({ type: "urn:problem-type:copydesk:quota-exceeded" });
    expect(reply.headers.get("retry-after")).toMatch(/^[1-9]\d*$/);
    expect(reply.headers.get("ratelimit")).toMatch(/^"burst";r=\d+;t=\d+, "day";r=0;t=\d+$/);
    expect(reply.headers.get("ratelimit-policy")).toBe('"burst";q=3000;w=60, "day";q=12;w=86400');
  }
  // A retraction must never wait, and to ask what became of an article costs next to nothing.
  expect((await partner.get("/v1/submissions/article%200")).headers.get("ratelimit")).toBeNull();
  expect((await partner.send("DELETE", "/v1/submissions/article%200")).status).toBe(204);
});

test("what is refused for what it says counts, and a dry run too", async () => {
  const partner = await stack.newPartner("submit", "careless");
  await changeSettings(stack.partners, "careless", { quota: { dailyArticles: 3 } });
  expect((await partner.put("a", { html: "<p>x</p>", nonsense: 1 })).status).toBe(422);
  expect((await partner.put("b", uniqueText("b"), { ...plain, query: "?validateOnly=true" })).status).toBe(200);
  expect((await partner.put("c", uniqueText("c"), { ...plain, query: "?nonsense" })).status).toBe(400);
  const refused = await partner.put("d", uniqueText("d"), plain);
  expect(refused.status).toBe(429);
  expect(refused.json().detail).toContain("3 articles in a day (UTC)");
});
