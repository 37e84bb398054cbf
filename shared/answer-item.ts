import type { ItemAnswer } from "./api/item-answer.ts";
import { describeProblem, type ProblemError, problemKinds } from "./api/problem.ts";
import { explainFailure } from "./explain-failure.ts";
import type { ReadItem } from "./formats/parsed-item.ts";
import type { IngestContext } from "./ingest-article.ts";
import { type ItemRequest, submitItem } from "./submit-item.ts";

/** Where the items of one document come from, and what to do besides answering. */
export interface ItemsRequest extends Pick<ItemRequest, "partner" | "rules" | "check" | "validateOnly"> {
  /** Names the whole in problem documents, for example `urn:request:` and the ID of the request. */
  readonly instance: string;
  /** Hears of each failure that is ours, so that it stands in a log. */
  readonly onFault: (problem: ProblemError, index: number) => void;
}

/** Takes in one item of many and tells what became of it, with the status and body that it would have had alone. */
export async function answerItem(read: ReadItem, request: ItemsRequest, context: IngestContext): Promise<ItemAnswer> {
  try {
    if ("problem" in read) throw read.problem;
    const submitted = await submitItem(read.item, request, context);
    const { status } = submitted;
    return { ...describePlace(read), status, ...("result" in submitted && { result: submitted.result }) };
  } catch (error) {
    const problem = explainFailure(error);
    if (problemKinds[problem.kind].status >= 500 || problem.kind === "unsafe-content") {
      request.onFault(problem, read.index);
    }
    return refuseItem(read, problem, request.instance);
  }
}

/** The answer to an item that has a problem, or that meets one before it is looked at. */
export function refuseItem(read: ReadItem, problem: ProblemError, instance: string): ItemAnswer {
  const document = describeProblem(problem, instance);
  return { ...describePlace(read), status: document.status, problem: document };
}

function describePlace(read: ReadItem): Pick<ItemAnswer, "index" | "line" | "partnerArticleId"> {
  const id = "item" in read ? read.item.partnerArticleId : read.partnerArticleId;
  return {
    index: read.index,
    ...(read.line !== undefined && { line: read.line }),
    ...(id !== undefined && { partnerArticleId: id }),
  };
}
