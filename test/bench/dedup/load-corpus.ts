import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { normalizeLine } from "../../../shared/article/collect-lines.ts";
import { findBoilerplate } from "../../../shared/article/mark-boilerplate.ts";

export interface CorpusArticle {
  readonly id: string;
  readonly title?: string;
  readonly publishedAt?: string;
  readonly partner?: string;
  readonly paragraphs: readonly string[];
  /** Without the lines that ingest marks as boilerplate. */
  readonly lines: readonly string[];
}

export interface GoldPair {
  readonly a: string;
  readonly b: string;
  readonly label: "duplicate" | "different" | "related" | "ambiguous";
  readonly by: "hand" | "auto" | "derived";
  readonly edit?: string;
}

export interface Corpus {
  /** In stream order. */
  readonly articles: readonly CorpusArticle[];
  readonly pairs: readonly GoldPair[];
  readonly families: Readonly<Record<string, readonly string[]>>;
}

const folder = new URL("../../../../shared/corpora/dedup/", import.meta.url);

/** The development corpus, which lies beside the project; undefined where it does not. */
export function loadCorpus(): Corpus | undefined {
  const articlesFile = new URL("articles.jsonl.gz", folder);
  const goldFile = new URL("gold.json.gz", folder);
  if (!existsSync(articlesFile) || !existsSync(goldFile)) return undefined;
  const articles = gunzipSync(readFileSync(articlesFile)).toString("utf8").trim().split("\n").map(readArticle);
  return { articles, ...JSON.parse(gunzipSync(readFileSync(goldFile)).toString("utf8")) };
}

function readArticle(json: string): CorpusArticle {
  const { id, title, publishedAt, partner, paragraphs } = JSON.parse(json);
  const lines = (paragraphs as string[]).map(normalizeLine).filter((line) => findBoilerplate(line) === undefined);
  return { id, title, publishedAt, partner, paragraphs, lines };
}

export function takeFirst(corpus: Corpus, count: number): Corpus {
  return { ...corpus, articles: corpus.articles.slice(0, count) };
}
