import { afterAll, beforeAll, expect, test } from "vitest";
import { changeSettings } from "../../infra/ops/manage-settings.ts";
import { startTestStack, type TestStack } from "../support/start-stack.ts";

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(() => stack.close());

const story =
  "<p>A lighthouse keeper has painted her tower in stripes of green, and sailors ask whether their charts are wrong.</p>";
const footer = "<p>Written by the harbour desk of the Gazette for its partners</p>";

test("what ops has set for a partner is left out of the comparison, and its defaults fill what is missing", async () => {
  const agency = await stack.newPartner("submit");
  const gazette = await stack.newPartner("submit");
  const reader = await stack.newPartner("read");
  await changeSettings(stack.partners, gazette.partner, {
    rules: { boilerplate: ["Written by the * desk of the Gazette*"], defaults: { source: "Gazette", tags: ["coast"] } },
  });
  const original = (await agency.put("lighthouse", { html: story })).json();
  const copy = (await gazette.put("lighthouse", { html: story + footer })).json();
  expect(copy).toMatchObject({
    outcome: "duplicate",
    duplicateOf: { id: original.id, match: "content" },
    warnings: expect.arrayContaining([expect.objectContaining({ code: "boilerplate-partner" })]),
  });
  expect((await reader.get(`/v1/articles/${copy.id}`)).json()).toMatchObject({ source: "Gazette", tags: ["coast"] });
  expect((await reader.get(`/v1/articles/${copy.id}/raw`)).text).toBe(story + footer);
  expect((await reader.get(`/v1/articles/${copy.id}/text`)).text).toContain("harbour desk");
  // Another partner's words are not its own.
  const other = await stack.newPartner("submit");
  expect((await other.put("lighthouse", { html: story + footer })).json().duplicateOf?.match).not.toBe("content");
});
