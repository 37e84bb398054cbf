import { createHash } from "node:crypto";
import { normalizeForComparison } from "./normalize-for-comparison.ts";

/** Below this many characters a text says too little: its title must agree too. */
const shortTextCharacters = 400;

/** A longer first line is a paragraph, whatever follows it. */
const maxTitleCharacters = 250;

export interface HashableText {
  /** Lines of the text without boilerplate. */
  readonly lines: readonly string[];
  /** As the partner gave it, not as it was guessed from the text. */
  readonly title?: string | undefined;
}

/**
 * SHA-256 of the normalised text, hexadecimal: equal for copies of one text whatever their markup, white space, Unicode
 * form, quotes, dashes and invisible characters.
 *
 * Headlines are rewritten by every newsroom and stand in a field here and in the first line there, so the title counts only
 * where the text is short.
 *
 * @returns undefined when there is no text; nothing is then a copy of it
 */
export function hashContent(content: HashableText): string | undefined {
  const lines = content.lines.map(normalizeForComparison).filter((line) => line !== "");
  const givenTitle = content.title === undefined ? undefined : normalizeForComparison(content.title);
  const titleInText = startsWithTitle(lines, givenTitle);
  const body = lines.slice(titleInText ? 1 : 0).join(" ");
  if (body === "") return undefined;
  const title = titleInText ? lines[0] : givenTitle;
  const compared = body.length < shortTextCharacters ? `${title ?? ""}\n${body}` : body;
  return createHash("sha256").update(compared).digest("hex");
}

/**
 * Says whether the first line is a title: the given one, or, where none is given, a short line that does not end as a
 * sentence. A first sentence must count: above the same boilerplate it is all that tells two articles apart.
 */
function startsWithTitle(lines: readonly string[], givenTitle: string | undefined): boolean {
  const [first] = lines;
  if (first === undefined || lines.length < 2) return false;
  if (givenTitle !== undefined) return first === givenTitle;
  return first.length <= maxTitleCharacters && !/[.:;,…]["')]*$/.test(first);
}
