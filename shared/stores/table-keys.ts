/**
 * The keys of all tables. The CDK app makes the tables and the grants from them, the stores write and read by them; see
 * DECISIONS.md in this folder for why the keys are as they are.
 *
 * Articles table, `pk` / `sk`:
 * - `article#ID`      / `article`          the article at its current revision
 * - `article#ID`      / `revision#000001`  a superseded revision
 * - `content#HASH`    / `claim`            which article a text belongs to
 * - `url#HASH`        / `claim`            which article a canonical URL belongs to
 * - `cluster#CLUSTER` / `cluster`          its original; there only when a second article has come or the first has left
 * - `cluster#CLUSTER` / `member#TIME#ID`   an article that is a duplicate of the original
 * - `cluster#CLUSTER` / `sketch`           what the text of the original looks like, to compare others with
 * - `cluster#CLUSTER` / `sketch#ID`        the same of a copy that says more than the original
 * - `cluster#CLUSTER` / `related#TIME#ID`  an article that tells the same story in other words
 * - `candidate#HASH`  / `candidate`        sketches of texts that have a certain sequence of words
 * - `profile#PARTNER` / `lines`            lines that recur in the articles of a partner
 * - `days`            / `2026-11-23`       a day that has articles, in which lists, and over how many shards
 *
 * Imports table:
 * - `import#ID`       / `import`           an import and its checkpoint
 * - `import#ID`       / `failures#INDEX`   where failures lie, by the last item of their stretch
 *
 * Partners table:
 * - `partners`        / `NAME`             the partner and the IDs of its keys
 * - `key#KEYID`       / `key`              the hash of one key
 * - `secret#cursor`   / `secret`           what cursors are signed with
 * - `settings#NAME`   / `settings`         what ops has set for the partner
 * - `subscriptions`   / `ID`               a subscription to a topic of a partner's hub
 * - `quota#NAME`      / `2026-11-23`       what the partner has used up of its quota on a day
 * - `erasures`        / `KIND#NAME#TIME`   that an article or a partner was erased
 *
 * Changes table, the log of changes:
 * - `entries#0`       / `000000000001`     an entry, a thousand in a partition
 * - `head`            / `head`             the number of the last entry, or of one shortly before
 *
 * Webhooks table:
 * - `subscribers`     / `ID`               a subscriber, and how far it has been told
 * - `secrets#ID`      / `secrets`          what webhooks to it are signed with
 * - `parked#ID`       / `SEQUENCE`         an event on its dead-letter list
 * - `cursor#bus`      / `cursor`           how far the event bus has been told
 */
export const articleKeys = {
  article: (id: string) => ({ pk: `article#${id}`, sk: "article" }),
  /** Padded so that the order of strings is the order of numbers. */
  revision: (id: string, revision: number) => ({
    pk: `article#${id}`,
    sk: `revision#${String(revision).padStart(6, "0")}`,
  }),
  claim: (kind: "content" | "url", hash: string) => ({ pk: `${kind}#${hash}`, sk: "claim" }),
  cluster: (clusterId: string) => ({ pk: `cluster#${clusterId}`, sk: "cluster" }),
  /** In the order of joining, so that the oldest member is the first. */
  member: (clusterId: string, joinedAt: string, id: string) => ({
    pk: `cluster#${clusterId}`,
    sk: `member#${joinedAt}#${id}`,
  }),
  /** `CLUSTER` is the sketch of its original, `CLUSTER/ID` that of a copy. */
  sketch: (sketchId: string) => {
    const { clusterId, articleId } = readSketchId(sketchId);
    return { pk: `cluster#${clusterId}`, sk: articleId === undefined ? "sketch" : `sketch#${articleId}` };
  },
  related: (clusterId: string, relatedAt: string, id: string) => ({
    pk: `cluster#${clusterId}`,
    sk: `related#${relatedAt}#${id}`,
  }),
  candidate: (hash: string) => ({ pk: `candidate#${hash}`, sk: "candidate" }),
  lineProfile: (partner: string) => ({ pk: `profile#${partner}`, sk: "lines" }),
  day: (day: string) => ({ pk: "days", sk: day }),
} as const;

/**
 * What an article is to the lists. Each kind has partitions of its own, so that a list without duplicates, or of what was
 * retracted, reads nothing else. By a letter: it stands in four attributes of every item.
 */
export const articleKinds = { original: "o", duplicate: "d", retracted: "r" } as const;
export type ArticleKind = keyof typeof articleKinds;

/** Names the sketch of a cluster's original, or that of the article. */
export function sketchIdOf(clusterId: string, articleId?: string): string {
  return articleId === undefined ? clusterId : `${clusterId}/${articleId}`;
}

/** Whose text a sketch is of: the cluster's original, where no article is named. */
export function readSketchId(sketchId: string): { readonly clusterId: string; readonly articleId: string | undefined } {
  const [clusterId = sketchId, articleId] = sketchId.split("/");
  return { clusterId, articleId };
}

export const partnerKeys = {
  partner: (name: string) => ({ pk: "partners", sk: name }),
  key: (keyId: string) => ({ pk: `key#${keyId}`, sk: "key" }),
  cursorSecret: () => ({ pk: "secret#cursor", sk: "secret" }),
  settings: (name: string) => ({ pk: `settings#${name}`, sk: "settings" }),
  subscription: (id: string) => ({ pk: "subscriptions", sk: id }),
  erasure: (kind: "article" | "partner", name: string, startedAt: string) => ({
    pk: "erasures",
    sk: `${kind}#${name}#${startedAt}`,
  }),
  quota: (name: string, day: string) => ({ pk: `quota#${name}`, sk: day }),
} as const;

export const changeKeys = {
  entry: (entry: number) => ({ pk: `entries#${Math.floor(entry / 1000)}`, sk: String(entry).padStart(12, "0") }),
  head: () => ({ pk: "head", sk: "head" }),
} as const;

export const webhookKeys = {
  subscriber: (id: string) => ({ pk: "subscribers", sk: id }),
  secrets: (id: string) => ({ pk: `secrets#${id}`, sk: "secrets" }),
  parked: (id: string, sequence: string) => ({ pk: `parked#${id}`, sk: sequence }),
  busCursor: () => ({ pk: "cursor#bus", sk: "cursor" }),
} as const;

export const importKeys = {
  import: (id: string) => ({ pk: `import#${id}`, sk: "import" }),
  /** Padded so that the order of strings is the order of numbers. */
  failures: (id: string, lastIndex: number) => ({
    pk: `import#${id}`,
    sk: `failures#${String(lastIndex).padStart(10, "0")}`,
  }),
} as const;

/** Imports that are neither finished nor waiting for their file, by their beginning. */
export const openImportsIndex = { name: "byOpen", partitionKey: "open", sortKey: "startedAt" } as const;

/** So often a message for an import comes before it is parked with the dead letters. */
export const maxImportAttempts = 5;

/** What lies where in the bucket of raw HTML, and below what. */
export const rawObjects = {
  raw: (partner: string, sha256: string) => `raw/${partner}/${sha256}`,
  /** An article may not be there, or not yet: its ID follows from the submission alone. */
  quarantined: (partner: string, articleId: string, sha256: string) =>
    `${rawObjects.quarantine}${partner}/${articleId}/${sha256}`,
  quarantine: "quarantine/",
} as const;

/** What lies below what in the bucket of imports. */
export const importObjects = {
  uploads: "uploads/",
  upload: (id: string) => `uploads/${id}`,
  /** The import, the first item of the stretch, and the attempt: one that was overtaken writes to a place of its own. */
  failures: (id: string, firstIndex: number, token: string) =>
    `failures/${id}/${String(firstIndex).padStart(10, "0")}-${token}`,
} as const;

/** What every index carries beside its keys: what the list shows and filters by, and no more, since a read costs by bytes. */
const listed = [
  "partnerArticleId",
  "revision",
  "title",
  "url",
  "language",
  "authors",
  "tags",
  "publishedAt",
  "clusterId",
  "match",
] as const;

/**
 * The lists. Each index has a partition for every kind of article and every value: a day and one of its shards, a source, a
 * partner (`o#2026-11-23#0`, `d#nordwijker.example`). They are sorted by a time and the beginning of the ID, so that no two
 * keys are equal: by the time by which articles are listed, or by that of their arrival. None carries what follows from its
 * keys; see article-item.ts. Functions that write alone have none of it in their bundles.
 */
export const timelineIndexes = /* @__PURE__ */ describeIndexes();
export type TimelineIndex = keyof typeof timelineIndexes;

function describeIndexes() {
  return {
    byDay: { partitionKey: "byDay", sortKey: "timelineKey", carried: [...listed, "partner", "source", "ingestedAt"] },
    byArrival: {
      partitionKey: "byArrival",
      sortKey: "arrivalKey",
      carried: [...listed, "partner", "source", "listedAt"],
    },
    bySource: { partitionKey: "bySource", sortKey: "timelineKey", carried: [...listed, "partner", "ingestedAt"] },
    byPartner: { partitionKey: "byPartner", sortKey: "timelineKey", carried: [...listed, "source", "ingestedAt"] },
  } as const;
}

/** Indexes whose partitions are days. */
export type DayIndex = "byDay" | "byArrival";

/** A page reads all shards of a day, so there is an end to their number; each takes a thousand articles a second. */
export const maxTimelineShards = 32;

/** The partition of a source, of a partner, or of a shard of a day. */
export function partitionOf(kind: ArticleKind, value: string, shard?: number): string {
  return `${articleKinds[kind]}#${value}${shard === undefined ? "" : `#${shard}`}`;
}

/** How the item of a day names a list that has something on that day: `byDay#o`. */
export function dayListOf(index: DayIndex, kind: ArticleKind): string {
  return `${index}#${articleKinds[kind]}`;
}

/** A key that sorts by time; the beginning of the ID keeps articles of one instant apart, a hundred thousand of them. */
export function makeTimeKey(at: string, articleId: string): string {
  return `${at}#${articleId.slice(0, 12)}`;
}

/** The time in such a key. */
export function timeOfKey(key: string): string {
  return key.slice(0, key.indexOf("#"));
}

/** Above every such key, and every day. */
export const endOfTime = "~";

/** A day is the beginning of every time. */
export function dayOf(at: string): string {
  return at.slice(0, "2026-11-23".length);
}
