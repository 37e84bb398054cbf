import { retractArticle } from "../../../shared/retract-article.ts";
import type { ArticleTable } from "../../../shared/stores/article-table.ts";
import type { ErasureRecord } from "../../../shared/stores/erasure-log.ts";
import type { ObjectVersion } from "../../../shared/stores/object-versions.ts";
import type { TableItem } from "../../../shared/stores/scan-table.ts";
import { articleKeys } from "../../../shared/stores/table-keys.ts";
import { OpsError } from "../manage-keys.ts";
import type { ShowProgress } from "../show-progress.ts";
import { closePartner, findImportIds } from "./erase-partner.ts";
import {
  articleOf,
  type EraseContext,
  type ErasureTarget,
  quarantinePrefix,
  rawPrefixes,
  type Work,
  waitUntil,
} from "./erasure-work.ts";
import { findArticleIds, findSketchedCluster, watchReferences } from "./find-traces.ts";
import { articlePlaces, candidateKeys, type Erased, isSketchGone, judgeItem } from "./judge-item.ts";
import { type Known, lookAround, type Sight, see, seeNothing } from "./look-around.ts";
import { type Heir, leaveHeirSketch, readHeir } from "./make-heirs-findable.ts";
import { settleClaim } from "./settle-claim.ts";
import { type Tally, tallyErasure } from "./tally-erasure.ts";

/** What was found in a place, and what is left there. */
export interface PlaceReport {
  readonly place: string;
  readonly found: number;
  readonly left: number;
}

export interface ErasureReport {
  readonly record: ErasureRecord;
  readonly places: readonly PlaceReport[];
  /** Raw objects that stay because another article of the partner has the same bytes. */
  readonly shared: number;
  readonly left: number;
}

/**
 * The longest that a submission can be between storing its bytes and referring to them, and a margin for clocks: the time of a
 * request, or that of the import worker.
 */
const submissionMs = { request: 60_000, import: 6 * 60_000 };

/**
 * Erases an article, or all of a partner: first it is withdrawn as a retraction would do it, so that consumers hear of it and
 * copies get another original; then everything that holds something of it is removed; then all stores are looked through
 * again. An article leaves its tombstone without content, a partner nothing but the entry in the log of erasures.
 *
 * What later steps go by is removed last: revisions name the raw objects, the articles' own items what is to be erased. So a run
 * that ended anywhere is repeated from the beginning, and finds what is left.
 */
export async function erase(
  target: ErasureTarget,
  audit: { readonly by: string; readonly reason: string },
  context: EraseContext,
  progress: ShowProgress,
): Promise<ErasureReport> {
  const { articleItems, rawObjects } = context;
  const work: Work = { target, context, progress };

  progress.update("looking for what is there");
  const known = await findKnown(target, context);
  const before = await lookAround(known, work);
  const tally = await begin(target, audit, context);
  await tally.begin(before);
  if (target.kind === "partner") await closePartner(target.partner, work, tally);
  const { digests } = known;
  const versions = await listSettled(digests, work);
  progress.update("looking for what has come meanwhile");
  const articleIds = target.kind === "article" ? known.articleIds : await findArticleIds(articleItems, target.partner);
  const withdrawnIds = new Set<string>();
  for (const [index, id] of [...articleIds].entries()) {
    if (await withdraw(id, work)) withdrawnIds.add(id);
    progress.update(
      `withdrawn: ${(index + 1).toLocaleString("en")} of ${articleIds.size.toLocaleString("en")} articles`,
    );
  }

  const { heirs, sharedDigests, sight } = await readHeirs(articleIds, digests, work);
  const removable = versions.filter(({ key }) => !sharedDigests.has(digestOf(key)));
  await tally.see(sight, target.kind === "article" ? new Map([["raw objects", removable.length]]) : undefined);
  const erased = describeErased(target, articleIds, heirs);
  await removeTraces(erased, work, tally);
  await passSketchesOn(heirs, work);
  await rawObjects.remove(removable);
  for (const prefix of [...(target.kind === "partner" ? rawPrefixes(target, digests) : []), quarantinePrefix(target)]) {
    for await (const found of rawObjects.list(prefix)) {
      await rawObjects.remove(found);
      progress.update(`removing objects below ${prefix}`);
    }
  }
  for (const place of context.others) {
    progress.update(`erasing from the ${place.name}`);
    await place.erase(target, withdrawnIds);
  }
  for (const [index, id] of [...articleIds].entries()) {
    await removeArticle(id, work);
    progress.update(`removed: ${(index + 1).toLocaleString("en")} of ${articleIds.size.toLocaleString("en")} articles`);
  }

  progress.update("looking again");
  const after = await lookAround({ ...known, erased, articleIds }, work);
  progress.end();
  const places = (await tally.end(after, context.now().toISOString()))
    .map(({ place, erased, left }) => ({ place, found: erased + left, left }))
    .filter(({ found }) => found > 0);
  const left = places.reduce((total, place) => total + place.left, 0);
  return { record: tally.record, places, shared: sharedDigests.size, left };
}

/** What there is of it to be erased, by place, but for candidate keys; nothing is changed. */
export async function lookForErasure(
  target: ErasureTarget,
  context: EraseContext,
  progress: ShowProgress,
): Promise<{ place: string; found: number }[]> {
  progress.update("looking for what is there");
  const sight = await lookAround(await findKnown(target, context), { target, context });
  progress.end();
  sight.delete(candidateKeys);
  return [...sight].map(([place, found]) => ({ place, found })).filter(({ found }) => found > 0);
}

/** What an erasure goes by, while the partner may still be at work. */
async function findKnown(target: ErasureTarget, context: EraseContext): Promise<Known> {
  const { articles, articleItems } = context;
  const isArticle = target.kind === "article";
  const articleIds = isArticle ? new Set([target.id]) : await findArticleIds(articleItems, target.partner);
  return {
    erased: describeErased(target, articleIds, new Map()),
    articleIds,
    digests: isArticle ? await listDigests(target.id, articles) : new Set(),
    importIds: isArticle ? new Set() : await findImportIds(target.partner, context),
  };
}

/** Says in the log that it is erased, before anything is; or that an erasure that had no end is taken up again. */
async function begin(
  target: ErasureTarget,
  audit: { readonly by: string; readonly reason: string },
  { erasures, now }: EraseContext,
): Promise<Tally> {
  const name = target.kind === "article" ? target.id : target.partner;
  const run = { ...audit, startedAt: now().toISOString() };
  const open = (await erasures.listErasures(target.kind, name)).find(({ finishedAt }) => finishedAt === undefined);
  if (open === undefined) return tallyErasure({ kind: target.kind, name, ...run }, erasures);
  return tallyErasure({ ...open, repeats: [...(open.repeats ?? []), run] }, erasures);
}

/** The digests of all raw objects of an article. */
async function listDigests(id: string, articles: ArticleTable): Promise<Set<string>> {
  const digests = new Set<string>();
  const current = await articles.getArticle(id);
  if (current?.status === "live") digests.add(current.raw.sha256);
  for await (const { raw } of listRevisions(id, articles)) digests.add(raw.sha256);
  return digests;
}

async function* listRevisions(id: string, articles: ArticleTable) {
  let before = Number.MAX_SAFE_INTEGER;
  for (;;) {
    const page = await articles.listSupersededRevisions(id, { before: Math.min(before, 1_000_000), limit: 100 });
    yield* page;
    const last = page.at(-1);
    if (last === undefined) return;
    before = last.revision;
  }
}

/**
 * The versions of an article's raw objects, once they are so old that whoever has put one of them has also committed what refers to
 * it. What is put later is a version of its own, and is not touched.
 */
async function listSettled(digests: ReadonlySet<string>, work: Work): Promise<ObjectVersion[]> {
  const { target, context } = work;
  const versions: ObjectVersion[] = [];
  for (const digest of digests) {
    for (const prefix of rawPrefixes(target, new Set([digest]))) {
      for await (const page of context.rawObjects.list(prefix)) versions.push(...page);
    }
  }
  const newest = Math.max(0, ...versions.map(({ storedAt }) => storedAt.getTime()));
  const longest = (await isImporting(target.partner, context)) ? submissionMs.import : submissionMs.request;
  await waitUntil(newest + longest, "no submission with the same bytes can be under way", work);
  return versions;
}

async function isImporting(partner: string, { imports }: EraseContext): Promise<boolean> {
  for (const id of await imports.listOpen()) {
    if ((await imports.getImport(id))?.partner === partner) return true;
  }
  return false;
}

/** Retracts an article, as its partner could. @returns whether there is one */
async function withdraw(id: string, { context }: Work): Promise<boolean> {
  const { articles, articleItems, now, pause } = context;
  const article = await articles.getArticle(id);
  if (article?.status !== "live") return article !== undefined;
  if (article.relatedTo !== undefined) {
    // The tombstone does not know of it any more.
    await articleItems.remove(articleKeys.related(article.relatedTo.clusterId, article.modifiedAt, id));
  }
  await retractArticle({ partner: article.partner, address: { articleId: id } }, { articles, now, pause });
  return true;
}

/**
 * The heirs of the clusters that erased articles have left, which raw objects of an article are shared with others, and what there
 * is of the erased articles now that they are withdrawn.
 */
async function readHeirs(
  articleIds: ReadonlySet<string>,
  digests: ReadonlySet<string>,
  { target, context, progress }: Work,
): Promise<{ heirs: Map<string, Heir | undefined>; sharedDigests: Set<string>; sight: Sight }> {
  const erased = describeErased(target, articleIds, new Map());
  const sight = seeNothing(articlePlaces);
  const clusterIds: string[] = [];
  const references = watchReferences({ articleId: articleOf(target), partner: target.partner, digests });
  for await (const items of context.articleItems.scan()) {
    for (const item of items) {
      references.see(item);
      see(sight, judgeItem(item, erased));
      const clusterId = findSketchedCluster(item, (id) => articleIds.has(id));
      if (clusterId !== undefined) clusterIds.push(clusterId);
    }
  }
  const heirs = new Map<string, Heir | undefined>();
  for (const clusterId of clusterIds) {
    heirs.set(clusterId, await readHeir(clusterId, context));
    progress.update(`heirs: ${heirs.size.toLocaleString("en")} of ${clusterIds.length.toLocaleString("en")} clusters`);
  }
  return { heirs, sharedDigests: await references.findShared(context.articles), sight };
}

function describeErased(
  target: ErasureTarget,
  articleIds: ReadonlySet<string>,
  heirs: ReadonlyMap<string, Heir | undefined>,
): Erased {
  return {
    kind: target.kind,
    partner: target.partner,
    isErased: (id) => articleIds.has(id),
    sketches: new Map([...heirs].map(([clusterId, heir]) => [clusterId, new Set(heir?.near.candidateKeys)])),
  };
}

/** Everything of the erased articles but their own items, their revisions, and sketches that others are waiting for. */
async function removeTraces(erased: Erased, { context, progress }: Work, tally: Tally): Promise<void> {
  const { articleItems } = context;
  let seen = 0;
  for await (const items of articleItems.scan()) {
    let keys = 0;
    for (const item of items) {
      const place = judgeItem(item, erased);
      if (place === undefined || place === "articles" || place === "revisions") continue;
      if (place === "sketches" && item.sk === "sketch") continue;
      const name = item.pk.slice(item.pk.indexOf("#") + 1);
      if (place === candidateKeys) {
        await articleItems.removeSketchIds(item, (id) => isSketchGone(id, name, erased));
        keys += 1;
      } else if (place === "claims")
        await settleClaim(readClaim(item, name), { articles: context.articles, table: articleItems });
      else await articleItems.remove(item);
    }
    if (keys > 0) await tally.addErased(candidateKeys, keys);
    seen += items.length;
    progress.update(`removing what is left of it: ${seen.toLocaleString("en")} items looked at`);
  }
}

function readClaim(item: TableItem, hash: string) {
  const kind = item.pk.startsWith("url#") ? "url" : "content";
  return { kind, hash, clusterId: String(item["clusterId"]), articleId: String(item["articleId"]) } as const;
}

/** After the keys: while the sketch is that of an erased article, a run that is repeated knows what has to be done. */
async function passSketchesOn(heirs: ReadonlyMap<string, Heir | undefined>, { context }: Work): Promise<void> {
  for (const [clusterId, heir] of heirs) {
    if (heir === undefined) await context.articleItems.remove(articleKeys.sketch(clusterId));
    else await leaveHeirSketch(clusterId, heir, context);
  }
}

/** The revisions first: they name what the raw objects are. */
async function removeArticle(id: string, { target, context }: Work): Promise<void> {
  const { articles, articleItems, now } = context;
  for await (const { revision } of listRevisions(id, articles)) {
    await articleItems.remove(articleKeys.revision(id, revision));
  }
  if (target.kind === "partner") {
    await articleItems.remove(articleKeys.article(id));
    return;
  }
  const article = await articles.getArticle(id);
  if (article === undefined || (article.status === "retracted" && article.erasedAt !== undefined)) return;
  if (!(await articleItems.strip(id, now().toISOString()))) {
    throw new OpsError("The article was submitted again while it was erased. Run the command again.");
  }
}

function digestOf(key: string): string {
  return key.slice(key.lastIndexOf("/") + 1);
}
