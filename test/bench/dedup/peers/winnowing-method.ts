import { mixBits } from "../../../../shared/article/near/mix-bits.ts";
import { readWords } from "../../../../shared/article/near/read-words.ts";
import type { BandMethod } from "./band-linker.ts";

/** Words in a row that make a feature, and features in a window of which the smallest is chosen. */
const featureWords = 5;
const windowSize = 8;

/** So many of the chosen are keys. */
const maxKeys = 60;

/**
 * Winnowing: of each window of features the smallest is chosen, so that every shared run of twelve words is found. Half of
 * the chosen ones of the shorter text must be shared.
 *
 * Source: Saul Schleimer, Daniel Wilkerson, Alex Aiken, "Winnowing: local algorithms for document fingerprinting", 2003.
 */
export const winnowingMethod: BandMethod<ReadonlySet<number>> = {
  sign: ({ lines }) => {
    const { low, count } = readWords(lines);
    if (count === 0) return undefined;
    const size = Math.min(featureWords, count);
    const features = Array.from({ length: count - size + 1 }, (_, start) => {
      let feature = 0;
      for (let index = start; index < start + size; index += 1)
        feature = Math.imul(feature, 0x2c1b3c6d) + (low[index] ?? 0);
      return mixBits(feature | 0) >>> 0;
    });
    const chosen = new Set<number>();
    for (let start = 0; start === 0 || start + windowSize <= features.length; start += 1) {
      chosen.add(Math.min(...features.slice(start, start + windowSize)));
    }
    return chosen;
  },
  bands: (chosen) => [...chosen].slice(0, maxKeys).map(String),
  verify: (first, second) => {
    let shared = 0;
    for (const hash of first) if (second.has(hash)) shared += 1;
    return shared / Math.min(first.size, second.size);
  },
  minSimilarity: 0.5,
  signatureUnits: 2,
  maxCandidates: 64,
};
