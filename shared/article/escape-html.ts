const textSpecials = /[&<>\u00a0]/g;
const attributeSpecials = /[&<>"\u00a0]/g;

const escapes: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\u00a0": "&nbsp;",
};

const escapeCharacter = (character: string): string => escapes[character] ?? character;

/** Escapes text for the inside of an element, exactly as browsers serialize it. */
export function escapeText(text: string): string {
  return text.replace(textSpecials, escapeCharacter);
}

/**
 * Escapes text for a double-quoted attribute value.
 *
 * Angle brackets are escaped as well. So the output cannot end a raw-text element, a comment or a CDATA section that
 * somebody wraps it in, and it equals what browsers serialize since 2025.
 */
export function escapeAttribute(value: string): string {
  return value.replace(attributeSpecials, escapeCharacter);
}
