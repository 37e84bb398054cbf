import { expect, test } from "vitest";
import { deriveArticle } from "../../../shared/article/derive-article.ts";
import { ingestArticle } from "../../../shared/ingest-article.ts";
import samples from "../../fixtures/language-samples.json" with { type: "json" };
import { makeIngestContext } from "../../support/make-ingest-context.ts";
import { openMemoryStores } from "../../support/memory-stores.ts";

const submit = (content: string, metadata: { language?: string } = {}) => ({
  partner: "p",
  metadata,
  document: {
    form: "html" as const,
    content,
    bytes: Buffer.from(content),
    contentType: "text/html",
    charset: "utf-8",
    warnings: [],
  },
  validateOnly: false,
});

test.for([
  ["nobody declared one", `<p>${samples.sk}`, {}, "sk"],
  ["nobody declared one, and the text is short", "<p>Zu kurz.", {}, undefined],
  ["the partner declared one", `<p>${samples.sk}`, { language: "cs" }, "cs"],
  ["the document declared one", `<html lang="de-AT"><p>${samples.sk}`, {}, "de-AT"],
  // The share bar is not the article.
  ["there is more boilerplate than text", `${"<p>Share on Facebook</p>".repeat(50)}<p>${samples.sk}`, {}, "sk"],
] as const)("the stored language where %s", async ([, html, metadata, language]) => {
  const stores = openMemoryStores();
  await ingestArticle(submit(html, metadata), makeIngestContext(stores));
  expect([...stores.articles.values()].map((article) => article)).toMatchObject([{ status: "live" }]);
  expect([...stores.articles.values()][0]).toHaveProperty("language", language);
});

test("where the detector fails nothing is stored, so that sending it again gives what it would have given", async () => {
  const stores = openMemoryStores();
  let isBroken = true;
  const context = makeIngestContext(stores, {
    derive: (...parameters) =>
      isBroken ? Promise.reject(new Error("The language detector failed.")) : deriveArticle(...parameters),
  });
  await expect(ingestArticle(submit(`<p>${samples.da}`), context)).rejects.toThrow("detector failed");
  expect([stores.articles.size, [...stores.objects].length]).toEqual([0, 0]);
  isBroken = false;
  const { result } = await ingestArticle(submit(`<p>${samples.da}`), context);
  expect(result.outcome).toBe("created");
  expect([...stores.articles.values()]).toMatchObject([{ language: "da" }]);
});
