import { escapeText } from "../../../shared/article/escape-html.ts";
import { ingestArticle } from "../../../shared/ingest-article.ts";
import { openLineProfiles } from "../../../shared/line-profiles.ts";
import { makeIngestContext } from "../../support/make-ingest-context.ts";
import { openMemoryStores } from "../../support/memory-stores.ts";
import type { CorpusArticle } from "./load-corpus.ts";

/**
 * Submits the articles to the pipeline itself, on stores in memory, each as HTML of its paragraphs.
 *
 * @returns the original of each article by ID; its own where it is no duplicate
 */
export async function ingestCorpus(articles: readonly CorpusArticle[]): Promise<Map<string, string>> {
  const stores = openMemoryStores();
  const saved = new Map<string, Uint8Array>();
  const table = {
    getLineProfile: async (partner: string) => saved.get(partner),
    putLineProfile: async (partner: string, lines: Uint8Array) => void saved.set(partner, lines),
  };
  const now = () => new Date("2026-11-23T09:00:00Z");
  const onFault = (error: unknown) => {
    throw error;
  };
  const context = makeIngestContext(stores, {
    now,
    profiles: openLineProfiles(table, { now, random: () => 0, onFault }),
  });
  const originals = new Map<string, string>();
  const names = new Map<string, string>();
  for (const { id: partnerArticleId, partner = "unknown", title, publishedAt, paragraphs } of articles) {
    const content = paragraphs.map((paragraph) => `<p>${escapeText(paragraph)}</p>`).join("\n");
    const { result } = await ingestArticle(
      {
        partner,
        address: { partnerArticleId },
        metadata: { ...(title && { title }), ...(publishedAt && { publishedAt }) },
        document: {
          form: "html",
          content,
          bytes: Buffer.from(content),
          contentType: "text/html; charset=utf-8",
          charset: "utf-8",
          warnings: [],
        },
        validateOnly: false,
      },
      context,
    );
    names.set(result.id, partnerArticleId);
    originals.set(partnerArticleId, names.get(result.duplicateOf?.id ?? result.id) ?? partnerArticleId);
  }
  return originals;
}
