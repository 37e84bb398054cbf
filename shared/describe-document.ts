import { ArticleSummary } from "./api/article-summary.ts";
import { foldToTerms } from "./article/search/fold-text.ts";
import { summarize } from "./read-cluster.ts";
import { readStoredArticle } from "./read-stored-article.ts";
import type { LiveArticle } from "./stores/article-record.ts";
import type { SearchDocument } from "./stores/search-index.ts";

/** What of a text can be found, in UTF-16 code units: a book is cut, an article is not. */
const maxSearchableText = 100_000;

/** An article as it is put into the search index: its text is read from the raw bytes, as `/text` reads it. */
export function describeDocument(article: LiveArticle, raw: Uint8Array): SearchDocument {
  const { id, partner, source, language, clusterId, ingestedAt, timelineKey } = article;
  const text = readStoredArticle(article, raw).text.slice(0, maxSearchableText).toWellFormed();
  return {
    id,
    partner,
    source,
    clusterId,
    ingestedAt,
    title: foldToTerms(article.title ?? "", language),
    text: foldToTerms(text, language),
    languages: listRanges(language),
    tags: article.tags ?? [],
    authors: article.authors ?? [],
    isDuplicate: article.duplicate !== undefined,
    listedAt: timelineKey.slice(0, timelineKey.indexOf("#")),
    shown: { summary: ArticleSummary.parse(summarize(article)), text },
  };
}

/** The language ranges that a tag fits (RFC 4647, basic filtering): `de-Latn-AT` fits `de`, `de-Latn` and itself. */
function listRanges(tag: string | undefined): string[] {
  const subtags = tag?.toLowerCase().split("-") ?? [];
  return subtags.map((_, index) => subtags.slice(0, index + 1).join("-"));
}
