import { createHash } from "node:crypto";
import { ProblemError } from "./api/problem.ts";
import type { SubmissionMetadata } from "./api/submission.ts";
import type { DuplicateOf, Outcome, RelatedTo, SubmissionResult } from "./api/submission-result.ts";
import type { ArticleRules } from "./article/article-rules.ts";
import { derivationVersion } from "./article/derivation-version.ts";
import { type DerivedArticle, type deriveArticle, findIdentity, identifyArticle } from "./article/derive-article.ts";
import { hashParts } from "./article/hash-parts.ts";
import { encodeSketch } from "./article/near/encode-sketch.ts";
import { fingerprintArticle, type NearFingerprint } from "./article/near/fingerprint-article.ts";
import { maxSketchesPerKey, writtenCandidateKeys } from "./article/near/key-limits.ts";
import { type ArticleReading, UnsafeOutputError } from "./article/read-article.ts";
import { type ArticleAddress, resolveAddress } from "./article-address.ts";
import { type Compared, compareWithCandidates, describeMatch, isExpired } from "./compare-with-candidates.ts";
import { keepRevision } from "./keep-revision.ts";
import { leaveCluster } from "./leave-cluster.ts";
import type { LineProfiles } from "./line-profiles.ts";
import { openDays, shardsOfDays } from "./open-days.ts";
import { type Evidence, type Placed, placeArticle } from "./place-article.ts";
import { type CheckArticle, makeEtag, requireMatch } from "./precondition.ts";
import { settleRace } from "./settle-race.ts";
import type { ArticleRecord, DuplicateRecord, LiveArticle, RawRecord } from "./stores/article-record.ts";
import type { ArticleTable } from "./stores/article-table.ts";
import type { ArticleWrite, ClaimKind, Snapshot } from "./stores/article-writes.ts";
import type { RawBucket } from "./stores/raw-bucket.ts";
import { dayOf, makeTimeKey, sketchIdOf } from "./stores/table-keys.ts";

/** One document from one partner: parsed and decoded, its bytes still as they came. */
export interface IncomingSubmission {
  readonly partner: string;
  /** How the partner addresses the article; absent, its URL or its text identifies it. */
  readonly address?: ArticleAddress | undefined;
  readonly metadata: SubmissionMetadata;
  /** What ops has set for the partner's articles. */
  readonly rules?: ArticleRules | undefined;
  readonly document: {
    readonly form: "html" | "text";
    /** Decoded. */
    readonly content: string;
    readonly bytes: Uint8Array;
    readonly contentType: string;
    readonly charset: string;
    /** What was found while decoding. */
    readonly warnings: readonly { readonly code: string; readonly detail: string }[];
  };
  readonly ifMatch?: string | undefined;
  /** Throws where the article, as it stands, is to be left as it is. */
  readonly check?: CheckArticle | undefined;
  readonly validateOnly: boolean;
}

/** What the pipeline needs of the world. */
export interface IngestContext {
  readonly articles: Pick<ArticleTable, "readSnapshot" | "readCandidates" | "commit" | "getOldestMember">;
  readonly raw: Pick<RawBucket, "putRaw" | "quarantineRaw">;
  /** Pure; given here so that a test can see what happens when it fails. */
  readonly derive: typeof deriveArticle;
  readonly profiles: LineProfiles;
  readonly now: () => Date;
  /** For so many days similar texts find each other. */
  readonly nearDuplicateDays: number;
  /** Over so many partitions the lists of a new day are spread. */
  readonly timelineShards: number;
  /** Waits before the next round; 1 is the first. */
  readonly pause: (round: number) => Promise<void>;
}

export interface Ingested {
  readonly result: SubmissionResult;
  readonly etag: string;
}

/**
 * Takes in one submission. The steps, and why they stand in this order:
 *
 * 1. Derive everything from the bytes: safe HTML, text, IDs and hashes. No store is touched, so a refusal leaves nothing.
 * 2. Read, in one request, all that the decision rests on; in a second one, where the text is new but has sequences of words
 *    in common with others, what those look like.
 * 3. Store the raw bytes. They come before the metadata: a crash from here on leaves at most an object that nobody refers to.
 * 4. Commit article, revision, claims and cluster in one transaction, each under the condition that what was read still
 *    stands. It makes the article visible, whole or not at all. Cancelled, it begins again at 2 with what was learned.
 *
 * Nothing depends on running only once: a submission that is sent again ends at 2 as `unchanged`.
 *
 * @throws ProblemError when the partner has to change something (`precondition-failed`, `retracted`, `not-found`)
 */
export async function ingestArticle(submission: IncomingSubmission, context: IngestContext): Promise<Ingested> {
  const incoming = await deriveOrQuarantine(submission, context);
  const { id, partner, raw } = incoming;
  let rawIsStored = false;

  return settleRace<Ingested>(context.pause, async (known) => {
    const snapshot = await context.articles.readSnapshot({
      articleIds: [id, ...known.articleIds],
      claims: incoming.claims,
      clusterIds: [...known.clusterIds],
      candidateKeys: incoming.near?.candidateKeys ?? [],
      days: [dayOf(incoming.timelineKey(undefined)), dayOf(incoming.receivedAt)],
    });
    const current = snapshot.articles.get(id);
    const repeated = findRepeated(current, incoming);
    if (repeated !== undefined) return { done: answer(repeated, "unchanged") };
    refuseConflict(submission, current);

    const comparison = await compareText(incoming, current, snapshot, context);
    const placement = placeArticle({
      id,
      revision: (current?.revision ?? 0) + 1,
      current:
        current?.status === "live"
          ? { clusterId: current.clusterId, originalId: current.duplicate?.originalId ?? id }
          : undefined,
      ...findClaims(incoming, snapshot),
      ...(comparison && { compared: comparison.compared }),
      clusters: new Map([...snapshot.clusters, ...(comparison?.clusters ?? [])]),
    });
    if (placement.role === "unknown") return { again: { clusterIds: [placement.clusterId] }, lostRace: false };
    const article = describeArticle(incoming, current, placement, comparison?.relatedTo);
    if (submission.validateOnly) {
      // A dry run has no condition that would fail on a wrong guess, so it looks at the cluster before it answers.
      const isGuess = placement.role === "duplicate" && !known.clusterIds.has(placement.clusterId);
      return isGuess ? { again: { clusterIds: [placement.clusterId] }, lostRace: false } : { done: answer(article) };
    }

    const isDeparting = current?.status === "live" && current.clusterId !== placement.clusterId;
    const departure = isDeparting
      ? await leaveCluster(current, {
          snapshot,
          knownClusterIds: known.clusterIds,
          // To a cluster without an item nothing could lead: who came to it would not learn who its original is.
          ...((placement.role === "duplicate" || placement.revives) && { mergeInto: placement.clusterId }),
          articles: context.articles,
        })
      : { writes: [], heir: undefined };
    if ("missing" in departure) return { again: departure.missing, lostRace: false };

    rawIsStored ||= current?.status === "live" && current.raw.sha256 === raw.sha256;
    if (!rawIsStored) await context.raw.putRaw(partner, raw.sha256, submission.document.bytes);
    rawIsStored = true;

    const commit = await context.articles.commit([
      {
        kind: "article",
        article,
        expectedVersion: current?.version,
        shards: shardsOfDays(article, snapshot.days),
      },
      ...(current?.status === "live" ? [keepRevision(current)] : []),
      ...departure.writes,
      ...enterCluster(article, current, placement),
      ...makeClaims(incoming, snapshot, placement),
      ...makeFindable(incoming, article, current, snapshot, context),
      ...noteRelated(article),
      ...openDays([{ article, before: current }, ...(departure.heir ? [departure.heir] : [])], {
        days: snapshot.days,
        newDayShards: context.timelineShards,
      }),
    ]);
    if (!commit.committed) return { again: { clusterIds: commit.learnedClusterIds }, lostRace: true };
    // Copies of a text teach one lesson, however many partners or revisions bring them.
    await context.profiles.learn(partner, { id: article.clusterId, lines: incoming.derived.lines });
    return { done: answer(article) };
  });
}

/** Everything that follows from the submission alone. */
interface Incoming {
  readonly id: string;
  readonly partner: string;
  readonly submission: IncomingSubmission;
  readonly derived: DerivedArticle;
  readonly raw: RawRecord;
  readonly metadataDigest: string;
  readonly contentHash: string | undefined;
  readonly urlHash: string | undefined;
  /** What similar texts are found by; absent when there is no text. */
  readonly near: NearFingerprint | undefined;
  readonly claims: readonly { readonly kind: ClaimKind; readonly hash: string }[];
  readonly receivedAt: string;
  /** Place in every list of an article that was first taken in at the given time, by default now. */
  timelineKey(ingestedAt: string | undefined): string;
}

async function deriveOrQuarantine(submission: IncomingSubmission, context: IngestContext): Promise<Incoming> {
  const { partner, metadata, document, rules } = submission;
  const now = context.now();
  try {
    return await describeIncoming(submission, await context.derive(document, metadata, { now, rules }), context);
  } catch (error) {
    if (!(error instanceof UnsafeOutputError)) throw error;
    const sha256 = hashBytes(document.bytes);
    const articleId = identifyIncoming(submission, findIdentity(error.found, metadata), sha256);
    // Nothing is kept of what could not be submitted anyway: the article may have been erased.
    const snapshot = await context.articles.readSnapshot({
      articleIds: [articleId],
      claims: [],
      clusterIds: [],
      candidateKeys: [],
      days: [],
    });
    refuseConflict(submission, snapshot.articles.get(articleId));
    await context.raw.quarantineRaw({ partner, articleId, sha256 }, document.bytes);
    throw new ProblemError(
      "unsafe-content",
      "Our sanitizer failed its own check on this document. It is not published; its bytes are kept aside and we look at them.",
      { cause: error },
    );
  }
}

function identifyIncoming(
  { partner, address }: IncomingSubmission,
  derived: Pick<DerivedArticle, "canonicalUrl" | "contentHash">,
  sha256: string,
): string {
  return address === undefined
    ? identifyArticle(partner, { ...derived, rawDigest: sha256 })
    : resolveAddress(partner, address);
}

function hashBytes(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

async function describeIncoming(
  submission: IncomingSubmission,
  derived: DerivedArticle,
  context: IngestContext,
): Promise<Incoming> {
  const { partner, metadata, document } = submission;
  const { contentHash, urlHash } = derived;
  const sha256 = hashBytes(document.bytes);
  const id = identifyIncoming(submission, derived, sha256);
  const claims: { kind: ClaimKind; hash: string }[] = [];
  if (contentHash !== undefined) claims.push({ kind: "content", hash: contentHash });
  if (urlHash !== undefined) claims.push({ kind: "url", hash: urlHash });
  const receivedAt = context.now().toISOString();
  return {
    id,
    partner,
    submission,
    derived,
    raw: { sha256, bytes: document.bytes.byteLength, contentType: document.contentType, charset: document.charset },
    metadataDigest: hashParts([JSON.stringify(metadata), document.contentType, document.charset]).slice(0, 32),
    contentHash,
    urlHash,
    near: contentHash === undefined ? undefined : await fingerprint(id, submission, derived, context),
    claims,
    receivedAt,
    timelineKey: (ingestedAt = receivedAt) => makeTimelineKey(id, derived.publishedAt, ingestedAt),
  };
}

/** What recurs in the partner's articles says nothing about this one: two pieces with the same footer are not alike. */
async function fingerprint(
  id: string,
  { partner, metadata }: IncomingSubmission,
  { lines, publishedAt }: DerivedArticle,
  { profiles }: IngestContext,
): Promise<NearFingerprint> {
  const own = await profiles.removeRecurring(partner, { id, lines });
  return fingerprintArticle({ lines: own, title: metadata.title, publishedAt });
}

/** The place in every list. A date in the future, by mistake or by embargo, must not keep an article on top until then. */
export function makeTimelineKey(id: string, publishedAt: string | undefined, ingestedAt: string): string {
  return makeTimeKey(publishedAt !== undefined && publishedAt < ingestedAt ? publishedAt : ingestedAt, id);
}

/** The article as it stands, when it is what the submission would make of it. */
function findRepeated(current: ArticleRecord | undefined, incoming: Incoming): LiveArticle | undefined {
  if (current?.status !== "live" || current.partner !== incoming.partner) return undefined;
  const isSame = current.raw.sha256 === incoming.raw.sha256 && current.metadataDigest === incoming.metadataDigest;
  return isSame ? current : undefined;
}

function refuseConflict(submission: IncomingSubmission, current: ArticleRecord | undefined): void {
  const { address, partner, ifMatch } = submission;
  if (address !== undefined && "articleId" in address && current?.partner !== partner) {
    throw new ProblemError("not-found", "You have no article with this ID. Submit it under your own ID, or by POST.");
  }
  requireMatch(ifMatch, current);
  if (current?.status === "retracted" && ifMatch === undefined) {
    throw new ProblemError(
      "retracted",
      `You retracted this article at ${current.modifiedAt}. To publish it again, PUT it with If-Match and its ETag ${makeEtag(current)}.`,
      { headers: { ETag: makeEtag(current) } },
    );
  }
  submission.check?.(current);
}

function findClaims(incoming: Incoming, snapshot: Snapshot): Pick<Evidence, "contentClaim" | "urlClaim"> {
  return {
    contentClaim: snapshot.claims.get(`content#${incoming.contentHash}`),
    urlClaim: snapshot.claims.get(`url#${incoming.urlHash}`),
  };
}

/** Compares the text with similar ones; undefined where that is not needed, because the very text is known already. */
async function compareText(
  incoming: Incoming,
  current: ArticleRecord | undefined,
  snapshot: Snapshot,
  context: IngestContext,
): Promise<Compared | undefined> {
  const { near } = incoming;
  const { contentClaim, urlClaim } = findClaims(incoming, snapshot);
  if (near === undefined || contentClaim !== undefined) return undefined;
  const alsoClusterIds = [
    ...(current?.status === "live" ? [current.clusterId] : []),
    ...(urlClaim === undefined ? [] : [urlClaim.clusterId]),
  ];
  const ownSketchId = current && sketchIdOf(current.clusterId, current.id);
  const { articles } = context;
  return compareWithCandidates(near, { snapshot, alsoClusterIds, ownSketchId, now: context.now(), articles });
}

function describeArticle(
  incoming: Incoming,
  current: ArticleRecord | undefined,
  placement: Placed,
  relatedTo: RelatedTo | undefined,
): LiveArticle {
  const { id, partner, submission, derived, raw, metadataDigest, receivedAt } = incoming;
  const { address, document } = submission;
  const duplicate = describeDuplicate(incoming, current, placement);
  const givenId = address !== undefined && "partnerArticleId" in address ? address.partnerArticleId : undefined;
  return {
    id,
    partner,
    partnerArticleId: current?.partnerArticleId ?? givenId,
    status: "live",
    outcome: current !== undefined ? "updated" : duplicate === undefined ? "created" : "duplicate",
    revision: (current?.revision ?? 0) + 1,
    version: (current?.version ?? 0) + 1,
    ingestedAt: current?.ingestedAt ?? receivedAt,
    modifiedAt: receivedAt,
    timelineKey: incoming.timelineKey(current?.ingestedAt),
    clusterId: placement.clusterId,
    duplicate,
    relatedTo: duplicate === undefined && relatedTo?.clusterId !== placement.clusterId ? relatedTo : undefined,
    source: derived.source,
    url: derived.url,
    title: derived.title,
    language: derived.language,
    authors: derived.authors,
    tags: derived.tags,
    publishedAt: derived.publishedAt,
    updatedAt: derived.updatedAt,
    contentHash: incoming.contentHash,
    metadataDigest,
    rulesDigest: submission.rules?.digest,
    given: Object.entries(submission.metadata).flatMap(([name, value]) => (value === undefined ? [] : [name])),
    derivedBy: derivationVersion,
    readingDigest: digestReading(derived.reading),
    raw,
    sanitation: { removed: [...derived.reading.removed] },
    warnings: [...document.warnings, ...derived.reading.warnings],
    ...(document.warnings.length > 0 && { documentWarnings: document.warnings.length }),
  };
}

/** Tells whether readers would see something else. */
export function digestReading({ html, text }: Pick<ArticleReading, "html" | "text">): string {
  return hashParts([html, text]).slice(0, 16);
}

function describeDuplicate(
  incoming: Incoming,
  current: ArticleRecord | undefined,
  placement: Placed,
): DuplicateRecord | undefined {
  if (placement.role === "original") return undefined;
  const { originalId, match, throughId, compared } = placement;
  const standing =
    current?.status === "live" && current.clusterId === placement.clusterId ? current.duplicate : undefined;
  // With the same text it is a copy for the same reason; that it has claimed that text itself is no new one.
  const isSameText = current?.status === "live" && current.contentHash === incoming.contentHash;
  if (standing !== undefined && isSameText) return { ...standing, originalId };
  return {
    originalId,
    match,
    ...(throughId !== originalId && throughId !== incoming.id && { through: throughId }),
    ...(match === "content" ? { similarity: 1 } : compared && describeMatch(compared.comparison)),
    ...(match === "near" && compared?.extendsOriginal && { hasSketch: true }),
    joinedAt: standing?.joinedAt ?? incoming.receivedAt,
  };
}

/** The writes that make an article a member of its cluster, or the original of one that had lost its own. */
function enterCluster(article: LiveArticle, current: ArticleRecord | undefined, placement: Placed): ArticleWrite[] {
  const { clusterId, duplicate, id, source } = article;
  if (duplicate !== undefined) {
    const stays = current?.status === "live" && current.clusterId === clusterId;
    return [{ kind: stays ? "member" : "join", clusterId, articleId: id, source, duplicate }];
  }
  if (placement.role !== "original" || placement.revives === undefined) return [];
  return [{ kind: "cluster", clusterId, cluster: { originalId: id, members: 0 }, expected: placement.revives }];
}

/**
 * The text and the URL are claimed for the article's cluster where nobody has done so. A claim of somebody else stays: it is
 * why the article is where it is. The article's own URL follows it to another cluster.
 */
function makeClaims(incoming: Incoming, snapshot: Snapshot, placement: Placed): ArticleWrite[] {
  const { id } = incoming;
  const { clusterId } = placement;
  const claim = { clusterId, articleId: id, originalId: placement.role === "original" ? id : placement.originalId };
  return incoming.claims.flatMap(({ kind, hash }): ArticleWrite[] => {
    const standing = snapshot.claims.get(`${kind}#${hash}`);
    const follows = kind === "url" && standing?.articleId === id && standing.clusterId !== clusterId;
    if (standing !== undefined && !follows) return [];
    return [{ kind: "claim", claimKind: kind, hash, claim, expectedArticleId: standing?.articleId }];
  });
}

/**
 * What later articles find this one by: the sketch of its text and some of its keys. An original leaves them, and a copy of
 * it that says more, as the full text after a teaser. Other copies leave nothing: whoever is like one of them has to be like
 * its original, else one link would lead to another.
 *
 * A key that many have already is passed over: it is a phrase that everybody uses.
 */
function makeFindable(
  incoming: Incoming,
  article: LiveArticle,
  current: ArticleRecord | undefined,
  snapshot: Snapshot,
  context: IngestContext,
): ArticleWrite[] {
  const { near } = incoming;
  const { clusterId, id, duplicate, modifiedAt } = article;
  const leavesSketch = duplicate === undefined || duplicate.hasSketch === true;
  const stays = current?.status === "live" && current.clusterId === clusterId;
  const had = stays && (current.duplicate === undefined || current.duplicate.hasSketch === true);
  const sketchId = sketchIdOf(clusterId, duplicate && id);
  if (had && duplicate !== undefined && !leavesSketch) return [{ kind: "forget", sketchId }];
  const isKnown = had && current.contentHash === article.contentHash;
  if (near === undefined || !leavesSketch || isKnown) return [];

  const expiresAt = Math.floor(context.now().getTime() / 1000) + context.nearDuplicateDays * 86_400;
  const originalId = duplicate?.originalId ?? id;
  return leaveSketch({ near, sketchId, originalId, sketchedAt: modifiedAt, expiresAt }, snapshot, context.now());
}

/** The writes of a sketch and of the keys that lead to it. */
export function leaveSketch(
  left: {
    readonly near: NearFingerprint;
    readonly sketchId: string;
    readonly originalId: string;
    readonly sketchedAt: string;
    readonly expiresAt: number;
  },
  snapshot: Pick<Snapshot, "candidateKeys">,
  now: Date,
): ArticleWrite[] {
  const { near, sketchId, originalId, sketchedAt, expiresAt } = left;
  const sketch = { sketch: encodeSketch(near.sketch), originalId, sketchedAt, expiresAt };
  const keys = near.candidateKeys
    .map((hash) => ({ hash, expected: snapshot.candidateKeys.get(hash) }))
    .map((key) => ({
      ...key,
      sketchIds: key.expected && !isExpired(key.expected.expiresAt, now) ? key.expected.sketchIds : [],
    }))
    .filter(({ sketchIds }) => sketchIds.length < maxSketchesPerKey || sketchIds.includes(sketchId))
    .slice(0, writtenCandidateKeys)
    .filter(({ sketchIds }) => !sketchIds.includes(sketchId))
    .map(({ hash, expected, sketchIds }): ArticleWrite => {
      const key = { sketchIds: [...sketchIds, sketchId], expiresAt: Math.max(expiresAt, expected?.expiresAt ?? 0) };
      return { kind: "candidate", hash, key, expected };
    });
  return [{ kind: "sketch", sketchId, sketch }, ...keys];
}

/** The cluster that tells the same story in other words learns of the article. */
function noteRelated({ id, relatedTo, modifiedAt }: LiveArticle): ArticleWrite[] {
  if (relatedTo === undefined) return [];
  return [{ kind: "related", clusterId: relatedTo.clusterId, articleId: id, relatedAt: modifiedAt }];
}

function answer(article: LiveArticle, outcome: Outcome = article.outcome): Ingested {
  return { result: describeResult(article, outcome), etag: makeEtag(article) };
}

/** What is told of the link to an original, whichever that is today. */
export function describeDuplicateOf(duplicate: DuplicateRecord, id: string): DuplicateOf {
  const { match, through, similarity, evidence } = duplicate;
  return { id, match, through: through === id ? undefined : through, similarity, evidence };
}

/** What the partner is told of its submission. */
export function describeResult(article: LiveArticle, outcome: Outcome = article.outcome): SubmissionResult {
  const { id, partnerArticleId, revision, clusterId, duplicate, relatedTo, sanitation, warnings } = article;
  return {
    id,
    partnerArticleId,
    revision,
    outcome,
    clusterId,
    duplicateOf: duplicate && describeDuplicateOf(duplicate, duplicate.originalId),
    relatedTo,
    sanitation,
    warnings,
  };
}
