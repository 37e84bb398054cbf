import { decodeHTML } from "entities/decode";
import { type CharacterPage, characterClass, characterPage } from "./character-classes.ts";
import { removeUrls } from "./remove-urls.ts";

/** The words of a text as hashes of 64 bits, in two lanes of 32 (BigInt would be ten times as slow). */
export interface WordHashes {
  readonly count: number;
  readonly low: Int32Array;
  readonly high: Int32Array;
  /** `wordKind` of each word. */
  readonly kinds: Uint8Array;
}

export const wordKind = { plain: 0, number: 1, name: 2 } as const;

const basis = 0x811c9dc5;

/** Texts of fewer characters are read in the same place, one after the other; a new one each would call for full collections. */
const commonCharacters = 65_536;
const commonRoom = makeRoom(commonCharacters);

/** Room for the words of a text; each takes a character at least. */
function makeRoom(capacity: number) {
  return { low: new Int32Array(capacity), high: new Int32Array(capacity), kinds: new Uint8Array(capacity) };
}

/**
 * Reads the words of a text for comparison: entities decoded, NFKC, lower case, without URLs, punctuation and invisible characters. Two
 * copies have the same words whatever their white space, Unicode form, quotes and dashes.
 *
 * A number is one word however its thousands are grouped. A word is taken for a name where it begins with a capital inside
 * a sentence (in German that is every noun, which tells texts apart as well). Han, Kana and Thai become pairs of neighboring
 * characters: a dictionary (Intl.Segmenter) costs 23 times as much and finds no more copies.
 *
 * Hashes: FNV-1a (Glenn Fowler, Landon Curt Noll, Kiem-Phong Vo, 1991) over code units in one lane, a multiplicative hash
 * (Donald Knuth, The Art of Computer Programming 3, 6.4, 1973) in the other.
 */
export function readWords(lines: readonly string[]): WordHashes {
  const text = removeUrls(decodeEntities(lines.join("\n")).normalize("NFKC"));
  const { low, high, kinds } = text.length < commonCharacters ? commonRoom : makeRoom(text.length + 1);
  let count = 0;
  let first = basis | 0;
  let second = 0;
  let length = 0;
  let kind: number = wordKind.plain;
  let startsSentence = true;
  let previousUnspaced = 0;
  let page: CharacterPage = characterPage(0);
  let pageNumber = 0;

  for (let index = 0; index <= text.length; index += 1) {
    // The position behind the end counts as a space, which ends the last word.
    const unit = index < text.length ? text.charCodeAt(index) : 32;
    if (unit >>> 8 !== pageNumber) {
      pageNumber = unit >>> 8;
      page = characterPage(pageNumber);
    }
    const found = page.classes[unit & 255] ?? 0;
    if (found === characterClass.invisible) continue;
    if (found === characterClass.letter || found === characterClass.capital || found === characterClass.digit) {
      const folded = page.folded[unit & 255] ?? 0;
      if (length === 0) {
        if (found === characterClass.digit) kind = wordKind.number;
        else kind = found === characterClass.capital && !startsSentence ? wordKind.name : wordKind.plain;
      }
      first = Math.imul(first ^ folded, 0x01000193);
      second = Math.imul(second + folded, 0x9e3779b1) ^ (second >>> 15);
      length += 1;
      previousUnspaced = 0;
      continue;
    }
    if (isInsideNumber(text, index, unit, kind, length)) continue;
    if (length > 0) {
      low[count] = first;
      high[count] = second;
      kinds[count] = kind;
      count += 1;
      length = 0;
      first = basis | 0;
      second = 0;
      startsSentence = false;
    }
    if (found === characterClass.unspaced) {
      if (previousUnspaced !== 0) {
        low[count] = Math.imul(previousUnspaced, 0x01000193) ^ unit;
        high[count] = Math.imul(previousUnspaced + 1, 0x9e3779b1) + unit;
        kinds[count] = wordKind.plain;
        count += 1;
      }
      previousUnspaced = unit;
      startsSentence = false;
    } else {
      previousUnspaced = 0;
      if (unit === 46 || unit === 10 || unit === 33 || unit === 63 || unit === 58) startsSentence = true;
    }
  }
  return { count, low: low.slice(0, count), high: high.slice(0, count), kinds: kinds.slice(0, count) };
}

/** A comma or point between two digits: 7,619,863 and 7.619.863 are one word, and so is 4.5. */
function isInsideNumber(text: string, index: number, unit: number, kind: number, length: number): boolean {
  if (length === 0 || kind !== wordKind.number || (unit !== 44 && unit !== 46)) return false;
  const next = text.charCodeAt(index + 1);
  return next >= 48 && next <= 57;
}

/** Feeds escape what is escaped already: `&amp;amp;#8217;` is an apostrophe. Deeper nesting is left to be words. */
function decodeEntities(text: string): string {
  let decoded = text;
  for (let depth = 0; depth < 3 && decoded.includes("&") && /&#?\w{2,31};/.test(decoded); depth += 1) {
    decoded = decodeHTML(decoded);
  }
  return decoded;
}
