import type { Explanation } from "../shared/api/explanation.ts";
import type { ListedArticle } from "../shared/api/listed-article.ts";
import { listArticles as operation } from "../shared/api/operations/list-articles.ts";
import { listArticles } from "../shared/list-articles.ts";
import type { ListQuery } from "../shared/plan-query.ts";
import { searchArticles } from "../shared/search-articles.ts";
import { connectReader } from "./http/connect-reader.ts";
import { httpFunction } from "./http/http-function.ts";
import { openSearch } from "./http/open-search.ts";
import { openPager } from "./http/turn-page.ts";

const { articles, timeline, keys, meter } = connectReader();
const requireIndex = openSearch();
const readCursor = openPager(keys);

/** A page, of the list or of what a search found, and how it was read. */
interface Page {
  readonly items: readonly ListedArticle[];
  readonly position?: string;
  readonly reading: Pick<Explanation, "index" | "residual" | "evaluated">;
}

export const handler = httpFunction(
  operation,
  async ({ query: { fields, explain, q, ...query } }, { event }) => {
    const readPage = q === undefined ? listPage : searchPage(q);
    const asked = { ...query, q };
    const pager = await readCursor(event, asked);
    const read = () => readPage(query, pager.position);
    const { result, requests } = explain ? await meter.watch(read) : { result: await read(), requests: undefined };
    const { headers, ...next } = pager.turn(result.position);
    return {
      status: 200,
      headers,
      json: {
        items: result.items.map((item) => pickFields(item, fields)),
        ...next,
        explain: requests && explainPage(result, requests),
      },
      log: { items: result.items.length, evaluated: result.reading.evaluated },
    };
  },
  { keys },
);

async function listPage(query: ListQuery, position: string | undefined): Promise<Page> {
  const { plan, evaluated, ...page } = await listArticles(query, position, { articles, timeline });
  return { ...page, reading: { index: plan.index, residual: [...plan.residual], evaluated } };
}

/** @throws ProblemError `search-off` at once where the stack has no search */
function searchPage(q: string) {
  const index = requireIndex();
  return async (query: ListQuery, position: string | undefined): Promise<Page> => {
    const page = await searchArticles({ ...query, q }, position, { articles, index });
    return { ...page, reading: { index: "search", residual: [], evaluated: page.items.length } };
  };
}

/** What was asked for, the ID, and what a search says of its find. */
function pickFields(item: ListedArticle, fields: readonly string[] | undefined): ListedArticle {
  if (fields === undefined) return item;
  const { id, score, highlights } = item;
  const picked = Object.entries(item).filter(([name]) => fields.includes(name));
  return { ...Object.fromEntries(picked), id, score, highlights };
}

function explainPage({ reading }: Page, requests: readonly Explanation["requests"][number][]): Explanation {
  const readUnits = requests.reduce((sum, request) => sum + request.readUnits, 0);
  return { ...reading, readUnits, requests: [...requests] };
}
