import { decideMatch, type Match } from "./decide-match.ts";
import { type ComparableArticle, fingerprintArticle } from "./fingerprint-article.ts";
import type { Sketch } from "./sketch.ts";

/**
 * The whole comparison of articles, for judging and for tools. Pure: no AWS, clock, randomness or settings.
 *
 * An article is `{lines, title?, publishedAt?}`: the lines of its text without boilerplate (a partner's recurring lines are
 * removed before, see `line-profile.ts`), the title that the partner gave, the publication time as ISO 8601.
 *
 * 1. `sketchOf(article)` gives what is stored of it, below 1 KB when encoded (`encode-sketch.ts`).
 * 2. `candidateKeysOf(article)` gives up to 10 keys of 64 bits. Two articles are worth comparing when they share one.
 * 3. `compareArticles(first, second)` gives the verdict for two sketches: `duplicate`, `related` or `new`, a similarity
 *    from 0 to 1, and the evidence. It is symmetric.
 *
 * Ingest takes sketch and keys from one reading of the text (`fingerprintArticle`).
 */
export function compareArticles(first: Sketch, second: Sketch): Match {
  return decideMatch(first, second);
}

export function sketchOf(article: ComparableArticle): Sketch {
  return fingerprintArticle(article).sketch;
}

export function candidateKeysOf(article: ComparableArticle): readonly string[] {
  return fingerprintArticle(article).candidateKeys;
}
