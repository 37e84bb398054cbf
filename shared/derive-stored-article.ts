import type { ArticleRules } from "./article/article-rules.ts";
import { decodeAgain } from "./article/decode-document.ts";
import { type DerivedArticle, deriveArticle } from "./article/derive-article.ts";
import { fingerprintArticle, type NearFingerprint } from "./article/near/fingerprint-article.ts";
import type { LineProfiles } from "./line-profiles.ts";
import { readForm } from "./read-stored-article.ts";
import type { LiveArticle } from "./stores/article-record.ts";

/**
 * What the partner gave of the metadata; the rest was found in the document. An article that was taken in before that was kept
 * counts as if all of it had been given.
 */
function pickGiven(article: LiveArticle): Partial<LiveArticle> {
  const { given } = article;
  if (given === undefined) return article;
  return Object.fromEntries(Object.entries(article).filter(([name]) => given.includes(name)));
}

/**
 * Derives an article anew from its raw bytes, and from what its record keeps of what the partner gave.
 *
 * @throws UnsafeOutputError when the HTML could not be made safe
 */
export function deriveStoredArticle(
  article: LiveArticle,
  raw: Uint8Array,
  known: { readonly now: Date; readonly rules: ArticleRules | undefined },
): Promise<DerivedArticle> {
  const { url, title, language, publishedAt, updatedAt, authors, tags, source } = pickGiven(article);
  const given = { url, title, language, publishedAt, updatedAt, authors, tags, source };
  const content = decodeAgain(raw, article.raw.charset);
  return deriveArticle({ form: readForm(article.raw), content }, given, known);
}

/** What similar texts are found by; absent where the article has no text. */
export async function fingerprintStoredArticle(
  article: LiveArticle,
  { contentHash, lines, publishedAt }: DerivedArticle,
  profiles: LineProfiles,
): Promise<NearFingerprint | undefined> {
  if (contentHash === undefined) return undefined;
  const { id, partner } = article;
  const own = await profiles.removeRecurring(partner, { id, lines });
  return fingerprintArticle({ lines: own, title: pickGiven(article).title, publishedAt });
}
