import { createHash } from "node:crypto";
import { describe, expect, test, vi } from "vitest";
import { makeArticleId } from "../../../shared/article/article-id.ts";
import { deriveArticle } from "../../../shared/article/derive-article.ts";
import { UnsafeOutputError } from "../../../shared/article/read-article.ts";
import { type IncomingSubmission, ingestArticle } from "../../../shared/ingest-article.ts";
import { retractArticle } from "../../../shared/retract-article.ts";
import { makeIngestContext } from "../../support/make-ingest-context.ts";
import { openMemoryStores } from "../../support/memory-stores.ts";

const html = '<link rel="canonical" href="https://page.example/a"><p>The mayor resigned on Tuesday.';
const sha256 = createHash("sha256").update(html).digest("hex");

function makeSubmission(given: Partial<Pick<IncomingSubmission, "address" | "metadata">> = {}): IncomingSubmission {
  const bytes = Buffer.from(html);
  return {
    partner: "p",
    metadata: {},
    document: { form: "html", content: html, bytes, contentType: "text/html", charset: "utf-8", warnings: [] },
    validateOnly: false,
    ...given,
  };
}

/** The pipeline with a sanitizer that fails its check, and has found what it usually finds. */
function openUnsafe(stores = openMemoryStores()) {
  const readSnapshot = vi.fn(stores.table.readSnapshot);
  const context = makeIngestContext(stores, {
    articles: { ...stores.table, readSnapshot },
    async derive(...args) {
      const { reading } = await deriveArticle(...args);
      throw new UnsafeOutputError("a fault of ours", reading);
    },
  });
  return { stores, readSnapshot, ingest: (submission: IncomingSubmission) => ingestArticle(submission, context) };
}

test("what the sanitizer's own check does not let through is kept aside, told of, and never visible", async () => {
  const { stores, readSnapshot, ingest } = openUnsafe();
  await expect(ingest(makeSubmission())).rejects.toMatchObject({
    kind: "unsafe-content",
    cause: expect.any(UnsafeOutputError),
  });
  expect([...stores.objects]).toEqual([expect.stringMatching(/^quarantine\/p\/[0-9a-f]{32}\/[0-9a-f]{64}$/)]);
  expect(stores.articles.size).toBe(0);
  const articleIds = [expect.any(String)];
  expect(readSnapshot.mock.calls).toEqual([[{ articleIds, claims: [], clusterIds: [], candidateKeys: [], days: [] }]]);
});

describe("what is kept aside has the ID that the article has, or would have", () => {
  test.each<[name: string, given: Partial<Pick<IncomingSubmission, "address" | "metadata">>]>([
    ["the partner's own", { address: { partnerArticleId: "q-1" } }],
    ["of the URL that was given", { metadata: { url: "https://given.example/?utm_source=x" } }],
    ["of the page's own URL", {}],
  ])("%s", async (_, given) => {
    const safe = openMemoryStores();
    const { result } = await ingestArticle(makeSubmission(given), makeIngestContext(safe));
    const { stores, ingest } = openUnsafe();
    await expect(ingest(makeSubmission(given))).rejects.toMatchObject({ kind: "unsafe-content" });
    expect([...stores.objects]).toEqual([`quarantine/p/${result.id}/${sha256}`]);
  });
});

test("nothing is kept aside of an article that was withdrawn, or is somebody else's", async () => {
  const stores = openMemoryStores();
  const context = makeIngestContext(stores);
  const address = { partnerArticleId: "q-1" };
  await ingestArticle(makeSubmission({ address }), context);
  await retractArticle({ partner: "p", address }, context);
  const before = [...stores.objects];
  const { ingest } = openUnsafe(stores);
  await expect(ingest(makeSubmission({ address }))).rejects.toMatchObject({ kind: "retracted" });
  const articleId = makeArticleId("other", { kind: "partnerArticleId", value: "q-1" });
  await expect(ingest(makeSubmission({ address: { articleId } }))).rejects.toMatchObject({ kind: "not-found" });
  expect([...stores.objects]).toEqual(before);
});

test("an error that is logged says nothing of the text", async () => {
  const error = new UnsafeOutputError(
    "script at 0",
    (await deriveArticle({ form: "html", content: html }, {}, { now: new Date() })).reading,
  );
  expect(Object.keys(error)).not.toContain("found");
  expect(JSON.stringify(error)).not.toContain("mayor");
});
