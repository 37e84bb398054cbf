import type { ArticleRules } from "./article/article-rules.ts";
import { decodeAgain } from "./article/decode-document.ts";
import { type DerivedArticle, deriveArticle } from "./article/derive-article.ts";
import { fingerprintArticle, type NearFingerprint } from "./article/near/fingerprint-article.ts";
import type { LineProfiles } from "./line-profiles.ts";
import { readForm } from "./read-stored-article.ts";
import type { LiveArticle } from "./stores/article-record.ts";

/**
 * Derives an article anew from its raw bytes, with what its record says in place of what the partner gave.
 *
 * @param known.given what the partner gave, where that is known better
 * @throws UnsafeOutputError when the HTML could not be made safe
 */
export function deriveStoredArticle(
  article: LiveArticle,
  raw: Uint8Array,
  known: { readonly now: Date; readonly rules: ArticleRules | undefined; readonly given?: Partial<LiveArticle> },
): Promise<DerivedArticle> {
  const { now, rules, given = article } = known;
  const content = decodeAgain(raw, article.raw.charset);
  const { url, title, language, publishedAt, updatedAt, authors, tags, source } = given;
  return deriveArticle(
    { form: readForm(article.raw), content },
    { url, title, language, publishedAt, updatedAt, authors, tags, source },
    { now, rules },
  );
}

/** What similar texts are found by; absent where the article has no text. */
export async function fingerprintStoredArticle(
  { id, partner, title }: Pick<LiveArticle, "id" | "partner" | "title">,
  { contentHash, lines, publishedAt }: DerivedArticle,
  profiles: LineProfiles,
): Promise<NearFingerprint | undefined> {
  if (contentHash === undefined) return undefined;
  const own = await profiles.removeRecurring(partner, { id, lines });
  return fingerprintArticle({ lines: own, title, publishedAt });
}
