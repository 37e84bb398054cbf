/** Shortens a text for a sentence about it. */
export function excerpt(text: string): string {
  return text.length <= 80 ? text : `${text.slice(0, 79).toWellFormed()}…`;
}
