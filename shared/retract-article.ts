import { ProblemError } from "./api/problem.ts";
import { type ArticleAddress, resolveAddress } from "./article-address.ts";
import type { IngestContext } from "./ingest-article.ts";
import { keepRevision } from "./keep-revision.ts";
import { leaveCluster } from "./leave-cluster.ts";
import { openDays } from "./open-days.ts";
import { type CheckArticle, makeEtag, requireMatch } from "./precondition.ts";
import { settleRace } from "./settle-race.ts";
import type { Tombstone } from "./stores/article-record.ts";

/**
 * Withdraws an article of a partner; a tombstone stays. If it was the original of its story, the oldest duplicate takes its
 * place in the same transaction. Done twice, it is done once.
 *
 * @param request.validateOnly refuse what would be refused, and write nothing
 * @returns the ETag of the tombstone, or of the article where nothing was written
 * @throws ProblemError `not-found` when the partner has no such article, `precondition-failed` by `ifMatch`, and
 *   what `check` throws
 */
export async function retractArticle(
  request: {
    readonly partner: string;
    readonly address: ArticleAddress;
    readonly ifMatch?: string | undefined;
    readonly check?: CheckArticle | undefined;
    readonly validateOnly?: boolean;
  },
  context: Pick<IngestContext, "articles" | "now" | "pause">,
): Promise<string> {
  const id = resolveAddress(request.partner, request.address);
  return settleRace(context.pause, async (known) => {
    const snapshot = await context.articles.readSnapshot({
      articleIds: [id, ...known.articleIds],
      claims: [],
      candidateKeys: [],
      clusterIds: [...known.clusterIds],
      days: [],
    });
    const current = snapshot.articles.get(id);
    if (current?.partner !== request.partner) throw new ProblemError("not-found", "You have no article with this ID.");
    if (current.status === "retracted") return { done: makeEtag(current) };
    requireMatch(request.ifMatch, current);
    request.check?.(current);
    if (request.validateOnly) return { done: makeEtag(current) };

    const departure = await leaveCluster(current, {
      snapshot,
      knownClusterIds: known.clusterIds,
      articles: context.articles,
    });
    if ("missing" in departure) return { again: departure.missing, lostRace: false };

    const { partner, partnerArticleId, source, revision, ingestedAt, timelineKey, clusterId } = current;
    const tombstone: Tombstone = {
      id,
      partner,
      partnerArticleId,
      source,
      revision,
      ingestedAt,
      timelineKey,
      clusterId,
      status: "retracted",
      version: current.version + 1,
      modifiedAt: context.now().toISOString(),
    };
    const commit = await context.articles.commit([
      { kind: "article", article: tombstone, expectedVersion: current.version },
      keepRevision(current),
      ...departure.writes,
      ...openDays([{ article: tombstone, before: current }, ...(departure.heir ? [departure.heir] : [])], snapshot),
    ]);
    if (!commit.committed) return { again: { clusterIds: commit.learnedClusterIds }, lostRace: true };
    return { done: makeEtag(tombstone) };
  });
}
