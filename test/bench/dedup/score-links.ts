import type { Corpus, GoldPair } from "./load-corpus.ts";

export interface Score {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  /** Pairs labelled `different` that ended in one cluster, of all of them. */
  readonly merged: Readonly<Record<GoldPair["by"], Share>>;
  /** Pairs labelled `duplicate` that ended in one cluster. */
  readonly found: Readonly<Record<GoldPair["by"], Share>>;
  /** Pairs of one family in one cluster. */
  readonly familyPairsMerged: number;
  readonly families: Readonly<Record<string, number>>;
  readonly falseLinks: readonly Link[];
  /** Links about which the labels say nothing. */
  readonly unlabelledLinks: readonly Link[];
}

export interface Share {
  readonly count: number;
  readonly of: number;
}

export type Link = readonly [article: string, original: string];

/**
 * Scores links (article to its original) as the corpus asks for: a link is right when both are in one gold component, and
 * false when they are labelled `different`, are in one family, or belong to components of which members are labelled so.
 * Other links are not counted. Recall is over the pairs labelled `duplicate`: both in one cluster.
 */
export function scoreLinks(corpus: Corpus, originals: ReadonlyMap<string, string>): Score {
  const present = new Set(originals.keys());
  const pairs = corpus.pairs.filter(({ a, b }) => present.has(a) && present.has(b));
  const componentOf = joinComponents(pairs);
  const key = (first: string, second: string) => [componentOf(first), componentOf(second)].sort().join("\n");
  const different = new Set(pairs.filter(({ label }) => label === "different").map(({ a, b }) => key(a, b)));
  const familyOf = new Map(Object.entries(corpus.families).flatMap(([name, ids]) => ids.map((id) => [id, name])));

  let right = 0;
  const falseLinks: Link[] = [];
  const unlabelledLinks: Link[] = [];
  for (const [id, original] of originals) {
    if (id === original) continue;
    const family = familyOf.get(id);
    if (componentOf(id) === componentOf(original)) right += 1;
    else if (different.has(key(id, original)) || (family !== undefined && family === familyOf.get(original))) {
      falseLinks.push([id, original]);
    } else unlabelledLinks.push([id, original]);
  }
  const isTogether = ({ a, b }: GoldPair) => originals.get(a) === originals.get(b);
  const share = (label: GoldPair["label"], by: GoldPair["by"]): Share => {
    const labelled = pairs.filter((pair) => pair.label === label && pair.by === by);
    return { count: labelled.filter(isTogether).length, of: labelled.length };
  };
  const shares = (label: GoldPair["label"]) => ({
    hand: share(label, "hand"),
    auto: share(label, "auto"),
    derived: share(label, "derived"),
  });
  const duplicates = pairs.filter(({ label }) => label === "duplicate");
  const precision = right + falseLinks.length === 0 ? 1 : right / (right + falseLinks.length);
  const recall = duplicates.filter(isTogether).length / Math.max(1, duplicates.length);
  const families = Object.fromEntries(
    Object.entries(corpus.families).map(([name, ids]) => [name, countMerged(ids, originals)]),
  );
  return {
    precision,
    recall,
    f1: precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall),
    merged: shares("different"),
    found: shares("duplicate"),
    families,
    familyPairsMerged: Object.values(families).reduce((sum, count) => sum + count, 0),
    falseLinks,
    unlabelledLinks,
  };
}

/** Components of the pairs labelled `duplicate`, by union–find. */
function joinComponents(pairs: readonly GoldPair[]): (id: string) => string {
  const parents = new Map<string, string>();
  const find = (id: string): string => {
    let root = id;
    for (let parent = parents.get(root); parent !== undefined; parent = parents.get(root)) root = parent;
    return root;
  };
  for (const { a, b, label } of pairs) {
    if (label !== "duplicate") continue;
    const [first, second] = [find(a), find(b)];
    if (first !== second) parents.set(first, second);
  }
  return find;
}

function countMerged(ids: readonly string[], originals: ReadonlyMap<string, string>): number {
  let count = 0;
  for (const [index, first] of ids.entries()) {
    for (const second of ids.slice(index + 1)) {
      const original = originals.get(first);
      if (original !== undefined && original === originals.get(second)) count += 1;
    }
  }
  return count;
}
