/**
 * Whether an event fits a filter of an event source (Lambda developer guide, "Control which events Lambda sends to your
 * function"), as far as this project uses them: objects of lists of the texts that are allowed.
 *
 * @throws Error on a rule of another kind
 */
export function matchesFilter(event: unknown, pattern: unknown): boolean {
  if (Array.isArray(pattern)) {
    if (pattern.some((rule) => typeof rule !== "string")) {
      throw new Error(`The local stack cannot filter events by ${JSON.stringify(pattern)}.`);
    }
    return pattern.includes(event);
  }
  return Object.entries(pattern as object).every(([name, inner]) =>
    matchesFilter((event as Record<string, unknown> | undefined)?.[name], inner),
  );
}
