import { listArticleRevisions } from "../shared/api/operations/list-article-revisions.ts";
import { keepRevision } from "../shared/keep-revision.ts";
import { connectReader } from "./http/connect-reader.ts";
import { findArticle } from "./http/find-article.ts";
import { httpFunction } from "./http/http-function.ts";
import { openPager } from "./http/turn-page.ts";

const { articles, keys } = connectReader();
const readCursor = openPager(keys);

export const handler = httpFunction(
  listArticleRevisions,
  async ({ params, query }, { event }) => {
    const pager = await readCursor(event, query);
    const article = await findArticle(articles, params.id);
    const before = pager.position === undefined ? article.revision + 1 : Number(pager.position);
    // The current revision stands in the article itself; those below it lie beside it.
    const current = before > article.revision ? [keepRevision(article).revision] : [];
    const limit = query.limit - current.length;
    const older =
      limit > 0
        ? await articles.listSupersededRevisions(article.id, { before: Math.min(before, article.revision), limit })
        : [];
    const items = [...current, ...older];
    const last = items.at(-1)?.revision ?? 1;
    const { headers, ...next } = pager.turn(last > 1 ? String(last) : undefined);
    return { status: 200, headers, json: { items, ...next } };
  },
  { keys },
);
