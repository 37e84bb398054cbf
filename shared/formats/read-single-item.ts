import { ProblemError } from "../api/problem.ts";
import type { ParsedItem, ReadItem } from "./parsed-item.ts";

/**
 * The item of a document that must be one article.
 *
 * @throws ProblemError that of the item; or `invalid-submission` when there is none, or more than one
 */
export function readSingleItem(items: Iterable<ReadItem>): ParsedItem {
  const [first, second] = takeTwo(items);
  if (first === undefined) throw refuse("The document has no item", "must have one item");
  if (second !== undefined) throw refuse("The document has more than one item", "must have only one item");
  if ("problem" in first) throw first.problem;
  return first.item;
}

function takeTwo(items: Iterable<ReadItem>): ReadItem[] {
  const taken: ReadItem[] = [];
  for (const item of items) {
    taken.push(item);
    if (taken.length === 2) break;
  }
  return taken;
}

function refuse(what: string, detail: string): ProblemError {
  return new ProblemError(
    "invalid-submission",
    `${what}; here it takes one article. Send several to POST /v1/batches. Nothing was stored.`,
    { errors: [{ pointer: "", detail }] },
  );
}
