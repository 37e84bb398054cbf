/**
 * Keys that are looked up for an article. Reading one costs a read unit, a tenth of writing one, so that more are read than
 * written: a copy with text before or after has the written keys of its original a little further down its list. Ten find
 * no more of the development corpus than eight.
 */
export const maxCandidateKeys = 8;

/**
 * Keys that an article writes: its first ones that are not full. Each is two write units in a transaction. Seven find no more
 * of the development corpus than five (`npm run bench -- dedup`). Of two copies at the same instant each has to write a key
 * of the other: of 60,000 pairs with a sentence edited, 19 do not with five keys, two with six, none with seven.
 */
export const writtenCandidateKeys = 6;

/**
 * Sketches under one key. A full key is not written again: what stands in so many texts is a phrase of a template or a
 * footer, and the article writes its next key instead.
 */
export const maxSketchesPerKey = 4;
