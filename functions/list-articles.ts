import type { Explanation } from "../shared/api/article.ts";
import { listArticles as operation } from "../shared/api/operations.ts";
import { listArticles, type Page } from "../shared/list-articles.ts";
import { connectReader } from "./http/connect-reader.ts";
import { httpFunction } from "./http/http-function.ts";
import { openPager } from "./http/turn-page.ts";

const { articles, timeline, keys, meter } = connectReader();
const readCursor = openPager(keys);

export const handler = httpFunction(
  operation,
  async ({ query: { fields, explain, ...query } }, { event }) => {
    const pager = await readCursor(event, query);
    const read = () => listArticles(query, pager.position, { articles, timeline });
    const { result, requests } = explain ? await meter.watch(read) : { result: await read(), requests: undefined };
    const { headers, ...next } = pager.turn(result.position);
    return {
      status: 200,
      headers,
      json: {
        items: fields === undefined ? result.items : result.items.map((item) => pickFields(item, fields)),
        ...next,
        explain: requests && explainPage(result, requests),
      },
      log: { items: result.items.length, evaluated: result.evaluated },
    };
  },
  { keys },
);

function pickFields(item: Page["items"][number], fields: readonly string[]): Page["items"][number] {
  const picked = Object.entries(item).filter(([name]) => name === "id" || fields.includes(name));
  return Object.fromEntries(picked) as typeof item;
}

function explainPage({ plan, evaluated }: Page, requests: readonly Explanation["requests"][number][]): Explanation {
  const readUnits = requests.reduce((sum, request) => sum + request.readUnits, 0);
  return { index: plan.index, residual: [...plan.residual], evaluated, readUnits, requests: [...requests] };
}
