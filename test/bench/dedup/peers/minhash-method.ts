import { mixBits } from "../../../../shared/article/near/mix-bits.ts";
import { readWords } from "../../../../shared/article/near/read-words.ts";
import type { BandMethod } from "./band-linker.ts";

export interface MinHashOptions {
  readonly bands: number;
  readonly rows: number;
  /** Words in a row that make a feature. */
  readonly words: number;
  /** Share of equal hashes from which two are copies; absent where one equal band is enough. */
  readonly minJaccard?: number;
}

/**
 * MinHash with bands.
 *
 * Source: Andrei Broder, "On the resemblance and containment of documents", 1997; bands: Jure Leskovec, Anand Rajaraman,
 * Jeffrey Ullman, "Mining of massive datasets", chapter 3. Fourteen bands of eight hashes of five words are what datatrove
 * uses for FineWeb (Guilherme Penedo and others, 2024).
 */
export function createMinHashMethod(options: MinHashOptions): BandMethod<Uint32Array> {
  const { bands, rows, words, minJaccard } = options;
  const seeds = Int32Array.from({ length: bands * rows }, (_, index) => mixBits(index + 1) | 1);
  return {
    sign: ({ lines }) => {
      const { low, count } = readWords(lines);
      if (count === 0) return undefined;
      const signature = new Uint32Array(seeds.length).fill(0xffffffff);
      const size = Math.min(words, count);
      for (let start = 0; start + size <= count; start += 1) {
        let feature = 0;
        for (let index = start; index < start + size; index += 1)
          feature = Math.imul(feature, 0x2c1b3c6d) + (low[index] ?? 0);
        feature = mixBits(feature | 0);
        for (let index = 0; index < seeds.length; index += 1) {
          const hash = mixBits(Math.imul(feature, seeds[index] ?? 1) + index) >>> 0;
          if (hash < (signature[index] ?? 0)) signature[index] = hash;
        }
      }
      return signature;
    },
    bands: (signature) =>
      Array.from(
        { length: bands },
        (_, band) => `${band}:${signature.subarray(band * rows, (band + 1) * rows).join(" ")}`,
      ),
    ...(minJaccard !== undefined && { verify: estimateJaccard }),
    minSimilarity: minJaccard ?? 0,
    signatureUnits: minJaccard === undefined ? 0 : 2,
    maxCandidates: Number.POSITIVE_INFINITY,
  };
}

function estimateJaccard(first: Uint32Array, second: Uint32Array): number {
  return first.reduce((equal, hash, index) => equal + (hash === second[index] ? 1 : 0), 0) / first.length;
}
