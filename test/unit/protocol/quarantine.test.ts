import { expect, test } from "vitest";
import { UnsafeOutputError } from "../../../shared/article/read-article.ts";
import { ingestArticle } from "../../../shared/ingest-article.ts";
import { makeIngestContext } from "../../support/make-ingest-context.ts";
import { openMemoryStores } from "../../support/memory-stores.ts";

test("what the sanitizer's own check does not let through is kept aside, told of, and never visible", async () => {
  const stores = openMemoryStores();
  const attempt = ingestArticle(
    {
      partner: "p",
      metadata: {},
      document: {
        form: "html",
        content: "<p>x",
        bytes: Buffer.from("<p>x"),
        contentType: "text/html",
        charset: "utf-8",
        warnings: [],
      },
      validateOnly: false,
    },
    makeIngestContext(stores, {
      derive() {
        throw new UnsafeOutputError("a fault of ours");
      },
    }),
  );
  await expect(attempt).rejects.toMatchObject({ kind: "unsafe-content" });
  expect([...stores.objects]).toEqual([expect.stringMatching(/^quarantine\/p\/[0-9a-f]{64}$/)]);
  expect(stores.articles.size).toBe(0);
});
