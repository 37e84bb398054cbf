import fc from "fast-check";
import { expect, test } from "vitest";
import { ProblemError } from "../../../shared/api/problem.ts";
import { type IncomingSubmission, type IngestContext, ingestArticle } from "../../../shared/ingest-article.ts";
import { retractArticle } from "../../../shared/retract-article.ts";
import type { ArticleWrite, Snapshot, SnapshotKeys } from "../../../shared/stores/article-writes.ts";
import { uniqueText } from "../../fixtures/articles.ts";
import { story } from "../../fixtures/story.ts";
import { makeIngestContext } from "../../support/make-ingest-context.ts";
import { type MemoryStores, openMemoryStores } from "../../support/memory-stores.ts";

/** Few texts, URLs and IDs, so that everything meets everything. Among them a teaser, a report and the end of that. */
const texts = [
  uniqueText("race 1"),
  uniqueText("race 2"),
  ...[
    [0, 3],
    [0, 8],
    [4, 8],
  ].map(([from, to]) => story.lines.slice(from, to).join("\n")),
];
const urls = [undefined, "https://nordwijker.example/1", "https://nordwijker.example/2"];

const action = fc.record({
  kind: fc.constantFrom("submit", "submit", "submit", "retract", "revive"),
  partner: fc.constantFrom("p1", "p2"),
  id: fc.constantFrom("a", "b"),
  text: fc.constantFrom(...texts),
  url: fc.constantFrom(...urls),
});
type Action = typeof action extends fc.Arbitrary<infer T> ? T : never;

function describeSubmission({ partner, id, text, url }: Action, ifMatch?: string): IncomingSubmission {
  return {
    partner,
    address: { partnerArticleId: id },
    metadata: url === undefined ? {} : { url },
    document: {
      form: "text",
      content: text,
      bytes: Buffer.from(text),
      contentType: "text/plain",
      charset: "utf-8",
      warnings: [],
    },
    ifMatch,
    validateOnly: false,
  };
}

/** Carries out an action; refusals that a partner can expect are fine, anything else is a bug. */
async function perform(todo: Action, context: IngestContext): Promise<void> {
  try {
    if (todo.kind === "retract")
      await retractArticle({ partner: todo.partner, address: { partnerArticleId: todo.id } }, context);
    else await ingestArticle(describeSubmission(todo, todo.kind === "revive" ? "*" : undefined), context);
  } catch (error) {
    const expected = ["not-found", "retracted", "precondition-failed"];
    if (!(error instanceof ProblemError && expected.includes(error.kind))) throw error;
  }
}

/** BatchGetItem is no transaction: each item is as it was at some moment of the request, and not all at the same one. */
async function readInParts(keys: SnapshotKeys, read: (keys: SnapshotKeys) => Promise<Snapshot>): Promise<Snapshot> {
  const none = { articleIds: [], claims: [], clusterIds: [], candidateKeys: [], days: [] };
  const { articleIds, claims, clusterIds, candidateKeys, days } = keys;
  const [ofArticles, ofClaims, ofClusters, ofKeys] = await Promise.all([
    read({ ...none, articleIds, days }),
    read({ ...none, claims }),
    read({ ...none, clusterIds }),
    read({ ...none, candidateKeys }),
  ]);
  return { ...ofArticles, claims: ofClaims.claims, clusters: ofClusters.clusters, candidateKeys: ofKeys.candidateKeys };
}

/** A write in a few words, for the history of a failure. */
function describeWrite(write: ArticleWrite): string {
  const short = (id: string | undefined) => (id === undefined ? "nobody" : id.replace(/^(.{4}).{28}/, "$1"));
  switch (write.kind) {
    case "article": {
      const { id, version, status, clusterId } = write.article;
      const duplicate = write.article.status === "live" ? write.article.duplicate : undefined;
      const text = write.article.status === "live" ? write.article.contentHash : undefined;
      const role =
        duplicate === undefined ? "original" : `duplicate (${duplicate.match}) of ${short(duplicate.originalId)}`;
      return `${short(id)} v${version} ${status} text ${text?.slice(0, 4)}: ${role} in ${short(clusterId)}`;
    }
    case "claim":
      return `${write.claimKind} ${write.hash.slice(0, 4)} belongs to ${short(write.claim.clusterId)}, original ${short(write.claim.originalId)}`;
    case "cluster":
      return `${short(write.clusterId)} = ${JSON.stringify(write.cluster, (_, value) => (typeof value === "string" ? short(value) : value))}`;
    case "join":
    case "member":
    case "leave":
      return `${short(write.articleId)} ${write.kind} ${short(write.clusterId)}`;
    default:
      return write.kind;
  }
}

/** What has to hold between any two transactions. */
function checkInvariants(stores: MemoryStores): void {
  const live = [...stores.articles.values()].filter((article) => article.status === "live");
  const originals = new Map<string, string>();
  for (const article of live) {
    const { id, clusterId, duplicate, contentHash, partner, raw } = article;
    expect(stores.objects.has(`${partner}/${raw.sha256}`), "raw bytes of an article that is visible").toBe(true);
    const cluster = stores.clusters.get(clusterId);
    if (duplicate === undefined) {
      expect(cluster === undefined || cluster.originalId === id, `${id} is the original of ${clusterId}`).toBe(true);
      // A text counts once: no two originals have it.
      expect(originals.get(contentHash ?? id), `the originals of ${contentHash}`).toBeUndefined();
      originals.set(contentHash ?? id, id);
    } else {
      expect(stores.members.get(clusterId)?.has(id), `${id} is a member of ${clusterId}`).toBe(true);
      const original = stores.articles.get(cluster?.originalId ?? "");
      expect(original?.status, `the original of ${clusterId}`).toBe("live");
      expect(original).not.toHaveProperty("duplicate.match");
    }
    for (let revision = 1; revision < article.revision; revision++) {
      expect(stores.revisions.has(`${id}#${revision}`), `revision ${revision} of ${id}`).toBe(true);
    }
  }
  for (const [clusterId, cluster] of stores.clusters) {
    expect(stores.members.get(clusterId)?.size ?? 0, `members of ${clusterId}`).toBe(cluster.members);
  }
}

test("whatever order the steps of writers take, a text has one original and a cluster its members", async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.array(action, { minLength: 2, maxLength: 10 }), async (scheduler, actions) => {
      const stores = openMemoryStores();
      let violation: Error | undefined;
      const history: string[] = [];
      const context = makeIngestContext(stores, {
        articles: {
          readSnapshot: (keys) => readInParts(keys, scheduler.scheduleFunction(stores.table.readSnapshot)),
          commit: scheduler.scheduleFunction(async (writes) => {
            const result = await stores.table.commit(writes);
            history.push(`${result.committed ? "committed" : "refused  "} ${writes.map(describeWrite).join("; ")}`);
            try {
              checkInvariants(stores);
            } catch (error) {
              violation ??= new Error(`${(error as Error).message}\n${history.join("\n")}`, { cause: error });
            }
            return result;
          }),
          readCandidates: scheduler.scheduleFunction(stores.table.readCandidates),
          getOldestMember: scheduler.scheduleFunction(stores.table.getOldestMember),
        },
        raw: { ...stores.raw, putRaw: scheduler.scheduleFunction(stores.raw.putRaw) },
      });
      await scheduler.waitFor(Promise.all(actions.map((todo) => perform(todo, context))));
      if (violation !== undefined) throw violation;
    }),
    { numRuns: Number(process.env["SCENARIOS"] ?? 1500) },
  );
}, 120_000);
