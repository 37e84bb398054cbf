import { retractArticle } from "../../../shared/retract-article.ts";
import type { ArticleTable } from "../../../shared/stores/article-table.ts";
import type { ErasureRecord } from "../../../shared/stores/erasure-log.ts";
import type { ObjectVersion } from "../../../shared/stores/object-versions.ts";
import type { TableItem } from "../../../shared/stores/scan-table.ts";
import { articleKeys } from "../../../shared/stores/table-keys.ts";
import { OpsError } from "../manage-keys.ts";
import type { ShowProgress } from "../show-progress.ts";
import { closePartner, erasePartnerObjects } from "./erase-partner.ts";
import { articleOf, type EraseContext, type ErasureTarget, rawKey, type Work, waitUntil } from "./erasure-work.ts";
import { findArticleIds, findSketchedCluster, watchReferences } from "./find-traces.ts";
import { type Erased, isSketchGone, judgeItem } from "./judge-item.ts";
import { lookAgain } from "./look-again.ts";
import { type Heir, leaveHeirSketch, readHeir } from "./make-heirs-findable.ts";
import { settleClaim } from "./settle-claim.ts";

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
  const { articles, articleItems, rawObjects, now } = context;
  const found = new Map<string, number>();
  const count = (place: string, items = 1) => found.set(place, (found.get(place) ?? 0) + items);
  const work: Work = { target, context, progress, count };

  for (const place of context.others) count(place.name, await place.count(target, knownIds(target)));
  const begun = await begin(target, audit, context);
  const record = target.kind === "partner" ? await closePartner(begun, work) : begun;
  const digests = target.kind === "article" ? await listDigests(target.id, articles) : new Set<string>();
  const versions = await listSettled(digests, work);
  progress.update("looking for what is there");
  const articleIds = target.kind === "article" ? knownIds(target) : await findArticleIds(articleItems, target.partner);
  for (const [index, id] of [...articleIds].entries()) {
    await withdraw(id, work);
    progress.update(
      `withdrawn: ${(index + 1).toLocaleString("en")} of ${articleIds.size.toLocaleString("en")} articles`,
    );
  }

  const { heirs, sharedDigests } = await readHeirs(articleIds, digests, work);
  const erased = describeErased(target, articleIds, heirs);
  await removeTraces(erased, work);
  await passSketchesOn(heirs, work);
  const removable = versions.filter(({ key }) => !sharedDigests.has(digestOf(key)));
  await rawObjects.remove(removable);
  count("raw objects", removable.length);
  if (target.kind === "partner") await erasePartnerObjects(target.partner, work);
  for (const place of context.others) {
    progress.update(`erasing from the ${place.name}`);
    await place.erase(target, articleIds);
  }
  for (const [index, id] of [...articleIds].entries()) {
    await removeArticle(id, work);
    progress.update(`removed: ${(index + 1).toLocaleString("en")} of ${articleIds.size.toLocaleString("en")} articles`);
  }

  progress.update("looking again");
  const left = await lookAgain(erased, articleIds, digests, work);
  progress.end();
  const places = [...new Set([...found.keys(), ...left.keys()])]
    .map((place) => ({ place, found: found.get(place) ?? 0, left: left.get(place) ?? 0 }))
    .filter((place) => place.found > 0 || place.left > 0);
  const sum = places.reduce((total, place) => total + place.left, 0);
  const finished: ErasureRecord = {
    ...record,
    erased: Object.fromEntries(
      places.map(({ place, found, left }) => [place, (record.erased?.[place] ?? 0) + found - left]),
    ),
    ...(sum === 0 && { finishedAt: now().toISOString() }),
  };
  await context.erasures.saveErasure(finished);
  return { record: finished, places, shared: sharedDigests.size, left: sum };
}

/** Articles that are known before anything is looked through. */
function knownIds(target: ErasureTarget): Set<string> {
  return new Set(target.kind === "article" ? [target.id] : []);
}

/** Says in the log that it is erased, before anything is; or finds that it has been begun. */
async function begin(
  target: ErasureTarget,
  audit: { readonly by: string; readonly reason: string },
  { erasures, now }: EraseContext,
): Promise<ErasureRecord> {
  const name = target.kind === "article" ? target.id : target.partner;
  const open = (await erasures.listErasures(target.kind, name)).find(({ finishedAt }) => finishedAt === undefined);
  if (open !== undefined) return open;
  const record: ErasureRecord = { kind: target.kind, name, ...audit, startedAt: now().toISOString() };
  await erasures.saveErasure(record);
  return record;
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
    for await (const page of context.rawObjects.list(rawKey(target.partner, digest))) versions.push(...page);
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

/** Retracts an article, as its partner could. */
async function withdraw(id: string, { context, count }: Work): Promise<void> {
  const { articles, articleItems, now, pause } = context;
  const article = await articles.getArticle(id);
  if (article?.status !== "live") return;
  if (article.relatedTo !== undefined) {
    // The tombstone does not know of it any more.
    await articleItems.remove(articleKeys.related(article.relatedTo.clusterId, article.modifiedAt, id));
    count("related");
  }
  if (article.duplicate !== undefined) count("memberships");
  await retractArticle({ partner: article.partner, address: { articleId: id } }, { articles, now, pause });
}

/** The heirs of the clusters that erased articles have left, and which raw objects of an article are shared with others. */
async function readHeirs(
  articleIds: ReadonlySet<string>,
  digests: ReadonlySet<string>,
  { target, context, progress, count }: Work,
): Promise<{ heirs: Map<string, Heir | undefined>; sharedDigests: Set<string> }> {
  const clusterIds: string[] = [];
  const references = watchReferences({ articleId: articleOf(target), partner: target.partner, digests });
  for await (const items of context.articleItems.scan()) {
    for (const item of items) {
      references.see(item);
      const clusterId = findSketchedCluster(item, (id) => articleIds.has(id));
      if (clusterId === undefined) continue;
      clusterIds.push(clusterId);
      if (articleIds.has(String(item["originalId"]))) count("sketches");
    }
  }
  const heirs = new Map<string, Heir | undefined>();
  for (const clusterId of clusterIds) {
    heirs.set(clusterId, await readHeir(clusterId, context));
    progress.update(`heirs: ${heirs.size.toLocaleString("en")} of ${clusterIds.length.toLocaleString("en")} clusters`);
  }
  return { heirs, sharedDigests: await references.findShared(context.articles) };
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
async function removeTraces(erased: Erased, { context, progress, count }: Work): Promise<void> {
  const { articleItems } = context;
  let seen = 0;
  for await (const items of articleItems.scan()) {
    for (const item of items) {
      const place = judgeItem(item, erased);
      if (place === undefined || place === "articles" || place === "revisions") continue;
      if (place === "sketches" && item.sk === "sketch") continue;
      count(place);
      const name = item.pk.slice(item.pk.indexOf("#") + 1);
      if (place === "candidate keys") await articleItems.removeSketchIds(item, (id) => isSketchGone(id, name, erased));
      else if (place === "claims")
        await settleClaim(readClaim(item, name), { articles: context.articles, table: articleItems });
      else await articleItems.remove(item);
    }
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
async function removeArticle(id: string, { target, context, count }: Work): Promise<void> {
  const { articles, articleItems, now } = context;
  for await (const { revision } of listRevisions(id, articles)) {
    await articleItems.remove(articleKeys.revision(id, revision));
    count("revisions");
  }
  const article = await articles.getArticle(id);
  if (article === undefined || (article.status === "retracted" && article.erasedAt !== undefined)) return;
  count("articles");
  if (target.kind === "partner") await articleItems.remove(articleKeys.article(id));
  else if (!(await articleItems.strip(id, now().toISOString()))) {
    throw new OpsError("The article was submitted again while it was erased. Run the command again.");
  }
}

function digestOf(key: string): string {
  return key.slice(key.lastIndexOf("/") + 1);
}
