import { createHash } from "node:crypto";

/** A set that forgets what is in it, but never that something is: see `openDigestFilter`. */
export interface DigestFilter {
  add(name: string): void;
  /** False: it was never added. True: it was, or looks like something that was. */
  mayHave(name: string): boolean;
}

/** With 13 bits for each, as many as 40 million names in the default size, two of a thousand are taken for known. */
const hashes = 7;

/**
 * A Bloom filter (B. H. Bloom, "Space/Time Trade-offs in Hash Coding with Allowable Errors", 1970): memory does not grow with
 * what is added.
 *
 * @param seed another one takes other names for known, so that what one run passes over, the next one finds
 */
export function openDigestFilter(seed: string, bytes: number = 64 * 1024 * 1024): DigestFilter {
  const bits = new Uint8Array(bytes);
  const places = (name: string): number[] => {
    const digest = createHash("sha256").update(`${seed}/${name}`).digest();
    return Array.from({ length: hashes }, (_, index) => digest.readUInt32LE(4 * index) % (8 * bytes));
  };
  return {
    add(name) {
      for (const place of places(name)) bits[place >>> 3] = (bits[place >>> 3] ?? 0) | (1 << (place & 7));
    },
    mayHave: (name) => places(name).every((place) => ((bits[place >>> 3] ?? 0) & (1 << (place & 7))) !== 0),
  };
}
