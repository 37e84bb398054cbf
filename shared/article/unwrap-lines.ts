/** Mail and terminals wrap between these columns; a longer line was not wrapped, a shorter one was meant so. */
const minColumn = 40;
const maxColumn = 100;

/** So many of the breaks inside paragraphs must be where a wrapping program would have put them. */
const minForcedShare = 0.8;

/**
 * Joins the lines of a plain text that was wrapped at a column, so that a paragraph is a line again and the column leaves no
 * trace. A text that was not wrapped stays as it is: poems, lists, a line a paragraph.
 *
 * A break is forced when the next word would not have fit before the column, which is how programs fill lines (Donald Knuth,
 * Michael Plass, "Breaking paragraphs into lines", 1981, on the first-fit method).
 */
export function unwrapLines(lines: readonly string[]): string[] {
  const trimmed = lines.map((line) => line.trimEnd());
  const column = trimmed.reduce((widest, line) => Math.max(widest, line.length), 0);
  if (column < minColumn || column > maxColumn) return trimmed;
  const isForced = trimmed.map((line, index) => {
    const before = trimmed[index - 1];
    const word = /^\S+/.exec(line)?.[0];
    if (before === undefined || before === "" || word === undefined) return undefined;
    return before.length + 1 + word.length > column;
  });
  const breaks = isForced.filter((forced) => forced !== undefined);
  if (breaks.length === 0 || breaks.filter(Boolean).length / breaks.length < minForcedShare) return trimmed;

  const joined: string[] = [];
  for (const [index, line] of trimmed.entries()) {
    if (isForced[index] === true) joined.push(`${joined.pop() ?? ""} ${line}`);
    else joined.push(line);
  }
  return joined;
}
