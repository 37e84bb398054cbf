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
 * - `days`            / `2026-11-23`       a day that has articles
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

/** What lies below what in the bucket of imports. */
export const importObjects = {
  uploads: "uploads/",
  upload: (id: string) => `uploads/${id}`,
  /** The import, the first item of the stretch, and the attempt: one that was overtaken writes to a place of its own. */
  failures: (id: string, firstIndex: number, token: string) =>
    `failures/${id}/${String(firstIndex).padStart(10, "0")}-${token}`,
} as const;

/** Every index is sorted by `timelineKey`: the time of publication, then the ID, so that no two keys are equal. */
export const timelineIndexes = {
  byDay: { partitionKey: "day", sortKey: "timelineKey" },
  bySource: { partitionKey: "source", sortKey: "timelineKey" },
  byPartner: { partitionKey: "partner", sortKey: "timelineKey" },
} as const;
export type TimelineIndex = keyof typeof timelineIndexes;

/** What the indexes carry beside the keys: what the list shows and filters by, and no more, since a read costs by bytes. */
export const projectedAttributes = [
  "id",
  "partner",
  "partnerArticleId",
  "revision",
  "status",
  "title",
  "url",
  "source",
  "language",
  "authors",
  "tags",
  "publishedAt",
  "ingestedAt",
  "clusterId",
  "match",
] as const;
