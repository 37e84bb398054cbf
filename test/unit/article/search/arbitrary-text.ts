import fc from "fast-check";

const pieces = [
  "Hafen",
  "Müller",
  "Mueller",
  "STRASSE",
  "Straße",
  "l’été",
  "Łódź",
  "ışık",
  "İzmir",
  "Οδυσσεύς",
  "Ёлка",
  "й",
  "東京都",
  "北京大学",
  "データ",
  "ﾊﾞ",
  "대통령",
  "한국".normalize("NFD"),
  "ฝนตก",
  "हिन्दी",
  "المَدرسة",
  "שָׁלוֹם",
  "é".normalize("NFD"),
  "\u0301",
  "\u00ad",
  "\u200d",
  "😀",
  "½",
  "²",
  "A1",
  "-",
  "'",
  ". ",
  "\n",
  " ",
  " ",
];

/** Words of many scripts with and without spaces, marks in odd places, and characters from anywhere. */
export const arbitraryText = fc
  .array(fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...pieces) }, fc.string({ unit: "binary", maxLength: 3 })), {
    maxLength: 30,
  })
  .map((parts) => parts.join(""));
