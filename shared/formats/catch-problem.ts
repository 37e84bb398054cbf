import { ProblemError } from "../api/problem.ts";
import { fitId } from "./fit-id.ts";
import type { ItemPlace, ParsedItem, ReadItem } from "./parsed-item.ts";

/**
 * Reads one item so that what is wrong with it stays with it. Anything but a problem is a bug, and thrown on.
 *
 * @param findId the item's ID, asked for when there is a problem
 */
export function catchProblem(place: ItemPlace, read: () => ParsedItem, findId: () => string | undefined): ReadItem {
  try {
    return { ...place, item: read() };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const { id } = fitId(findId());
    return { ...place, problem: error, ...(id !== undefined && { partnerArticleId: id }) };
  }
}
