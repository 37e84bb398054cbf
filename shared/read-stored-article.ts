import { decodeAgain } from "./article/decode-document.ts";
import { derivationVersion } from "./article/derivation-version.ts";
import { readDocument } from "./article/derive-article.ts";
import type { ArticleReading } from "./article/read-article.ts";
import type { LiveArticle, RawRecord } from "./stores/article-record.ts";

/** Reads an article, or an earlier revision of it, anew from its raw bytes, by today's policy. */
export function readStoredArticle(
  article: Pick<LiveArticle, "raw" | "url" | "title" | "language">,
  raw: Uint8Array,
): ArticleReading {
  return readDocument({ form: readForm(article.raw), content: decodeAgain(raw, article.raw.charset) }, article);
}

export function readForm({ contentType }: Pick<RawRecord, "contentType">): "html" | "text" {
  return contentType.startsWith("text/html") ? "html" : "text";
}

/** ETag of what is read from an article: it follows from the revision and the rules, not from when it was read. */
export function makeReadingEtag(article: LiveArticle): string {
  return `"${article.raw.sha256.slice(0, 24)}-r${article.revision}-p${derivationVersion}"`;
}
