import { mixBits } from "../../../../shared/article/near/mix-bits.ts";
import { readWords } from "../../../../shared/article/near/read-words.ts";
import type { BandMethod } from "./band-linker.ts";

type SimHash = readonly [low: number, high: number];

/**
 * SimHash with 64 bits, copies differ in at most three: four bands of 16 bits, one of which must then be equal.
 *
 * Source: Gurmeet Manku, Arvind Jain, Anish Das Sarma, "Detecting near-duplicates for web crawling", 2007, after Moses
 * Charikar, 2002. Features are words in pairs.
 */
export const simhashMethod: BandMethod<SimHash> = {
  sign: ({ lines }) => {
    const { low, high, count } = readWords(lines);
    if (count === 0) return undefined;
    const sums = new Int32Array(64);
    for (let index = 0; index < Math.max(1, count - 1); index += 1) {
      const features = [
        mixBits(Math.imul(low[index] ?? 0, 31) + (low[index + 1] ?? 0)),
        mixBits(Math.imul(high[index] ?? 0, 37) + (high[index + 1] ?? 0)),
      ];
      for (const [lane, feature] of features.entries()) {
        for (let bit = 0; bit < 32; bit += 1) {
          const place = lane * 32 + bit;
          sums[place] = (sums[place] ?? 0) + ((feature >>> bit) & 1 ? 1 : -1);
        }
      }
    }
    const lane = (start: number) =>
      sums.subarray(start, start + 32).reduce((bits, sum, bit) => (sum > 0 ? bits | (1 << bit) : bits), 0);
    return [lane(0), lane(32)];
  },
  bands: ([low, high]) => [low & 0xffff, low >>> 16, high & 0xffff, high >>> 16].map((bits, band) => `${band}:${bits}`),
  verify: (first, second) => 64 - countBits(first[0] ^ second[0]) - countBits(first[1] ^ second[1]),
  minSimilarity: 61,
  signatureUnits: 0,
  maxCandidates: Number.POSITIVE_INFINITY,
};

function countBits(bits: number): number {
  let count = 0;
  for (let rest = bits >>> 0; rest !== 0; rest = (rest & (rest - 1)) >>> 0) count += 1;
  return count;
}
