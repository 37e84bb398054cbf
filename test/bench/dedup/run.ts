import { printTable } from "../print-table.ts";
import { checkScoring } from "./check-scoring.ts";
import { type Corpus, loadCorpus, takeFirst } from "./load-corpus.ts";
import { type Measured, measureLinker } from "./measure-linker.ts";
import { methods, ours } from "./methods.ts";
import { createNearLinker, type NearDesign } from "./near-linker.ts";
import { createExactLinker } from "./peers/exact-linker.ts";
import type { Share } from "./score-links.ts";

/** Each differs from ours in what its name says. */
const designs: ReadonlyMap<string, Partial<NearDesign>> = new Map<string, Partial<NearDesign>>([
  ["ours", {}],
  ["2 keys written", { keysWritten: 2 }],
  ["3 keys written", { keysWritten: 3 }],
  ["4 keys written", { keysWritten: 4 }],
  ["4 read, 4 written", { keysRead: 4, keysWritten: 4 }],
  ["6 keys written", { keysWritten: 6 }],
  ["6 read, 6 written", { keysRead: 6, keysWritten: 6 }],
  ["8 read, 5 written", { keysRead: 8, keysWritten: 5 }],
  ["8 read, 8 written", { keysRead: 8, keysWritten: 8 }],
  ["10 read, 10 written", { keysRead: 10, keysWritten: 10 }],
  ["only originals write", { writers: "originals" }],
  ["one sketch per cluster", { writers: "replacement" }],
  ["every article writes", { writers: "all" }],
  ["1 ID per key", { idsPerKey: 1 }],
  ["8 IDs per key", { idsPerKey: 8 }],
  ["no line profiles", { hasProfiles: false }],
]);

const growthSteps = [2_000, 4_000, 8_000, 16_000];

/**
 * Feeds the development corpus in stream order to the near-duplicates of ingest and to other methods.
 *
 * Options: `--ours` leaves out the others, `--links` prints the false links and those without a label.
 */
export async function run(options: readonly string[]): Promise<void> {
  const corpus = loadCorpus();
  if (corpus === undefined) {
    console.log("The development corpus is not here; nothing to measure.");
    return;
  }
  checkScoring();
  // Everything runs once before it counts, so that the first method does not pay for compilation.
  const head = takeFirst(corpus, 1_500);
  for (const create of methods.values()) measureLinker(create(), head);

  compareMethods(corpus, options.includes("--ours"));
  compareDesigns(corpus);
  printGrowth(corpus);
  if (options.includes("--links")) printLinks(corpus);
}

function compareMethods(corpus: Corpus, isOursOnly: boolean): void {
  const exactMs = measureLinker(createExactLinker(), corpus).cpuMs;
  const rows = [["method", ...scoreColumns, ...costColumns, "CPU × exact"]];
  for (const [name, create] of methods) {
    if (isOursOnly && name !== "ours") continue;
    const measured = measureLinker(create(), corpus);
    rows.push([name, ...scoreCells(measured), ...costCells(measured), (measured.cpuMs / exactMs).toFixed(1)]);
  }
  printTable(rows);
}

function compareDesigns(corpus: Corpus): void {
  const rows = [["design", ...scoreColumns, ...costColumns]];
  for (const [name, change] of designs) {
    const measured = measureLinker(createNearLinker({ ...ours, ...change }), corpus);
    rows.push([name, ...scoreCells(measured), ...costCells(measured)]);
  }
  printTable(rows);
}

function printGrowth(corpus: Corpus): void {
  const sizes = [...growthSteps.filter((step) => step < corpus.articles.length), corpus.articles.length];
  const rows = [["articles", ...scoreColumns, ...costColumns]];
  for (const size of sizes) {
    const measured = measureLinker(createNearLinker(ours), takeFirst(corpus, size));
    rows.push([String(size), ...scoreCells(measured), ...costCells(measured)]);
  }
  printTable(rows);
}

function printLinks(corpus: Corpus): void {
  const { score } = measureLinker(createNearLinker(ours), corpus);
  const articles = new Map(corpus.articles.map((article) => [article.id, article]));
  const describe = (id: string) => {
    const article = articles.get(id);
    return `  ${id} ${article?.publishedAt ?? ""} ${article?.title ?? ""}\n    ${article?.lines.join(" | ").slice(0, 400)}`;
  };
  for (const [kind, links] of Object.entries({ FALSE: score.falseLinks, "NO LABEL": score.unlabelledLinks })) {
    for (const [id, original] of links) console.log(`${kind}\n${describe(id)}\n${describe(original)}`);
  }
}

/** Of pairs labelled `different`: merged; of pairs labelled `duplicate`: found. */
const scoreColumns = [
  "precision",
  "recall",
  "F1",
  "hand ≠",
  "auto ≠",
  "derived ≠",
  "hand =",
  "auto =",
  "derived =",
  "families",
];
const costColumns = ["requests", "max", "read units", "max", "write units, new", "max", "write units, all"];

function scoreCells({ score }: Measured): string[] {
  const { precision, recall, f1, merged, found, familyPairsMerged } = score;
  return [
    precision.toFixed(4),
    recall.toFixed(4),
    f1.toFixed(4),
    ...[merged.hand, merged.auto, merged.derived, found.hand, found.auto, found.derived].map(showShare),
    String(familyPairsMerged),
  ];
}

function costCells(measured: Measured): string[] {
  return [
    measured.requestsAverage.toFixed(2),
    String(measured.requestsMax),
    measured.readUnits.toFixed(1),
    measured.readUnitsMax.toFixed(1),
    measured.writeUnits.toFixed(1),
    String(measured.writeUnitsMax),
    measured.writeUnitsOfAll.toFixed(1),
  ];
}

function showShare({ count, of }: Share): string {
  return `${count}/${of}`;
}
