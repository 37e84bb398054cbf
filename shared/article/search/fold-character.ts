/** Zeros of decimal digits that news is written in; full-width and mathematical ones are taken apart by Unicode. */
const zeros = [0x660, 0x6f0, 0x966, 0x9e6, 0xe50];
const digits = zeros.flatMap((zero) =>
  Array.from({ length: 10 }, (_, digit) => [String.fromCodePoint(zero + digit), String(digit)] as const),
);

/** Letters that Unicode does not take apart, and what people type for them. */
const letters: Readonly<Record<string, string>> = {
  ...Object.fromEntries(digits),
  ß: "ss",
  æ: "ae",
  œ: "oe",
  ø: "o",
  ł: "l",
  đ: "d",
  ð: "d",
  þ: "th",
  ħ: "h",
  ŧ: "t",
  ŋ: "n",
  ı: "i",
  ĸ: "k",
  ƒ: "f",
  // One letter, with a form of its own at the end of a word.
  ς: "σ",
  // After Lucene's ArabicNormalizationFilter and PersianNormalizationFilter: forms that are written for one another.
  ٱ: "ا",
  ة: "ه",
  ى: "ي",
  ی: "ي",
  ک: "ك",
  ہ: "ه",
  ە: "ه",
};

/**
 * Accents of Latin and Greek, points of Hebrew and Arabic, which readers leave out. Vowel signs of Indian scripts, tones of Thai
 * and the voicing of Kana are not among them: without these the word is another one.
 */
const accents =
  /(?!\u3099|\u309a)(?=\p{M})[\p{Script=Inherited}\p{Script=Greek}\p{Script=Hebrew}\p{Script=Arabic}]|\u0640/gu;
const silent = /[^\p{L}\p{N}\p{M}]|\p{Default_Ignorable_Code_Point}/gu;

/** In Cyrillic only the stress and the dots of ё are left out: й and ї are letters of their own. */
const stress = /[\u0300\u0301]|(?<=е)\u0308/gu;

const known = new Map<string, string>();

/**
 * Folds a character with its marks: compatibility forms taken apart, lower case, accents gone, special letters written out. What
 * it gives, it leaves as it is.
 */
export function foldCharacter(character: string): string {
  const found = known.get(character);
  if (found !== undefined) return found;
  const plain = character.normalize("NFKD").toLowerCase().normalize("NFKD");
  const bare = plain.replace(/\p{Script=Cyrillic}/u.test(plain) ? stress : accents, "").replace(silent, "");
  const folded = [...bare]
    .map((letter) => letters[letter] ?? letter)
    .join("")
    .normalize("NFC");
  // Text brings a few hundred of them, a hostile one would bring any number.
  if (known.size < 5000) known.set(character, folded);
  return folded;
}

/**
 * Folds the ways to write umlauts without them: `ae`, `oe`, and `ue` unless it follows a vowel or q (after Lucene's
 * GermanNormalizationFilter). Correct for German alone: `blue` becomes `blu`.
 *
 * @param term folded already
 */
export function foldGerman(term: string): string {
  if (!term.includes("e")) return term;
  let folded = "";
  let state: "other" | "vowel" | "umlaut" = "other";
  for (const letter of term) {
    if (letter === "e" && state === "umlaut") {
      state = "vowel";
      continue;
    }
    folded += letter;
    if (letter === "a" || letter === "o") state = "umlaut";
    else if (letter === "u") state = state === "other" ? "umlaut" : "vowel";
    else state = /[eiqy]/.test(letter) ? "vowel" : "other";
  }
  return folded;
}
