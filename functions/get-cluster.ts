import { getCluster } from "../shared/api/operations/get-cluster.ts";
import { ProblemError } from "../shared/api/problem.ts";
import { countSources, findCluster, readMembers, summarize } from "../shared/read-cluster.ts";
import { connectReader } from "./http/connect-reader.ts";
import { httpFunction } from "./http/http-function.ts";
import { openPager } from "./http/turn-page.ts";

const { articles, keys } = connectReader();
const readCursor = openPager(keys);

/** Related articles are a hint, and as many as fit on a screen. */
const shownRelated = 20;

export const handler = httpFunction(
  getCluster,
  async ({ params, query }, { event }) => {
    const pager = await readCursor(event, query);
    const cluster = await findCluster(params.id, articles);
    if (cluster === undefined) throw new ProblemError("not-found", `There is no cluster ${params.id}.`);
    const { members, hasMore } = await readMembers(cluster, { after: pager.position, limit: query.limit, articles });
    const isFirst = pager.position === undefined;
    const relatedIds = isFirst ? await articles.listRelated(cluster.clusterId, shownRelated) : [];
    const related = await articles.getArticles(relatedIds);
    const { headers, ...next } = pager.turn(hasMore ? members.at(-1)?.position : undefined);
    return {
      status: 200,
      headers,
      json: {
        id: cluster.clusterId,
        originalId: cluster.originalId,
        duplicates: cluster.duplicates,
        sources: isFirst ? await countSources(cluster, articles) : [],
        items: members.map(({ member }) => member),
        related: related.filter(({ status }) => status === "live").map(summarize),
        ...next,
      },
    };
  },
  { keys },
);
