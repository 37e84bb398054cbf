const suspicious =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for.
  /[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u2028-\u202e\u2066-\u206f\ufdd0-\ufdef\ufeff\ufff9-\ufffb\ufffe\uffff]/;

const remarkable =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for.
  /[\0-\x1f&<>\x7f-\xa0\u061c\u2028-\u202e\u2066-\u206f\ud800-\udfff\ufdd0-\ufdef\ufeff\ufff9-\ufffb\ufffe\uffff]/;

/**
 * Says whether a text needs nothing done to it: no character to clean or to escape, no white space to collapse. Most texts
 * between two tags are so, and one look is cheaper than four.
 */
export function isPlainText(text: string): boolean {
  return !remarkable.test(text) && !text.includes("  ");
}

/**
 * What the numbers 128 to 159 mean to browsers: Windows-1252, by the table that the HTML standard has for character
 * references. Here it also serves characters that stand there literally, which come from the same mistake.
 */
const windows1252 = "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ";
const windows1252Codes = [
  0x80, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8a, 0x8b, 0x8c, 0x8e, 0x91, 0x92, 0x93, 0x94, 0x95, 0x96,
  0x97, 0x98, 0x99, 0x9a, 0x9b, 0x9c, 0x9e, 0x9f,
];
const meantCharacter: ReadonlyMap<number, string> = new Map(
  windows1252Codes.map((code, index) => [code, windows1252.charAt(index)]),
);

const popDirectionalFormatting = 0x202c;
const popDirectionalIsolate = 0x2069;

/**
 * Makes a run of text fit to be stored, compared and shown: no control characters, noncharacters, byte-order marks or
 * lone surrogates (these become U+FFFD), line separators as spaces, bidirectional controls paired within the run.
 *
 * Soft hyphens, no-break spaces, zero-width joiners and direction marks stay: languages need them. Cleaning what is
 * clean changes nothing, and a clean run costs one test. Linear.
 */
export function cleanCharacters(text: string): string {
  const wellFormed = text.isWellFormed() ? text : text.toWellFormed();
  if (!suspicious.test(wellFormed)) return wellFormed;

  // Closers still owed, innermost last. Only a closer of the innermost kind is let through, so pairs always nest.
  const owed: number[] = [];
  let cleaned = "";
  for (const character of wellFormed) {
    const code = character.codePointAt(0) ?? 0;
    if (code === popDirectionalFormatting || code === popDirectionalIsolate) {
      if (owed.at(-1) !== code) continue;
      owed.pop();
    } else if ((code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2068)) {
      // Depth beyond this many means nothing in any language; the bidirectional algorithm itself stops at 125.
      if (owed.length >= 16) continue;
      owed.push(code < 0x2066 ? popDirectionalFormatting : popDirectionalIsolate);
    } else if (code === 0x0b || code === 0x0c || code === 0x2028 || code === 0x2029) {
      cleaned += " ";
      continue;
    } else if (code === 0x0d) {
      cleaned += "\n";
      continue;
    } else if (code !== 0x061c && suspicious.test(character)) {
      cleaned += meantCharacter.get(code) ?? "";
      continue;
    }
    cleaned += character;
  }
  for (const closer of owed.reverse()) cleaned += String.fromCharCode(closer);
  return cleaned;
}
