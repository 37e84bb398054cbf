import { beforeEach, expect, test, vi } from "vitest";
import { ingestArticle } from "../../../shared/ingest-article.ts";
import { retractArticle } from "../../../shared/retract-article.ts";
import { uniqueText } from "../../fixtures/articles.ts";
import { makeIngestContext } from "../../support/make-ingest-context.ts";
import { type MemoryStores, openMemoryStores } from "../../support/memory-stores.ts";

let stores: MemoryStores;
beforeEach(() => {
  stores = openMemoryStores();
});

async function submit(partner: string): Promise<string> {
  const content = uniqueText("retraction");
  const bytes = Buffer.from(content);
  const document = { form: "text", content, bytes, contentType: "text/plain", charset: "utf-8", warnings: [] } as const;
  const submission = { partner, address: { partnerArticleId: "1" }, metadata: {}, document, validateOnly: false };
  return (await ingestArticle(submission, makeIngestContext(stores))).result.id;
}

const request = { partner: "agency", address: { partnerArticleId: "1" } } as const;

test("leaves a tombstone that knows where it was", async () => {
  const id = await submit("agency");
  const { timelineKey, ingestedAt } = stores.articles.get(id) ?? {};
  expect(await retractArticle(request, makeIngestContext(stores))).toBe('"v2"');
  expect(stores.articles.get(id)).toMatchObject({ id, status: "retracted", revision: 1, timelineKey, ingestedAt });
  expect(await retractArticle(request, makeIngestContext(stores)), "done twice").toBe('"v2"');
});

test("is refused for an ETag that no longer stands, and nothing has happened", async () => {
  const id = await submit("agency");
  const attempt = retractArticle({ ...request, ifMatch: '"v7"' }, makeIngestContext(stores));
  await expect(attempt).rejects.toMatchObject({ kind: "precondition-failed" });
  expect(stores.articles.get(id)?.version).toBe(1);
});

test("a dry run answers the article's ETag, and nothing has happened", async () => {
  const id = await submit("agency");
  expect(await retractArticle({ ...request, validateOnly: true }, makeIngestContext(stores))).toBe('"v1"');
  expect(stores.articles.get(id)?.status).toBe("live");
});

test("is for one's own articles", async () => {
  await submit("gazette");
  await expect(retractArticle(request, makeIngestContext(stores))).rejects.toMatchObject({ kind: "not-found" });
});

test("takes two reads and a write where there is no heir, and pauses only for a rival", async () => {
  await submit("agency");
  const calls: string[] = [];
  const context = makeIngestContext(stores, {
    articles: {
      ...stores.table,
      async readSnapshot(keys) {
        calls.push("read");
        return stores.table.readSnapshot(keys);
      },
      async commit(writes) {
        const isFirst = !calls.includes("write");
        calls.push("write");
        if (isFirst) await submit("gazette");
        return stores.table.commit(writes);
      },
    },
    pause: async () => void calls.push("pause"),
  });
  await retractArticle(request, context);
  // The gazette joined before the first write, so that the second one needs the cluster and the heir.
  expect(calls).toEqual(["read", "read", "write", "pause", "read", "read", "write"]);
});

test("reads its article, then the clusters that a lost race has named, and nothing else", async () => {
  await submit("agency");
  await submit("gazette");
  const readSnapshot = vi.fn(stores.table.readSnapshot);
  let isFirst = true;
  const context = makeIngestContext(stores, {
    articles: {
      ...stores.table,
      readSnapshot,
      async commit(writes) {
        // The original goes, so that the copy, which is about to, is the original now.
        if (isFirst) await retractArticle(request, makeIngestContext(stores));
        isFirst = false;
        return stores.table.commit(writes);
      },
    },
  });
  const id = await submit("gazette");
  const { clusterId } = stores.articles.get(id) ?? {};
  await retractArticle({ ...request, partner: "gazette" }, context);
  expect(readSnapshot.mock.calls).toEqual([
    [{ articleIds: [id], claims: [], candidateKeys: [], clusterIds: [], days: [] }],
    [{ articleIds: [id], claims: [], candidateKeys: [], clusterIds: [clusterId], days: [] }],
  ]);
});
