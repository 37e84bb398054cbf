import { candidateKeys } from "./candidate-keys.ts";
import { maxCandidateKeys } from "./key-limits.ts";
import { mixBits } from "./mix-bits.ts";
import { readWords, type WordHashes, wordKind } from "./read-words.ts";
import { type Sketch, sketchLimits } from "./sketch.ts";
import { smallestHashes } from "./smallest-hashes.ts";

export interface ComparableArticle {
  /** Lines of the text without boilerplate. */
  readonly lines: readonly string[];
  /** As the partner gave it, not as it was guessed from the text. */
  readonly title?: string | undefined;
  /** ISO 8601. */
  readonly publishedAt?: string | undefined;
}

export interface NearFingerprint {
  readonly sketch: Sketch;
  /** To look up: 64 bits each in hexadecimal, best first. Fewer are written, see `key-limits.ts`. */
  readonly candidateKeys: readonly string[];
}

/** Sketch and candidate keys of an article, from one reading of its text. Time is linear in the text. */
export function fingerprintArticle(article: ComparableArticle): NearFingerprint {
  const words = readWords(article.lines);
  const triples = hashTriples(words);
  const title = article.title === undefined ? undefined : readWords([article.title]);
  const publishedMs = article.publishedAt === undefined ? Number.NaN : Date.parse(article.publishedAt);
  return {
    sketch: {
      wordCount: words.count,
      ...(publishedMs >= 0 && { publishedMinute: Math.floor(publishedMs / 60_000) }),
      shingles: smallestHashes(triples, sketchLimits.shingles),
      numbers: smallestHashes(hashKind(words, wordKind.number), sketchLimits.numbers),
      names: smallestHashes(hashKind(words, wordKind.name), sketchLimits.names),
      title: smallestHashes(title === undefined ? new Uint32Array() : hashWords(title), sketchLimits.title),
      lead: smallestHashes(triples.subarray(0, sketchLimits.lead), sketchLimits.lead),
    },
    candidateKeys: candidateKeys(words, maxCandidateKeys),
  };
}

/** Hashes of all sequences of three words; of the whole text where it has fewer. */
function hashTriples(words: WordHashes): Uint32Array {
  const { low, count } = words;
  const size = Math.min(3, count);
  const hashes = new Uint32Array(size === 0 ? 0 : count - size + 1);
  for (let index = 0; index < hashes.length; index += 1) {
    let hash = low[index] ?? 0;
    for (let next = 1; next < size; next += 1) hash = Math.imul(hash, 0x2c1b3c6d) + (low[index + next] ?? 0);
    hashes[index] = mixBits(hash | 0);
  }
  return hashes;
}

function hashKind(words: WordHashes, kind: number): Uint32Array {
  const hashes: number[] = [];
  for (let index = 0; index < words.count; index += 1) {
    if (words.kinds[index] === kind) hashes.push(mixBits(words.low[index] ?? 0));
  }
  return Uint32Array.from(hashes);
}

function hashWords(words: WordHashes): Uint32Array {
  return Uint32Array.from(words.low.subarray(0, words.count), mixBits);
}
