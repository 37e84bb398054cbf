/** What may have to be folded: all but ASCII, the letters of Western Europe and single spaces. */
const foldable = /[^ -_a-~À-ÿ]| {2}/;

/** Folds what retyping and re-encoding change: Unicode form, invisible characters, quotes, dashes, white space. */
export function normalizeForComparison(text: string): string {
  // One look at most lines, instead of eight.
  if (!foldable.test(text)) return text.trim();
  const visible = text.replace(/\p{Default_Ignorable_Code_Point}+/gu, "");
  // Quotes before NFKC, which takes some of them apart (´ is a space with an accent to it), and after, for what it makes.
  return foldQuotes(foldQuotes(visible).normalize("NFKC"))
    .replace(/[\p{Pd}−]/gu, "-")
    .replace(/[\s\p{Cc}]+/gu, " ")
    .trim();
}

function foldQuotes(text: string): string {
  return text.replace(/[„“”«»‟〝〞″]/gu, '"').replace(/[‚‘’‛‹›′`´]/gu, "'");
}
