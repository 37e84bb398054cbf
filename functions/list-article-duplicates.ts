import { listArticleDuplicates } from "../shared/api/operations/list-article-duplicates.ts";
import { findCluster, readMembers } from "../shared/read-cluster.ts";
import { connectReader } from "./http/connect-reader.ts";
import { findArticle } from "./http/find-article.ts";
import { httpFunction } from "./http/http-function.ts";
import { openPager } from "./http/turn-page.ts";

const { articles, keys } = connectReader();
const readCursor = openPager(keys);

export const handler = httpFunction(
  listArticleDuplicates,
  async ({ params, query }, { event }) => {
    const pager = await readCursor(event, query);
    const { id, clusterId } = await findArticle(articles, params.id);
    const cluster = await findCluster(clusterId, articles);
    // An article may leave its cluster between the two reads.
    if (cluster === undefined) throw new Error(`The article ${id} is in the cluster ${clusterId}, which is not there.`);
    const { members, hasMore } = await readMembers(cluster, { after: pager.position, limit: query.limit, articles });
    const { headers, ...next } = pager.turn(hasMore ? members.at(-1)?.position : undefined);
    const items = members.map(({ member }) => member).filter((member) => member.id !== id);
    return { status: 200, headers, json: { items, ...next } };
  },
  { keys },
);
