/** The IDs under the keys of an article: those that share most keys first, then those of the earlier key. */
export function rankCandidates(found: readonly (readonly string[])[]): string[] {
  const counts = new Map<string, number>();
  for (const ids of found) for (const id of ids) counts.set(id, (counts.get(id) ?? 0) + 1);
  return [...counts].sort((first, second) => second[1] - first[1]).map(([id]) => id);
}
