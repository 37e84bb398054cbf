import { expect, test } from "vitest";
import { answerItem } from "../../../shared/answer-item.ts";
import { ItemAnswer } from "../../../shared/api/item-answer.ts";
import { ProblemError } from "../../../shared/api/problem.ts";
import { UnsafeOutputError } from "../../../shared/article/read-article.ts";
import { makeDocument } from "../../../shared/formats/make-document.ts";
import type { ParsedItem } from "../../../shared/formats/parsed-item.ts";
import type { IngestContext } from "../../../shared/ingest-article.ts";
import { uniqueText } from "../../fixtures/articles.ts";
import { makeMemoryContext } from "../../support/memory-context.ts";
import { openMemoryStores } from "../../support/memory-stores.ts";

const place = { index: 3, pointerBase: "/3" };
const submit = (id: string | undefined, content = uniqueText(`item ${id}`)): ParsedItem => ({
  action: "submit",
  ...(id !== undefined && { partnerArticleId: id }),
  metadata: {},
  document: makeDocument("text", content),
  images: [],
});
const retract = (id: string): ParsedItem => ({ action: "retract", partnerArticleId: id });

/** Answers items one after the other, of one partner on one store. */
function openDesk(change: (context: IngestContext) => Partial<IngestContext> = () => ({})) {
  const stores = openMemoryStores();
  const context = makeMemoryContext(stores);
  const faults: unknown[] = [];
  const request = {
    partner: "p",
    rules: undefined,
    instance: "urn:request:1",
    onFault: (error: unknown) => faults.push(error),
  };
  const answer = async (item: ParsedItem | ProblemError, validateOnly = false) =>
    ItemAnswer.strict().parse(
      await answerItem(
        item instanceof ProblemError ? { ...place, problem: item } : { ...place, item },
        { ...request, validateOnly },
        { ...context, ...change(context) },
      ),
    );
  return { answer, stores, faults };
}

test("an item is created, then unchanged, then updated, with the ID that it has", async () => {
  const { answer } = openDesk();
  expect(await answer(submit("a"))).toMatchObject({ index: 3, status: 201, result: { outcome: "created" } });
  expect(await answer(submit("a"))).toMatchObject({ status: 200, result: { outcome: "unchanged" } });
  const updated = await answer(submit("a", uniqueText("changed")));
  expect(updated).toMatchObject({
    status: 200,
    partnerArticleId: "a",
    result: { outcome: "updated", partnerArticleId: "a", revision: 2 },
  });
  expect(updated).not.toHaveProperty("problem");
});

test("an item without an ID is known by its text", async () => {
  const { answer } = openDesk();
  const first = await answer(submit(undefined));
  expect(first).not.toHaveProperty("partnerArticleId");
  expect(await answer(submit(undefined))).toMatchObject({
    status: 200,
    result: { id: first.result?.id, outcome: "unchanged" },
  });
});

test("a retraction is 204 without a body, also the second time; of what is not there it is 404", async () => {
  const { answer, stores } = openDesk();
  await answer(submit("a"));
  const expected = { index: 3, partnerArticleId: "a", status: 204 };
  expect(await answer(retract("a"))).toEqual(expected);
  expect(await answer(retract("a"))).toEqual(expected);
  expect([...stores.articles.values()]).toMatchObject([{ status: "retracted" }]);
  expect(await answer(retract("b"))).toMatchObject({ status: 404, problem: { status: 404 } });
  expect(await answer(submit("a"))).toMatchObject({ status: 410, problem: { status: 410 } });
});

test("a dry run answers as if and writes nothing, be it a submission or a retraction", async () => {
  const { answer, stores } = openDesk();
  expect(await answer(submit("a"), true)).toMatchObject({ status: 200, result: { outcome: "created" } });
  expect([...stores.articles.keys(), ...stores.objects]).toEqual([]);
  await answer(submit("a"));
  expect(await answer(retract("a"), true)).toMatchObject({ status: 204 });
  expect(await answer(retract("b"), true)).toMatchObject({ status: 404 });
  expect([...stores.articles.values()]).toMatchObject([{ status: "live" }]);
});

test("an item that could not be read is answered with its problem, and nobody has to look at our log", async () => {
  const { answer, faults } = openDesk();
  const problem = new ProblemError("malformed-json", "No.", { errors: [{ pointer: "", detail: "no" }] });
  expect(await answer(problem)).toEqual({
    index: 3,
    status: 400,
    problem: {
      type: "urn:problem-type:copydesk:malformed-json",
      title: "The body is not valid JSON",
      status: 400,
      detail: "No.",
      instance: "urn:request:1",
      errors: [{ pointer: "", detail: "no" }],
    },
  });
  expect(faults).toEqual([]);
});

test("an article that would be too large alone is too large here", async () => {
  const { answer, stores } = openDesk();
  const large = await answer(submit("a", "x".repeat(8 * 1024 * 1024 + 1)));
  expect(large.problem).toMatchObject({ status: 413, detail: expect.stringContaining("8,388,608") });
  expect(stores.objects.size).toBe(0);
});

test("a store that is too busy is 503 with the time to wait, and stands in the log", async () => {
  const throttled = Object.assign(new Error("slow down"), { name: "ProvisionedThroughputExceededException" });
  const { answer, faults } = openDesk(({ articles }) => ({
    articles: { ...articles, commit: () => Promise.reject(throttled) },
  }));
  expect(await answer(submit("a"))).toMatchObject({
    status: 503,
    partnerArticleId: "a",
    problem: { type: "urn:problem-type:copydesk:unavailable", retryAfterSeconds: 1 },
  });
  expect(faults).toMatchObject([{ kind: "unavailable", cause: throttled }]);
});

test("a bug of ours is 500 that says nothing of it, and stands in the log", async () => {
  const { answer, faults } = openDesk(() => ({
    derive() {
      throw new TypeError("secret of ours");
    },
  }));
  const { status, problem } = await answer(submit("a"));
  expect(status).toBe(500);
  expect(JSON.stringify(problem)).not.toContain("secret");
  expect(faults).toMatchObject([{ cause: { message: "secret of ours" } }]);
});

test("HTML that our sanitizer fails on is the partner's problem and our fault", async () => {
  const { answer, faults } = openDesk(() => ({
    derive() {
      throw new UnsafeOutputError("left a script", { metadata: {}, lines: [] });
    },
  }));
  expect(await answer(submit("a"))).toMatchObject({ status: 422 });
  expect(faults).toMatchObject([{ kind: "unsafe-content" }]);
});
