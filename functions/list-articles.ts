import { listArticles as operation } from "../shared/api/operations.ts";
import { listArticles } from "../shared/list-articles.ts";
import { connectReader } from "./http/connect-reader.ts";
import { httpFunction } from "./http/http-function.ts";
import { openPager } from "./http/turn-page.ts";

const { articles, timeline, keys } = connectReader();
const readCursor = openPager(keys);

export const handler = httpFunction(
  operation,
  async ({ query }, { event }) => {
    const pager = await readCursor(event, query);
    const page = await listArticles(query, pager.position, { articles, timeline });
    const { headers, ...next } = pager.turn(page.position);
    return { status: 200, headers, json: { items: page.items, ...next }, log: { items: page.items.length } };
  },
  { keys },
);
