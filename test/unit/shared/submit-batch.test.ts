import { describe, expect, test } from "vitest";
import { countOutcomes } from "../../../shared/count-outcomes.ts";
import { makeDocument } from "../../../shared/formats/make-document.ts";
import type { ReadItem, SubmitItem } from "../../../shared/formats/parsed-item.ts";
import { refuseItem } from "../../../shared/formats/refuse-item.ts";
import type { IngestContext } from "../../../shared/ingest-article.ts";
import { submitBatch, type TimeBudget } from "../../../shared/submit-batch.ts";
import { uniqueText } from "../../fixtures/articles.ts";
import { makeMemoryContext } from "../../support/memory-context.ts";
import { openMemoryStores } from "../../support/memory-stores.ts";

interface Given {
  readonly id?: string;
  readonly url?: string;
  readonly text?: string;
}

/** Items as a document would have them, numbered from 0. */
function makeItems(given: readonly (Given | "bad" | { readonly retract: string })[]): ReadItem[] {
  return given.map((one, index) => {
    const place = { index, pointerBase: `/${index}` };
    if (one === "bad") return { ...place, problem: refuseItem("/html", "is missing") };
    if ("retract" in one) return { ...place, item: { action: "retract", partnerArticleId: one.retract } };
    const item: SubmitItem = {
      action: "submit",
      ...(one.id !== undefined && { partnerArticleId: one.id }),
      metadata: one.url === undefined ? {} : { url: one.url },
      document: makeDocument("text", one.text ?? uniqueText(`${index} ${one.id} ${one.url}`)),
      images: [],
    };
    return { ...place, item };
  });
}

const endless: TimeBudget = { hasTime: () => true, isOver: new Promise(() => {}) };

/** A store that takes a moment, so that items are under way at the same time. */
function openDesk(change: (context: IngestContext) => Partial<IngestContext> = () => ({})) {
  const stores = openMemoryStores();
  const plain = makeMemoryContext(stores);
  const slow: IngestContext = {
    ...plain,
    articles: {
      ...plain.articles,
      async readSnapshot(keys) {
        await new Promise(setImmediate);
        return plain.articles.readSnapshot(keys);
      },
    },
  };
  const context = { ...slow, ...change(slow) };
  const faults: number[] = [];
  const request = {
    partner: "p",
    rules: undefined,
    validateOnly: false,
    instance: "urn:request:1",
    onFault: (_error: unknown, index: number) => faults.push(index),
  };
  return {
    stores,
    faults,
    submit: (items: ReadItem[], budget = endless) => submitBatch(items, { ...request, budget }, context),
  };
}

const throttled = Object.assign(new Error("slow down"), { name: "ProvisionedThroughputExceededException" });
const outcomes = (answers: Awaited<ReturnType<typeof submitBatch>>) =>
  answers.map(({ status, result, problem }) => result?.outcome ?? problem?.type.split(":").at(-1) ?? status);

test("answers stand in the order of the items, whatever becomes of each", async () => {
  const { submit } = openDesk();
  const answers = await submit(makeItems([{ id: "a" }, "bad", { id: "b" }, { retract: "a" }, { retract: "nobody" }]));
  expect(answers.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4]);
  expect(outcomes(answers)).toEqual(["created", "invalid-submission", "created", 204, "not-found"]);
  expect(countOutcomes(answers)).toEqual({
    created: 2,
    updated: 0,
    unchanged: 0,
    duplicate: 0,
    retracted: 1,
    refused: 2,
    deferred: 0,
  });
});

test("no items, no answers", async () => {
  expect(await openDesk().submit([])).toEqual([]);
});

describe("items for the same article", () => {
  test.each<[string, Given]>([
    ["by ID", { id: "a" }],
    ["by URL", { url: "https://news.example/a" }],
  ])("keep their order, and the last wins: %s", async (_, same) => {
    const { submit, stores } = openDesk();
    const texts = Array.from({ length: 30 }, (_unused, index) => uniqueText(`version ${index}`));
    const answers = await submit(makeItems(texts.map((text) => ({ ...same, text }))));
    expect(answers.map(({ result }) => result?.revision)).toEqual(texts.map((_text, index) => index + 1));
    expect(stores.articles.size).toBe(1);
    expect(stores.revisions.size).toBe(29);
  });

  test("are one, though their URLs are written in other ways", async () => {
    const { submit } = openDesk();
    const urls = ["https://news.example/a?utm_source=x", "http://www.news.example/a#top"];
    expect(outcomes(await submit(makeItems(urls.map((url) => ({ url })))))).toEqual(["created", "updated"]);
  });

  test("a retraction behind its submission, and a submission behind its retraction", async () => {
    const { submit } = openDesk();
    const answers = await submit(makeItems([{ id: "a" }, { retract: "a" }, { id: "a" }]));
    expect(outcomes(answers)).toEqual(["created", 204, "retracted"]);
  });

  test("wait for an earlier one that has to come again: else the second sending would turn them around", async () => {
    let commits = 0;
    const { submit, stores } = openDesk(({ articles }) => ({
      articles: {
        ...articles,
        commit: (writes) => (++commits === 1 ? Promise.reject(throttled) : articles.commit(writes)),
      },
    }));
    const items = makeItems([{ id: "a", text: uniqueText("old") }, { id: "b" }, { id: "a", text: uniqueText("new") }]);
    const answers = await submit(items);
    expect(outcomes(answers)).toEqual(["unavailable", "created", "deferred"]);
    const again = items.filter((_, position) => (answers[position]?.status ?? 0) >= 500);
    expect(outcomes(await submit(again))).toEqual(["created", "updated"]);
    expect([...stores.articles.values()].find(({ partnerArticleId }) => partnerArticleId === "a")).toMatchObject({
      revision: 2,
    });
  });
});

test("equal texts are duplicates of the first of them, in whatever number they come", async () => {
  const { submit } = openDesk();
  const text = uniqueText("the same");
  const answers = await submit(makeItems(Array.from({ length: 40 }, (_, index) => ({ id: `copy ${index}`, text }))));
  const [original, ...copies] = answers;
  expect(original).toMatchObject({ status: 201, result: { outcome: "created" } });
  for (const { status, result } of copies) {
    expect({ status, result }).toMatchObject({
      status: 201,
      result: { outcome: "duplicate", duplicateOf: { id: original?.result?.id, match: "content" } },
    });
  }
});

test("texts that only turn out to be equal have one original", async () => {
  const { submit } = openDesk();
  const text = uniqueText("the same");
  const variants = Array.from({ length: 16 }, (_, index) => ({ id: `v ${index}`, text: text + " ".repeat(index + 1) }));
  const answers = await submit(makeItems(variants));
  const originals = answers.filter(({ result }) => result?.outcome === "created");
  expect(originals).toHaveLength(1);
  for (const { result } of answers) {
    expect(result?.duplicateOf?.id ?? result?.id).toBe(originals[0]?.result?.id);
  }
});

test("a batch sent twice is unchanged, and writes nothing", async () => {
  const { submit, stores } = openDesk();
  const items = makeItems(Array.from({ length: 50 }, (_, index) => ({ id: `a ${index}` })));
  const first = await submit(items);
  const before = stores.objects.size;
  const second = await submit(items);
  expect(outcomes(second)).toEqual(items.map(() => "unchanged"));
  expect(second.map(({ result }) => result?.id)).toEqual(first.map(({ result }) => result?.id));
  expect(stores.objects.size).toBe(before);
});

test("at most eight are under way at once, and no fewer where there are more", async () => {
  let underWay = 0;
  let most = 0;
  const { submit } = openDesk(({ raw }) => ({
    raw: {
      ...raw,
      async putRaw(...parts) {
        most = Math.max(most, ++underWay);
        await new Promise(setImmediate);
        await raw.putRaw(...parts);
        underWay -= 1;
      },
    },
  }));
  await submit(makeItems(Array.from({ length: 60 }, (_, index) => ({ id: `a ${index}` }))));
  expect(most).toBe(8);
});

test("a store that is too busy in the middle: those items are 503 and known to us, the others go on", async () => {
  let commits = 0;
  const isThrottled = () => ++commits > 10 && commits <= 20;
  const { submit, faults } = openDesk(({ articles }) => ({
    articles: {
      ...articles,
      commit: (writes) => (isThrottled() ? Promise.reject(throttled) : articles.commit(writes)),
    },
  }));
  const items = makeItems(Array.from({ length: 40 }, (_, index) => ({ id: `a ${index}` })));
  const answers = await submit(items);
  const failed = answers.filter(({ status }) => status === 503);
  expect(failed).toHaveLength(10);
  expect(failed[0]?.problem).toMatchObject({ retryAfterSeconds: 1, type: "urn:problem-type:copydesk:unavailable" });
  expect(faults.toSorted((a, b) => a - b)).toEqual(failed.map(({ index }) => index));
  expect(countOutcomes(answers)).toMatchObject({ created: 30, deferred: 10 });
  expect(outcomes(await submit(items)).toSorted()).toEqual([
    ...Array(10).fill("created"),
    ...Array(30).fill("unchanged"),
  ]);
});

describe("when time runs out", () => {
  test("what was not begun is deferred and leaves nothing; sent again, all is there once", async () => {
    const { submit, stores } = openDesk();
    let questions = 0;
    const budget = { ...endless, hasTime: () => ++questions <= 21 };
    const items = makeItems(Array.from({ length: 30 }, (_, index) => ({ id: `a ${index}` })));
    const answers = await submit(items, budget);
    const done = answers.filter(({ status }) => status === 201).length;
    expect(done).toBeGreaterThan(5);
    expect(outcomes(answers)).toEqual([...Array(done).fill("created"), ...Array(30 - done).fill("deferred")]);
    expect(stores.articles.size).toBe(done);
    expect(answers.at(-1)).toMatchObject({
      status: 503,
      partnerArticleId: "a 29",
      problem: { status: 503, retryAfterSeconds: 1, detail: expect.stringContaining("nothing of it was stored") },
    });
    expect(outcomes(await submit(items))).toEqual([
      ...Array(done).fill("unchanged"),
      ...Array(30 - done).fill("created"),
    ]);
  });

  test("an item that hangs does not keep the others from their answers, and says that it may have been stored", async () => {
    let end = () => {};
    const isOver = new Promise<void>((resolve) => {
      end = resolve;
    });
    const { submit, stores } = openDesk(({ raw }) => ({
      raw: {
        ...raw,
        putRaw: (...parts) => (stores.articles.size === 2 ? new Promise(() => end()) : raw.putRaw(...parts)),
      },
    }));
    const items = makeItems([{ id: "a" }, { id: "b", url: "https://news.example/b" }]);
    await submit(items);
    const answers = await submit(makeItems([{ id: "hangs" }, "bad"]), { hasTime: () => true, isOver });
    expect(outcomes(answers)).toEqual(["deferred", "invalid-submission"]);
    expect(answers[0]?.problem?.detail).toMatch(/while this item was taken in/);
  });

  test("no item is begun behind one that is for the same article and had no time", async () => {
    const { submit, stores } = openDesk();
    let questions = 0;
    // Each is asked for twice, when it is taken up and when its turn has come; for the first, time runs out in between.
    const budget = { ...endless, hasTime: () => ++questions !== 2 };
    const answers = await submit(makeItems([{ id: "a" }, { id: "a", text: uniqueText("later") }]), budget);
    expect(outcomes(answers)).toEqual(["deferred", "deferred"]);
    expect(answers[1]?.problem?.detail).toMatch(/^An earlier item for the same article/);
    expect(stores.articles.size).toBe(0);
  });
});
