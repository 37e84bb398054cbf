import { mixBits } from "./mix-bits.ts";
import { readWords } from "./read-words.ts";
import { removeUrls } from "./remove-urls.ts";

/** Longer lines are paragraphs. A paragraph that recurs is a copied text, which near-duplicates are to find. */
const maxLineCharacters = 400;

/**
 * Hash of the words of a line, 32 bits unsigned. Undefined for a line that never counts as recurring: with digits it says
 * something new each time.
 */
export function hashLine(line: string): number | undefined {
  if (line.length > maxLineCharacters) return undefined;
  if (/\p{Nd}/u.test(line) && /\p{Nd}/u.test(dropCopyrightYear(removeUrls(line)))) return undefined;
  const words = readWords([line]);
  if (words.count === 0) return undefined;
  let hash = words.count;
  for (let index = 0; index < words.count; index += 1) hash = Math.imul(hash, 0x2c1b3c6d) + (words.low[index] ?? 0);
  return mixBits(hash | 0) >>> 0;
}

/** The year of a copyright notice is no news. */
function dropCopyrightYear(line: string): string {
  return line.replace(/(?:©|\(c\)|copyright)\P{L}{1,4}(?:19|20)\d\d/giu, "");
}
