import { createHash } from "node:crypto";
import type { ArticleRecord } from "../../../shared/stores/article-record.ts";
import { makeTimeKey } from "../../../shared/stores/table-keys.ts";

/** So many come in a day, so that an archive grows as archives do: by days, not within them. */
const articlesPerDay = 500;

const dayMs = 86_400_000;
const newestDay = Date.parse("2026-11-26T00:00:00.000Z");

/** A value that is the same for the same article and question, spread evenly over 0 to 1: FNV-1a with the end of MurmurHash3. */
function draw(article: number, question: string): number {
  let hash = 0x811c9dc5 ^ article;
  for (let index = 0; index < question.length; index++) hash = Math.imul(hash ^ question.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

/** One of `count`, a few of them much more often than the rest. */
function drawRank(article: number, question: string, count: number): number {
  return Math.floor(count * draw(article, question) ** 2.5);
}

/**
 * Article `n` of a generated archive, 0 the newest: of some partner and source, with the properties that the list filters by. A
 * quarter are duplicates, one in fifty is retracted; most arrive within hours of their publication, some from an archive.
 */
export function makeArticle(n: number): ArticleRecord {
  const id = createHash("sha256").update(`article ${n}`).digest("hex").slice(0, 32);
  const arrival = newestDay - Math.floor(n / articlesPerDay) * dayMs + Math.floor(draw(n, "time") * dayMs);
  const lateMs = draw(n, "is late") < 0.05 ? 30 * dayMs : 6 * 3_600_000;
  const ingestedAt = new Date(arrival).toISOString();
  const publishedAt = new Date(arrival - Math.floor(draw(n, "delay") * lateMs)).toISOString();
  const source = `source-${drawRank(n, "source", 200)}.example`;
  const identity = {
    id,
    partner: `partner-${drawRank(n, "partner", 20)}`,
    partnerArticleId: `cms-${n}`,
    source,
    revision: 1,
    version: 1,
    ingestedAt,
    modifiedAt: ingestedAt,
    timelineKey: makeTimeKey(publishedAt, id),
    clusterId: id,
  };
  if (draw(n, "is retracted") < 0.02) return { ...identity, status: "retracted" };
  const isDuplicate = draw(n, "is duplicate") < 0.25;
  return {
    ...identity,
    status: "live",
    outcome: isDuplicate ? "duplicate" : "created",
    url: `https://www.${source}/${publishedAt.slice(0, 10).replaceAll("-", "/")}/report-of-the-council-${n}`,
    title: `The council of Nordwijk has taken up report number ${n}`,
    language: ["en", "de", "de-AT", "fr", "nl", "es"][drawRank(n, "language", 6)],
    authors: [`Author ${drawRank(n, "author", 300)}`],
    tags: [`tag-${drawRank(n, "tag", 60)}`, `tag-${drawRank(n, "other tag", 60)}`],
    publishedAt,
    ...(isDuplicate && { duplicate: { originalId: "0".repeat(32), match: "near", joinedAt: ingestedAt } }),
    contentHash: "0".repeat(64),
    metadataDigest: "0".repeat(32),
    raw: { sha256: "0".repeat(64), bytes: 4000, contentType: "text/html; charset=utf-8", charset: "utf-8" },
    sanitation: { removed: [] },
    warnings: [],
  };
}
