import { mixBits } from "./mix-bits.ts";
import type { WordHashes } from "./read-words.ts";

/** Words in a row that make a key: enough that two texts rarely share them by chance, few enough to survive an editor. */
const keyWords = 6;

/** Copies are cut at the end, so half of the keys are from the beginning: so many sequences. */
const headSequences = 64;

/** Multiplier of the rolling hash; odd, so that no word is lost in the modulus. */
const factor = 0x2c1b3c6d;

/**
 * Keys by which copies of a text find each other: the smallest hashes (64 bits, hexadecimal) of its sequences of six words,
 * in turn of its beginning and of all of it, smallest first. A text of fewer words has one key, made of all of them; a text
 * without words has none.
 *
 * Texts that share a part of their sequences share about that part of their keys, also when one is much longer. The hash
 * rolls over words (Richard Karp, Michael Rabin, "Efficient randomized pattern-matching algorithms", 1987); choosing the
 * smallest is the sketch of Broder (1997).
 */
export function candidateKeys(words: WordHashes, limit: number): string[] {
  const { count, low, high } = words;
  if (count === 0 || limit === 0) return [];
  const size = Math.min(keyWords, count);
  let leaving = 1;
  for (let index = 1; index < size; index += 1) leaving = Math.imul(leaving, factor);

  const whole = createSelection(limit);
  let head: Selection | undefined;
  let first = 0;
  let second = 0;
  for (let index = 0; index < count; index += 1) {
    if (index >= size) {
      first = (first - Math.imul(low[index - size] ?? 0, leaving)) | 0;
      second = (second - Math.imul(high[index - size] ?? 0, leaving)) | 0;
    }
    first = (Math.imul(first, factor) + (low[index] ?? 0)) | 0;
    second = (Math.imul(second, factor) + (high[index] ?? 0)) | 0;
    if (index < size - 1) continue;
    if (index === headSequences + size - 1) head = { hashes: whole.hashes.slice(), seconds: whole.seconds.slice() };
    const hash = mixBits(first) >>> 0;
    if (hash < (whole.hashes[limit - 1] ?? 0)) insert(whole, hash, second);
  }
  return interleave(formatKeys(head ?? whole), formatKeys(whole)).slice(0, limit);
}

/** The smallest hashes so far, ascending, with the second lane of each; infinity where there is none yet. */
interface Selection {
  readonly hashes: Float64Array;
  readonly seconds: Int32Array;
}

function createSelection(limit: number): Selection {
  return { hashes: new Float64Array(limit).fill(Number.POSITIVE_INFINITY), seconds: new Int32Array(limit) };
}

/** Puts a hash into its place and drops the greatest. A hash that is there already stays once. */
function insert({ hashes, seconds }: Selection, hash: number, second: number): void {
  if (hashes.includes(hash)) return;
  let place = hashes.length - 1;
  while (place > 0 && (hashes[place - 1] ?? 0) > hash) {
    hashes[place] = hashes[place - 1] ?? 0;
    seconds[place] = seconds[place - 1] ?? 0;
    place -= 1;
  }
  hashes[place] = hash;
  seconds[place] = second;
}

function formatKeys({ hashes, seconds }: Selection): string[] {
  const keys: string[] = [];
  for (const [index, hash] of hashes.entries()) {
    if (hash === Number.POSITIVE_INFINITY) break;
    keys.push(toHex(hash) + toHex(mixBits((seconds[index] ?? 0) ^ hash) >>> 0));
  }
  return keys;
}

function interleave(first: readonly string[], second: readonly string[]): string[] {
  const keys = new Set<string>();
  for (let index = 0; index < Math.max(first.length, second.length); index += 1) {
    for (const key of [first[index], second[index]]) if (key !== undefined) keys.add(key);
  }
  return [...keys];
}

function toHex(bits: number): string {
  return bits.toString(16).padStart(8, "0");
}
