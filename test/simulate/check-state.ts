import { maxSketchesPerKey } from "../../shared/article/near/key-limits.ts";
import { type ArticleRecord, kindOf, type LiveArticle } from "../../shared/stores/article-record.ts";
import { dayListOf, dayOf, sketchIdOf } from "../../shared/stores/table-keys.ts";
import type { MemoryStores } from "../support/memory-stores.ts";

/** A promise of the service does not hold. */
export class Violation extends Error {}

function demand(holds: boolean, what: () => string): void {
  if (!holds) throw new Violation(what());
}

/**
 * What has to hold after every single change of a store, whatever is still under way: nobody may see a story that counts
 * twice, or a part of an article.
 *
 * @param likeDigests raw digests of texts that are like each other, so that one of them is the original
 */
export function checkState(stores: MemoryStores, likeDigests: ReadonlySet<string>): void {
  const live = [...stores.articles.values()].filter((article) => article.status === "live");
  for (const article of live) checkArticle(article, stores);
  checkOriginals(live, [...stores.articles.values()].every(({ version }) => version === 1) ? likeDigests : new Set());
  for (const article of stores.articles.values()) checkListed(article, stores);
  for (const [name, { articleId }] of stores.claims) {
    demand(stores.articles.has(articleId), () => `${name} belongs to ${articleId}, which does not exist`);
  }
  checkClusters(stores);
}

function checkArticle(article: LiveArticle, stores: MemoryStores): void {
  const { id, partner, raw, clusterId, duplicate, contentHash, revision } = article;
  demand(stores.objects.has(`${partner}/${raw.sha256}`), () => `${id} is visible without its raw bytes`);
  demand(stores.claims.has(`content#${contentHash}`), () => `nobody has claimed the text of ${id}`);
  for (let n = 1; n < revision; n++) {
    demand(stores.revisions.has(`${id}#${n}`), () => `revision ${n} of ${id} is gone`);
  }
  const cluster = stores.clusters.get(clusterId);
  if (duplicate === undefined) {
    const isOriginal = cluster === undefined || cluster.originalId === id;
    demand(isOriginal, () => `${id} takes itself for the original of ${clusterId}, which has ${cluster?.originalId}`);
  } else {
    demand(stores.members.get(clusterId)?.has(id) === true, () => `${id} is no member of its cluster ${clusterId}`);
    const original = stores.articles.get(cluster?.originalId ?? "");
    const isOriginal = original?.status === "live" && original.duplicate === undefined;
    demand(isOriginal, () => `${id} is a duplicate in ${clusterId}, which has no live original`);
    demand(original?.clusterId === clusterId, () => `the original of ${clusterId} is in ${original?.clusterId}`);
  }
  if (duplicate === undefined || duplicate.hasSketch) checkFindable(sketchIdOf(clusterId, duplicate && id), stores);
}

/** The lists ask the days which of them to read, and in how many shards. */
function checkListed(article: ArticleRecord, { days, shards }: MemoryStores): void {
  const { id, timelineKey, ingestedAt } = article;
  for (const [index, at] of [
    ["byDay", timelineKey],
    ["byArrival", ingestedAt],
  ] as const) {
    const day = days.get(dayOf(at));
    const list = dayListOf(index, kindOf(article));
    demand(day?.lists.has(list) === true, () => `${list} does not ask for the day of ${id}`);
    const placed = shards.get(id)?.[index] ?? 1;
    demand(placed <= (day?.shards ?? 1), () => `${list} may not read the shard of ${id}, one of ${placed}`);
  }
}

/** Similar texts find a sketch by its keys, unless the keys are those of a phrase that everybody uses. */
function checkFindable(sketchId: string, { sketches, candidateKeys }: MemoryStores): void {
  demand(sketches.has(sketchId), () => `similar texts cannot be compared with ${sketchId}: it has no sketch`);
  const leads = ({ sketchIds }: { sketchIds: string[] }) =>
    sketchIds.includes(sketchId) || sketchIds.length >= maxSketchesPerKey;
  demand([...candidateKeys.values()].some(leads), () => `similar texts cannot find ${sketchId}: no key leads to it`);
}

function checkOriginals(live: readonly LiveArticle[], likeDigests: ReadonlySet<string>): void {
  const originals = new Map<string, string>();
  for (const { id, duplicate, contentHash, raw } of live) {
    if (duplicate !== undefined) continue;
    const story = likeDigests.has(raw.sha256) ? "the story" : `the text ${contentHash}`;
    demand(!originals.has(story), () => `${story} has two originals, ${originals.get(story)} and ${id}`);
    originals.set(story, id);
  }
}

function checkClusters({ articles, clusters, members }: MemoryStores): void {
  for (const [clusterId, cluster] of clusters) {
    const count = members.get(clusterId)?.size ?? 0;
    demand(count === cluster.members, () => `${clusterId} counts ${cluster.members} members and has ${count}`);
    const { mergedInto = clusterId } = cluster;
    demand(clusters.has(mergedInto), () => `${clusterId} has gone over to ${mergedInto}, which has no item`);
  }
  for (const [clusterId, entries] of members) {
    for (const [id, { originalId: _, ...membership }] of entries) {
      const article = articles.get(id);
      const isMember =
        article?.status === "live" &&
        article.clusterId === clusterId &&
        article.duplicate?.joinedAt === membership.joinedAt;
      demand(isMember, () => `${clusterId} lists ${id}, which is no duplicate there`);
    }
  }
}
