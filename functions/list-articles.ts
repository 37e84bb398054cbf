import { listArticles as operation } from "../shared/api/operations.ts";
import { listArticles } from "../shared/list-articles.ts";
import { searchArticles } from "../shared/search-articles.ts";
import { connectReader } from "./http/connect-reader.ts";
import { httpFunction } from "./http/http-function.ts";
import { openSearch } from "./http/open-search.ts";
import { openPager } from "./http/turn-page.ts";

const { articles, timeline, keys } = connectReader();
const requireIndex = openSearch();
const readCursor = openPager(keys);

export const handler = httpFunction(
  operation,
  async ({ query }, { event }) => {
    const { q, ...filters } = query;
    const index = q === undefined ? undefined : requireIndex();
    const pager = await readCursor(event, query);
    const page =
      q === undefined || index === undefined
        ? await listArticles(filters, pager.position, { articles, timeline })
        : await searchArticles(
            {
              ...filters,
              q,
              partner: listValues(query.partner),
              source: listValues(query.source),
              language: listValues(query.language),
              tag: listValues(query.tag),
              author: listValues(query.author),
              status: [query.status],
            },
            pager.position,
            { articles, index },
          );
    const { headers, ...next } = pager.turn(page.position);
    return { status: 200, headers, json: { items: page.items, ...next }, log: { items: page.items.length } };
  },
  { keys },
);

function listValues(value: string | undefined): string[] | undefined {
  return value === undefined ? undefined : [value];
}
