const by = /^(?:by|von|par|por|di|av|af|door)\s+/iu;

/**
 * Splits a by-line into names: at "and" and what it is in other languages, at semicolons and slashes, and at commas only in
 * front of a name that an "and" follows: "Jane Doe, dpa" is one entry, because the comma does not say what comes behind it.
 */
export function splitByline(byline: string): string[] {
  const parts = byline
    .replace(/\s+/g, " ")
    .trim()
    .replace(by, "")
    .split(/ (?:and|und|et) | ?[;/&] ?/iu);
  const names = parts.flatMap((part, index) => (index < parts.length - 1 ? part.split(/, ?/) : [part]));
  return names.map((name) => name.trim()).filter((name) => name !== "");
}
