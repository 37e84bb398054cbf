import { answerItem, type ItemsRequest, refuseItem } from "./answer-item.ts";
import type { ItemAnswer } from "./api/item-answer.ts";
import { ProblemError } from "./api/problem.ts";
import { canonicalizeUrl } from "./article/canonical-url.ts";
import type { ReadItem } from "./formats/parsed-item.ts";
import type { IngestContext } from "./ingest-article.ts";

/** How long the work may take, by a clock that is not ours. */
export interface TimeBudget {
  /** Whether there is time to begin another item. */
  hasTime(): boolean;
  /** Resolves when the answers have to go out, whatever is still under way. */
  readonly isOver: Promise<void>;
}

/** Most of an item's time is waiting for the stores. */
export const maxAtOnce = 8;

/**
 * Takes in many items, several at once, and answers each. None harms another: what is wrong with one stays with it, and
 * where time runs out, the rest is answered `deferred`, so that the client knows exactly what to send again.
 *
 * Items are begun in their order. One that is for the same article as an earlier one waits for that, so that the last wins;
 * and where the earlier one has to come again, so has the later one, else the second sending would turn their order around.
 * Equal texts wait for each other, too, so that the first of them is the original. What only turns out to be equal races, and
 * the protocol of the pipeline settles that.
 */
export async function submitBatch(
  items: readonly ReadItem[],
  { budget, ...request }: ItemsRequest & { readonly budget: TimeBudget },
  context: IngestContext,
): Promise<ItemAnswer[]> {
  const predecessors = findPredecessors(items);
  const begun: Promise<ItemAnswer>[] = [];
  const answers: ItemAnswer[] = [];

  async function answerInTurn(read: ReadItem, position: number): Promise<ItemAnswer> {
    const { sameArticle, sameText } = predecessors[position] ?? {};
    if (sameText !== undefined) await begun[sameText];
    const earlier = sameArticle === undefined ? undefined : await begun[sameArticle];
    if (earlier !== undefined && earlier.status >= 500) return defer(read, behindAnother);
    return budget.hasTime() ? answerItem(read, request, context) : defer(read, notBegun);
  }

  function defer(read: ReadItem, detail: string): ItemAnswer {
    return refuseItem(
      read,
      new ProblemError("deferred", detail, { headers: { "Retry-After": "1" } }),
      request.instance,
    );
  }

  const rest = items.entries();
  async function work(): Promise<void> {
    for (const [position, read] of rest) {
      if (!budget.hasTime()) return;
      const answer = answerInTurn(read, position);
      begun[position] = answer;
      answers[position] = await answer;
    }
  }

  await Promise.race([Promise.all(Array.from({ length: maxAtOnce }, work)), budget.isOver]);
  return items.map((read, position) => answers[position] ?? defer(read, begun[position] ? underWay : notBegun));
}

const notBegun = "There was no time left for this item, and nothing of it was stored. Send it again.";
const underWay = "Time ran out while this item was taken in. Send it again: if it was stored, nothing changes.";
const behindAnother =
  "An earlier item for the same article has to be sent again, so this one was not taken in. Send both, in this order.";

interface Predecessors {
  readonly sameArticle: number | undefined;
  readonly sameText: number | undefined;
}

/** Which earlier items an item has to wait for, as far as can be told without reading its text: the last of each kind. */
function findPredecessors(items: readonly ReadItem[]): Predecessors[] {
  const byArticle = new Map<string, number>();
  const byText = new Map<string, number>();
  const replace = (map: Map<string, number>, key: string | undefined, position: number) => {
    const earlier = key === undefined ? undefined : map.get(key);
    if (key !== undefined) map.set(key, position);
    return earlier;
  };
  return items.map((read, position) => ({
    sameArticle: replace(byArticle, identify(read), position),
    sameText: replace(byText, findText(read), position),
  }));
}

function identify(read: ReadItem): string | undefined {
  if (!("item" in read)) return undefined;
  const { item } = read;
  if (item.partnerArticleId !== undefined) return `id ${item.partnerArticleId}`;
  const url = item.action === "submit" ? item.metadata.url : undefined;
  return url === undefined ? undefined : `url ${canonicalizeUrl(url)}`;
}

function findText(read: ReadItem): string | undefined {
  return "item" in read && read.item.action === "submit" ? read.item.document.content : undefined;
}
