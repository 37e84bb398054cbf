import { sanitizeHtml } from "../article/sanitize-html.ts";

/** A title is a line; what is longer than this is not looked through for markup. */
const maxMarkupCharacters = 20_000;

/** Entity references and the tags that titles have. `List<String>` and `x < y` are text. */
const marks =
  /&(?:#\d{1,7}|#x[\da-f]{1,6}|[a-z]\w{1,30});|<\/?(?:b|i|u|em|strong|sub|sup|span|br|cite|q|small|a)(?:\s[^<>]{0,500})?\/?>/i;

/** The text of a title in HTML, on one line. */
export function readHtmlTitle(html: string): string {
  const { lines } = sanitizeHtml(html.slice(0, maxMarkupCharacters), undefined);
  return lines.map(({ text }) => text).join(" ");
}

/**
 * The text of a title that should be plain, but in half of all feeds is HTML: RSS does not say which (RSS Advisory Board,
 * best practices, "title"). It is taken for HTML where it has an entity reference or a tag that titles have.
 */
export function readPlainTitle(text: string | undefined): string | undefined {
  if (text === undefined || !marks.test(text.slice(0, maxMarkupCharacters))) return text;
  return readHtmlTitle(text);
}
