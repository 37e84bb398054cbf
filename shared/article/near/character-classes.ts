/** What a UTF-16 code unit does in a text that is read for comparison. */
export const characterClass = {
  separator: 0,
  letter: 1,
  capital: 2,
  digit: 3,
  /** Han, Kana or Thai: written without spaces, so every pair of neighbors is a word. */
  unspaced: 4,
  /** Soft hyphens, zero-width characters and other marks that nobody sees; they end no word. */
  invisible: 5,
} as const;

/** Class and lower case of 256 neighboring code units. */
export interface CharacterPage {
  readonly classes: Uint8Array;
  readonly folded: Uint16Array;
}

const pages: (CharacterPage | undefined)[] = [];

/**
 * The page with the code units from `number * 256`.
 *
 * Regular expressions decide, but asking them for every character of every article would cost more than all the rest.
 * Pages are made when a text first needs them, because all of them together take 10 ms of a cold start.
 */
export function characterPage(number: number): CharacterPage {
  const known = pages[number];
  if (known !== undefined) return known;
  const classes = new Uint8Array(256);
  const folded = new Uint16Array(256);
  for (let index = 0; index < 256; index += 1) {
    const character = String.fromCharCode(number * 256 + index);
    classes[index] = classify(character);
    folded[index] = fold(character).charCodeAt(0);
  }
  const page = { classes, folded };
  pages[number] = page;
  return page;
}

/** Half of a surrogate pair is a separator: nearly all of them are emoji. */
function classify(character: string): number {
  if (/\p{Default_Ignorable_Code_Point}/u.test(character)) return characterClass.invisible;
  if (/\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Thai}/u.test(character)) {
    return characterClass.unspaced;
  }
  if (/\p{Nd}/u.test(character)) return characterClass.digit;
  if (/\p{Lu}|\p{Lt}/u.test(character)) return characterClass.capital;
  return /\p{L}|\p{M}/u.test(character) ? characterClass.letter : characterClass.separator;
}

/** Lower case by way of upper case, so that both forms of the Greek sigma are one. */
function fold(character: string): string {
  const folded = character.toUpperCase().toLowerCase();
  return folded.length === 1 ? folded : character;
}
