/**
 * Keys that are looked up for an article. Reading one costs a read unit, a tenth of writing one, so that more are read than
 * written: a copy with text before or after has the written keys of its original a little further down its list.
 */
export const maxCandidateKeys = 10;

/**
 * Keys that an article writes: its first ones that are not full. Each is two write units in a transaction. Five find as much of
 * the development corpus (`npm run bench -- dedup`), with eight looked up. But of two copies at the same instant each has to
 * write a key of the other, also where some keys are full: with six, one story of sixty had two originals
 * (test/stores/near-race.test.ts).
 */
export const writtenCandidateKeys = 7;

/**
 * Sketches under one key. A full key is not written again: what stands in so many texts is a phrase of a template or a
 * footer, and the article writes its next key instead.
 */
export const maxSketchesPerKey = 4;
