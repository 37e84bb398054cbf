/** Says whether two language tags name one language, region and script aside. */
export function isSameLanguage(one: string, other: string): boolean {
  return primarySubtag(one) === primarySubtag(other);
}

function primarySubtag(tag: string): string {
  const subtag = tag.toLowerCase().split(/[-_]/)[0] ?? "";
  return norwegian.has(subtag) ? "no" : subtag;
}

/** Norwegian has a code for itself, and one for each of its two written forms. */
const norwegian: ReadonlySet<string> = new Set(["no", "nb", "nn"]);
