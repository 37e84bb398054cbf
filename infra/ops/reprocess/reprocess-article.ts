import { derivationVersion } from "../../../shared/article/derivation-version.ts";
import type { DerivedArticle } from "../../../shared/article/derive-article.ts";
import { encodeSketch } from "../../../shared/article/near/encode-sketch.ts";
import type { NearFingerprint } from "../../../shared/article/near/fingerprint-article.ts";
import { UnsafeOutputError } from "../../../shared/article/read-article.ts";
import { deriveStoredArticle, fingerprintStoredArticle } from "../../../shared/derive-stored-article.ts";
import { digestReading, leaveSketch, makeTimelineKey } from "../../../shared/ingest-article.ts";
import type { LineProfiles } from "../../../shared/line-profiles.ts";
import { openDays, shardsOfDays } from "../../../shared/open-days.ts";
import { resolveSettings } from "../../../shared/partner-policy.ts";
import { settleRace } from "../../../shared/settle-race.ts";
import type { LiveArticle } from "../../../shared/stores/article-record.ts";
import type { ArticleTable } from "../../../shared/stores/article-table.ts";
import type { ArticleWrite, Snapshot } from "../../../shared/stores/article-writes.ts";
import type { PartnerTable } from "../../../shared/stores/partner-table.ts";
import type { RawBucket } from "../../../shared/stores/raw-bucket.ts";
import { dayOf, sketchIdOf } from "../../../shared/stores/table-keys.ts";

export interface ReprocessContext {
  readonly articles: Pick<ArticleTable, "readSnapshot" | "readCandidates" | "commit">;
  readonly partners: Pick<PartnerTable, "getSettings" | "listPartners">;
  readonly raw: Pick<RawBucket, "getRaw">;
  /** Given here so that a test can change what follows from the same bytes. */
  readonly derive: typeof deriveStoredArticle;
  /** What `derive` is; an article that was derived by it is left alone. */
  readonly version: string;
  readonly profiles: LineProfiles;
  readonly now: () => Date;
  readonly pause: (round: number) => Promise<void>;
}

export const currentDerivation = { derive: deriveStoredArticle, version: derivationVersion } as const;

/** What of an article may be another by today's rules, and which field of its record tells it. */
const comparedFields = {
  title: "title",
  url: "url",
  source: "source",
  language: "language",
  authors: "authors",
  tags: "tags",
  publishedAt: "publishedAt",
  updatedAt: "updatedAt",
  text: "contentHash",
  "html or text shown": "readingDigest",
  sanitation: "sanitation",
  warnings: "warnings",
} as const satisfies Readonly<Record<string, keyof LiveArticle>>;
export type ChangeKind = keyof typeof comparedFields | "sketch";
const fieldKinds = Object.keys(comparedFields) as (keyof typeof comparedFields)[];
export const changeKinds: readonly ChangeKind[] = [...fieldKinds, "sketch"];

/** `current`: it was derived by today's rules; `gone`: it was retracted or erased; `unsafe`: its HTML cannot be made safe. */
export type Reprocessed =
  | { readonly outcome: "current" | "gone" | "unsafe" }
  | { readonly outcome: "derived"; readonly changes: readonly ChangeKind[] };

/**
 * Derives an article anew from its raw bytes and writes what has become another, under the condition that it still is as it was
 * read. Its revision, its cluster and its role there stay: what is the same story was decided when it came. A text that hashes
 * to something new is claimed, as far as nobody has done so, and its sketch replaced.
 *
 * Done twice, it is done once.
 *
 * @param options.beforeWork waits until there is time for one more
 * @param options.beforeWrite keeps what is about to be written
 */
export function reprocessArticle(
  id: string,
  options: {
    readonly isDryRun: boolean;
    readonly beforeWork: () => Promise<void>;
    readonly beforeWrite: (changes: readonly ChangeKind[]) => Promise<void>;
  },
  context: ReprocessContext,
): Promise<Reprocessed> {
  const { articles, version } = context;
  const isOver = (outcome: Exclude<Reprocessed["outcome"], "derived">) => ({ done: { outcome } });
  return settleRace<Reprocessed>(context.pause, async () => {
    const { articles: found } = await articles.readSnapshot({ ...nothing, articleIds: [id] });
    const current = found.get(id);
    if (current?.status !== "live") return isOver("gone");
    const { rules } = resolveSettings(await context.partners.getSettings(current.partner));
    if (current.derivedBy === version && current.rulesDigest === rules?.digest) return isOver("current");
    await options.beforeWork();
    const bytes = await context.raw.getRaw(current.partner, current.raw.sha256);
    let derived: DerivedArticle;
    try {
      // Warnings about dates ahead are those of the day on which it came.
      const now = new Date(current.modifiedAt);
      derived = await context.derive(current, bytes, { now, rules });
    } catch (error) {
      if (error instanceof UnsafeOutputError) return isOver("unsafe");
      throw error;
    }
    const next = describeNext(current, derived, { version, rulesDigest: rules?.digest, now: context.now() });
    const near = await fingerprintStoredArticle(current, derived, context.profiles);
    const sketch = await compareSketch(current, near, context);
    const changes = [...listChanges(current, next), ...(sketch === undefined ? [] : (["sketch"] as const))];
    if (options.isDryRun) return { done: { outcome: "derived", changes } };

    const claims = listClaims(next, derived);
    const snapshot = await articles.readSnapshot({
      ...nothing,
      claims,
      candidateKeys: sketch?.near.candidateKeys ?? [],
      days: [dayOf(next.timelineKey), dayOf(next.ingestedAt)],
    });
    await options.beforeWrite(changes);
    const commit = await articles.commit([
      {
        kind: "article",
        article: next,
        expectedVersion: current.version,
        shards: shardsOfDays(next, snapshot.days),
      },
      ...claims.flatMap((claim) => makeClaim(claim, next, snapshot)),
      ...(sketch === undefined ? [] : leaveSketch(sketch, snapshot, context.now())),
      ...openDays([{ article: next, before: current }], snapshot),
    ]);
    return commit.committed ? { done: { outcome: "derived", changes } } : { again: {}, lostRace: true };
  });
}

const nothing = { articleIds: [], claims: [], clusterIds: [], candidateKeys: [], days: [] } as const;

function describeNext(
  current: LiveArticle,
  derived: DerivedArticle,
  by: { readonly version: string; readonly rulesDigest: string | undefined; readonly now: Date },
): LiveArticle {
  const { url, title, source, language, authors, tags, publishedAt, updatedAt, contentHash, reading } = derived;
  return {
    ...current,
    ...{ url, title, source, language, authors, tags, publishedAt, updatedAt, contentHash },
    timelineKey: makeTimelineKey(current.id, publishedAt, current.ingestedAt),
    version: current.version + 1,
    rulesDigest: by.rulesDigest,
    derivedBy: by.version,
    derivedAt: by.now.toISOString(),
    readingDigest: digestReading(reading),
    sanitation: { removed: [...reading.removed] },
    warnings: [...current.warnings.slice(0, current.documentWarnings ?? 0), ...reading.warnings],
  };
}

function listChanges(current: LiveArticle, next: LiveArticle): ChangeKind[] {
  const isOther = (name: keyof LiveArticle) => JSON.stringify(current[name]) !== JSON.stringify(next[name]);
  return fieldKinds.filter((kind) => isOther(comparedFields[kind]));
}

/** The sketch that the article leaves to be found by, if it has one that is another now. */
async function compareSketch(
  { id, clusterId, duplicate, modifiedAt }: LiveArticle,
  near: NearFingerprint | undefined,
  { articles }: ReprocessContext,
) {
  if (near === undefined || (duplicate !== undefined && duplicate.hasSketch !== true)) return undefined;
  const sketchId = sketchIdOf(clusterId, duplicate && id);
  const standing = (await articles.readCandidates([sketchId])).sketches.get(sketchId);
  // Of an original whose predecessor was retracted there is none; the predecessor's still leads to the cluster.
  if (standing === undefined || (duplicate === undefined && standing.originalId !== id)) return undefined;
  if (Buffer.from(standing.sketch).equals(encodeSketch(near.sketch))) return undefined;
  const { originalId, expiresAt } = standing;
  return { near, sketchId, originalId, sketchedAt: modifiedAt, expiresAt };
}

type ClaimName = Pick<Extract<ArticleWrite, { kind: "claim" }>, "hash"> & { readonly kind: "content" | "url" };

function listClaims({ contentHash }: LiveArticle, { urlHash }: DerivedArticle): ClaimName[] {
  return [
    ...(contentHash === undefined ? [] : [{ kind: "content" as const, hash: contentHash }]),
    ...(urlHash === undefined ? [] : [{ kind: "url" as const, hash: urlHash }]),
  ];
}

/** A claim of somebody else stays, as when a submission comes; that to the text by the old rules is asked for by nobody. */
function makeClaim({ kind, hash }: ClaimName, article: LiveArticle, snapshot: Snapshot): ArticleWrite[] {
  if (snapshot.claims.has(`${kind}#${hash}`)) return [];
  const { id, clusterId, duplicate } = article;
  const claim = { clusterId, articleId: id, originalId: duplicate?.originalId ?? id };
  return [{ kind: "claim", claimKind: kind, hash, claim, expectedArticleId: undefined }];
}
