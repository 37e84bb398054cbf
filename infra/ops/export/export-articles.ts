import { mkdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { listArticles as operation } from "../../../shared/api/operations/list-articles.ts";
import { UnsafeOutputError } from "../../../shared/article/read-article.ts";
import { listArticles } from "../../../shared/list-articles.ts";
import type { ListQuery } from "../../../shared/plan-query.ts";
import { readStoredArticle } from "../../../shared/read-stored-article.ts";
import type { LiveArticle } from "../../../shared/stores/article-record.ts";
import type { ArticleTable } from "../../../shared/stores/article-table.ts";
import type { ArticleTimeline } from "../../../shared/stores/article-timeline.ts";
import type { RawBucket } from "../../../shared/stores/raw-bucket.ts";
import { dayOf } from "../../../shared/stores/table-keys.ts";
import type { ShowProgress } from "../show-progress.ts";
import { addDays, countDays, type Day } from "./day-range.ts";
import { chooseColumns, type DocumentPart, type ExportRow } from "./export-columns.ts";
import { mapInOrder } from "./map-in-order.ts";
import { openManifest } from "./open-manifest.ts";
import { writeNdjson } from "./write-ndjson.ts";
import { writeParquet } from "./write-parquet.ts";

export interface ExportOptions {
  /** Both days belong to the export; an article lies on the day by whose time it is listed (UTC). */
  readonly from: Day;
  readonly to: Day;
  readonly format: "ndjson" | "parquet";
  readonly parts: readonly DocumentPart[];
  readonly filters: ExportFilters;
  readonly directory: string;
  /** Also days that were exported before. */
  readonly again: boolean;
}

export interface ExportFilters {
  readonly partner?: string | undefined;
  readonly source?: string | undefined;
  readonly language?: string | undefined;
  readonly duplicates: "include" | "exclude";
}

export interface ExportContext {
  readonly articles: Pick<ArticleTable, "getArticles" | "getCluster" | "listMembers" | "readSnapshot">;
  readonly timeline: ArticleTimeline;
  readonly raw: Pick<RawBucket, "getRaw">;
  readonly now: () => Date;
}

export interface ExportReport {
  readonly directory: string;
  /** Days with articles that were exported in this run, or before it. */
  readonly days: number;
  readonly daysBefore: number;
  readonly articles: number;
  readonly bytes: number;
  /** Whose text and HTML are left out, since our sanitizer fails its own check on them. */
  readonly unsafeIds: readonly string[];
}

/** So many articles are read from the list at a time, and so many raw objects at once. */
const pageSize = 200;
const rawAtOnce = 16;

const writers = { ndjson: writeNdjson, parquet: writeParquet } as const;

/**
 * Exports what was published in a stretch of days, one file for each day that has articles: `day=2026-11-23/articles.FORMAT`,
 * which readers of partitioned data take for a column. A file is written aside and gets its name when it is whole, so a run
 * that was ended goes on with the day that it was at. A day that was not over when it was exported is exported again.
 *
 * @throws OpsError when something else was exported to the directory before
 */
export async function exportArticles(
  options: ExportOptions,
  context: ExportContext,
  progress: ShowProgress,
): Promise<ExportReport> {
  const { from, to, format, directory, parts, filters, again } = options;
  const columns = chooseColumns(parts);
  const manifest = await openManifest(directory, {
    format,
    columns: columns.map(({ name }) => name).join(" "),
    ...Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== undefined)),
  });
  const report = { days: 0, daysBefore: 0, articles: 0, bytes: 0, unsafeIds: [] as string[] };
  const total = countDays(from, to);

  /** Exports a day, or finds that it is done. */
  async function exportDay(day: Day): Promise<void> {
    const folder = join(directory, `day=${day}`);
    const file = join(folder, `articles.${format}`);
    const standing = manifest.days.get(day);
    if (!again && standing !== undefined && standing.exportedAt.slice(0, day.length) > day) {
      report.daysBefore += 1;
      return;
    }
    const exportedAt = context.now().toISOString();
    let articles = 0;
    async function* counted() {
      for await (const row of readDay(day, options, context, report.unsafeIds)) {
        articles += 1;
        report.articles += 1;
        progress.update(
          `${day}, day ${countDays(day, to)} of ${total}: ${report.articles.toLocaleString("en")} articles`,
        );
        yield row;
      }
    }
    await mkdir(folder, { recursive: true });
    const aside = join(folder, `_articles.${format}`);
    await writers[format](aside, counted(), columns);
    await rename(aside, file);
    await manifest.add({ day, articles, exportedAt });
    report.days += 1;
    report.bytes += (await stat(file)).size;
  }

  const found = new Set<Day>();
  for (let before = addDays(to, 1); ; ) {
    const day = await findDayBefore(before, options, context);
    if (day === undefined) break;
    found.add(day);
    await exportDay(day);
    before = day;
  }
  // A day that has no article any more must not keep the file that it had.
  for (const day of manifest.days.keys()) {
    if (day >= from && day <= to && !found.has(day))
      await rm(join(directory, `day=${day}`), { recursive: true, force: true });
  }
  progress.end();
  return { directory, ...report };
}

/** The newest day with articles of the export, before another one: an archive may have gaps of years. */
async function findDayBefore(
  before: Day,
  { from, filters }: ExportOptions,
  context: ExportContext,
): Promise<Day | undefined> {
  const query = makeQuery({ from, before, filters, limit: 1 });
  for await (const [newest] of readPages(query, context)) {
    if (newest === undefined) continue;
    const { publishedAt, ingestedAt } = newest;
    // A publication in the future counts as the arrival.
    return dayOf(publishedAt !== undefined && publishedAt < ingestedAt ? publishedAt : ingestedAt);
  }
  return undefined;
}

/** The rows of a day, newest first. */
async function* readDay(
  day: Day,
  { filters, parts }: ExportOptions,
  context: ExportContext,
  unsafeIds: string[],
): AsyncGenerator<ExportRow> {
  const query = makeQuery({ from: day, before: addDays(day, 1), filters, limit: pageSize });
  if (parts.length === 0) {
    yield* readArticles(query, context);
    return;
  }
  for await (const row of mapInOrder(readArticles(query, context), rawAtOnce, (one) => addDocument(one, context))) {
    if (row === undefined) continue;
    if (row.html === undefined) unsafeIds.push(row.article.id);
    yield row;
  }
}

/** Each page is read anew as articles: the index lags behind, and does not have all. */
async function* readArticles(query: ListQuery, context: ExportContext): AsyncGenerator<ExportRow> {
  for await (const page of readPages(query, context)) {
    if (page.length === 0) continue;
    const { articles, clusters } = await context.articles.readSnapshot({
      articleIds: page.map(({ id }) => id),
      clusterIds: page.flatMap(({ match, clusterId }) => (match === undefined ? [] : [clusterId])),
      claims: [],
      candidateKeys: [],
      days: [],
    });
    for (const { id } of page) {
      const article = articles.get(id);
      if (article?.status !== "live") continue;
      const { duplicate, clusterId } = article;
      const originalId = duplicate && (clusters.get(clusterId)?.originalId ?? duplicate.originalId);
      yield { article, originalId, text: undefined, html: undefined };
    }
  }
}

async function* readPages(query: ListQuery, context: ExportContext) {
  let position: string | undefined;
  do {
    const page = await listArticles(query, position, context);
    yield page.items;
    position = page.position;
  } while (position !== undefined);
}

function makeQuery(wanted: {
  readonly from: Day;
  readonly before: Day;
  readonly filters: ExportFilters;
  readonly limit: number;
}): ListQuery {
  const { from, before, filters, limit } = wanted;
  const { partner, source, language, duplicates } = filters;
  return operation.query.parse({
    ...(partner !== undefined && { partner: [partner] }),
    ...(source !== undefined && { source: [source] }),
    ...(language !== undefined && { language: [language] }),
    duplicates,
    publishedFrom: from,
    publishedTo: before,
    limit,
  });
}

/** Adds text and HTML; undefined where the article was erased while we read. */
async function addDocument(row: ExportRow, context: ExportContext): Promise<ExportRow | undefined> {
  const { partner, raw } = row.article;
  let bytes: Uint8Array;
  try {
    bytes = await context.raw.getRaw(partner, raw.sha256);
  } catch (error) {
    const [current] = await context.articles.getArticles([row.article.id]);
    if (isCurrent(row.article, current)) throw error;
    return undefined;
  }
  try {
    const { text, html } = readStoredArticle(row.article, bytes);
    return { ...row, text, html };
  } catch (error) {
    if (!(error instanceof UnsafeOutputError)) throw error;
    return row;
  }
}

function isCurrent(
  { raw, revision }: LiveArticle,
  current: Awaited<ReturnType<ArticleTable["getArticles"]>>[number] | undefined,
): boolean {
  return current?.status === "live" && current.revision === revision && current.raw.sha256 === raw.sha256;
}
