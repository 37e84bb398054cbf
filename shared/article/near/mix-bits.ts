/**
 * Spreads 32 bits so that each bit of the input changes each bit of the result with a chance of one half. Reversible, so
 * different inputs stay different.
 *
 * Source: the finalizer of MurmurHash3 (Austin Appleby, 2011).
 */
export function mixBits(bits: number): number {
  let mixed = bits ^ (bits >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
