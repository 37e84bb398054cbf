import { maxCandidateKeys, maxSketchesPerKey, writtenCandidateKeys } from "../../../shared/article/near/key-limits.ts";
import type { Linker } from "./linker.ts";
import { createNearLinker, type NearDesign } from "./near-linker.ts";
import { createBandLinker } from "./peers/band-linker.ts";
import { createExactLinker } from "./peers/exact-linker.ts";
import { createMinHashMethod } from "./peers/minhash-method.ts";
import { simhashMethod } from "./peers/simhash-method.ts";
import { winnowingMethod } from "./peers/winnowing-method.ts";

export const ours: NearDesign = {
  keysRead: maxCandidateKeys,
  keysWritten: writtenCandidateKeys,
  idsPerKey: maxSketchesPerKey,
  maxCandidates: 16,
  writers: "representatives",
  hasProfiles: true,
};

export const methods: ReadonlyMap<string, () => Linker> = new Map([
  ["exact hash", createExactLinker],
  ["SimHash 64, k = 3", () => createBandLinker(simhashMethod)],
  ["MinHash 14×8, 5 words", () => createBandLinker(createMinHashMethod({ bands: 14, rows: 8, words: 5 }))],
  [
    "MinHash 20×5, verified",
    () => createBandLinker(createMinHashMethod({ bands: 20, rows: 5, words: 3, minJaccard: 0.5 })),
  ],
  ["winnowing", () => createBandLinker(winnowingMethod)],
  ["ours", () => createNearLinker(ours)],
]);
