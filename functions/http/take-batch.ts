import { refuseItem } from "../../shared/answer-item.ts";
import type { ItemAnswer } from "../../shared/api/item-answer.ts";
import type { ResponseOf } from "../../shared/api/operation.ts";
import { postBatch } from "../../shared/api/operations/post-batch.ts";
import { ProblemError } from "../../shared/api/problem.ts";
import { batchLimits } from "../../shared/api/submission.ts";
import { countOutcomes } from "../../shared/count-outcomes.ts";
import { fitAnswers } from "../../shared/fit-answers.ts";
import type { ReadItem } from "../../shared/formats/parsed-item.ts";
import { readItems } from "../../shared/formats/read-items.ts";
import type { IngestContext } from "../../shared/ingest-article.ts";
import type { QuotaGrant } from "../../shared/quotas.ts";
import { submitBatch } from "../../shared/submit-batch.ts";
import type { HandlerContext } from "./http-function.ts";
import { refuseBeyondQuota } from "./limit-articles.ts";
import { logItemFault } from "./measure-items.ts";
import { readBody } from "./read-body.ts";
import { startBudget } from "./time-budget.ts";

/** Takes in the items of a document, of any format, as far as quota and time go, and answers each. */
export async function takeBatch(
  context: IngestContext,
  { partner, policy, event, takeQuota, note, remainingMs }: HandlerContext,
  { operation, validateOnly }: { readonly operation: string; readonly validateOnly: boolean },
): Promise<ResponseOf<typeof postBatch>> {
  const budget = startBudget(remainingMs);
  const body = readBody(event, Object.keys(postBatch.body), batchLimits);
  const items = listItems(readItems(body.bytes, body));
  const { within, beyond, quota } = await divideByQuota(items, takeQuota);
  const { requestId } = event.requestContext;
  const instance = `urn:request:${requestId}`;
  const onFault = (problem: ProblemError, index: number) =>
    logItemFault({ operation, requestId, partner, index }, problem);
  const answers: ItemAnswer[] = await submitBatch(
    within,
    { partner, rules: policy?.rules, validateOnly, instance, onFault, budget },
    context,
  );
  if (quota !== undefined) answers.push(...beyond.map((read) => refuseItem(read, refuseBeyondQuota(quota), instance)));
  answers.sort((one, other) => one.index - other.index);
  const counts = countOutcomes(answers);
  note({
    items: items.length,
    ...counts,
    beyondQuota: beyond.length || undefined,
    validateOnly: validateOnly ? "true" : undefined,
  });
  return { status: 200, json: { items: [...fitAnswers(answers)], counts } };
}

/** @throws ProblemError `body-too-large` when there are more items than a batch may have */
function listItems(read: Iterable<ReadItem>): ReadItem[] {
  const items: ReadItem[] = [];
  for (const item of read) {
    if (items.length === batchLimits.maxItems) {
      const limit = batchLimits.maxItems.toLocaleString("en");
      throw new ProblemError("body-too-large", `There are more than ${limit} items. ${batchLimits.advice}`);
    }
    items.push(item);
  }
  return items;
}

/** Retractions are free and never wait; of the others, one is paid for with the request, and what goes beyond is left out. */
async function divideByQuota(items: readonly ReadItem[], takeQuota: HandlerContext["takeQuota"]) {
  const isFree = (read: ReadItem) => "item" in read && read.item.action === "retract";
  const wanted = items.filter((read) => !isFree(read)).length;
  const quota: QuotaGrant | undefined = wanted > 1 ? await takeQuota(wanted - 1) : undefined;
  let left = 1 + (quota?.granted ?? 0);
  const within: ReadItem[] = [];
  const beyond: ReadItem[] = [];
  for (const read of items) {
    if (isFree(read) || left-- > 0) within.push(read);
    else beyond.push(read);
  }
  return { within, beyond, quota };
}
