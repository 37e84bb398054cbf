import { showShare, showTimes } from "../formats.ts";
import type { Effort, Section } from "../section.ts";
import { checkScoring } from "./check-scoring.ts";
import { loadCorpus, takeFirst } from "./load-corpus.ts";
import { measureLinker } from "./measure-linker.ts";
import { methods } from "./methods.ts";

/** What the near-duplicates of ingest find in a stream of news, what that costs, and what other methods do. */
export async function summarize({ isQuick }: Effort): Promise<Section> {
  const title = "Near-duplicates";
  const whole = loadCorpus();
  if (whole === undefined) {
    return { title, note: "Not measured: the labelled news are not on this machine.", rows: [], budgets: [] };
  }
  checkScoring();
  const corpus = isQuick ? takeFirst(whole, 500) : whole;
  // Everything runs once before it counts, so that the first method does not pay for compilation.
  for (const create of methods.values()) measureLinker(create(), takeFirst(whole, isQuick ? 100 : 1_500));
  const measured = [...methods].map(([name, create]) => ({ name, ...measureLinker(create(), corpus) }));
  const ours = measured.find(({ name }) => name === "ours")?.cpuMs ?? Number.NaN;
  return {
    title,
    note: `${corpus.articles.length.toLocaleString("en")} labelled news in the order in which they came; requests and units of an article beyond its own item, writes of one that is no copy.`,
    rows: [
      ["", "precision", "recall", "requests", "read units", "write units", "CPU, of ours"],
      ...measured.map(({ name, score, requestsAverage, readUnits, writeUnits, cpuMs }) => [
        name,
        showShare(score.precision),
        showShare(score.recall),
        requestsAverage.toFixed(2),
        readUnits.toFixed(1),
        writeUnits.toFixed(1),
        showTimes(cpuMs / ours),
      ]),
    ],
    budgets: [],
  };
}
