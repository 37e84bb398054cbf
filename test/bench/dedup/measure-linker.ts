import type { Linker } from "./linker.ts";
import type { Corpus } from "./load-corpus.ts";
import { type Score, scoreLinks } from "./score-links.ts";

export interface Measured {
  readonly score: Score;
  readonly cpuMs: number;
  readonly requestsAverage: number;
  readonly requestsMax: number;
  /** Per article. */
  readonly readUnits: number;
  readonly readUnitsMax: number;
  /** Per article that is no copy. */
  readonly writeUnits: number;
  readonly writeUnitsMax: number;
  /** Per article of the whole stream. */
  readonly writeUnitsOfAll: number;
}

/** Feeds the articles in stream order and scores what comes of it. CPU time is of this process, without the scoring. */
export function measureLinker(linker: Linker, corpus: Corpus): Measured {
  const originals = new Map<string, string>();
  const started = process.cpuUsage();
  const costs = corpus.articles.map((article) => {
    const { originalId, cost } = linker.add(article);
    originals.set(article.id, originalId ?? article.id);
    return { ...cost, isNew: originalId === undefined };
  });
  const { user, system } = process.cpuUsage(started);
  const fresh = costs.filter(({ isNew }) => isNew);
  const mean = (values: readonly number[]) =>
    values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  const most = (values: readonly number[]) => values.reduce((max, value) => Math.max(max, value), 0);
  return {
    score: scoreLinks(corpus, originals),
    cpuMs: (user + system) / 1000,
    requestsAverage: mean(costs.map(({ requests }) => requests)),
    requestsMax: most(costs.map(({ requests }) => requests)),
    readUnits: mean(costs.map(({ readUnits }) => readUnits)),
    readUnitsMax: most(costs.map(({ readUnits }) => readUnits)),
    writeUnits: mean(fresh.map(({ writeUnits }) => writeUnits)),
    writeUnitsMax: most(fresh.map(({ writeUnits }) => writeUnits)),
    writeUnitsOfAll: mean(costs.map(({ writeUnits }) => writeUnits)),
  };
}
