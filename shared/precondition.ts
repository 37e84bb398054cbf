import { ProblemError } from "./api/problem.ts";
import type { ArticleRecord } from "./stores/article-record.ts";

/** ETag of an article as its partner sees it: changes with every write, also with the retraction. */
export function makeEtag(article: Pick<ArticleRecord, "version">): string {
  return `"v${article.version}"`;
}

/** Throws where an article, as it stands, is to be left as it is. */
export type CheckArticle = (current: ArticleRecord | undefined) => void;

/**
 * Checks `If-Match` (RFC 9110, section 13.1.1) against the article as it stands.
 *
 * `*` means any article, and a tombstone is none: else a late retry could bring back what was retracted meanwhile. A weak
 * ETag counts, against the RFC: it is the one of an answer that was gzipped, and who read that has seen the article.
 *
 * @throws ProblemError `precondition-failed` when the article is not the one that the partner has seen
 */
export function requireMatch(ifMatch: string | undefined, current: ArticleRecord | undefined): void {
  if (ifMatch === undefined) return;
  const list = current?.status === "retracted" ? ifMatch.replaceAll("*", "") : ifMatch;
  if (current !== undefined && matchesEtag(list, makeEtag(current))) return;
  const stands = current === undefined ? "There is no such article." : `Its ETag is now ${makeEtag(current)}.`;
  throw new ProblemError("precondition-failed", `${stands} Read it again before you change it.`, {
    errors: [{ pointer: "header:If-Match", detail: "does not match the article" }],
    ...(current && { headers: { ETag: makeEtag(current) } }),
  });
}

/** Says whether a list of ETags, as in `If-Match` and `If-None-Match`, names this one; `*` names all. */
export function matchesEtag(list: string, etag: string): boolean {
  return list.split(",").some((entry) => {
    const candidate = entry.trim().replace(/^W\//, "");
    return candidate === "*" || candidate === etag;
  });
}
