/** Folds what retyping and re-encoding change: Unicode form, invisible characters, quotes, dashes, white space. */
export function normalizeForComparison(text: string): string {
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
