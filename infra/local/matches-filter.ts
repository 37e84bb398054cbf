/**
 * Whether an event fits a filter of an event source (Lambda developer guide, "Control which events Lambda sends to your
 * function"), as far as this project uses them: objects of lists of the texts, or of their beginnings,
 * that are allowed.
 *
 * @throws Error on a rule of another kind
 */
export function matchesFilter(event: unknown, pattern: unknown): boolean {
  if (Array.isArray(pattern)) {
    return pattern.map((rule) => matchesRule(event, rule)).includes(true);
  }
  return Object.entries(pattern as object).every(([name, inner]) =>
    matchesFilter((event as Record<string, unknown> | undefined)?.[name], inner),
  );
}

function matchesRule(value: unknown, rule: unknown): boolean {
  if (typeof rule === "string") return value === rule;
  const [[name, beginning] = [], ...more] = Object.entries(rule as object);
  if (name !== "prefix" || typeof beginning !== "string" || more.length > 0) {
    throw new Error(`The local stack cannot filter events by ${JSON.stringify(rule)}.`);
  }
  return typeof value === "string" && value.startsWith(beginning);
}
