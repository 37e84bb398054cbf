import { ProblemError } from "../api/problem.ts";
import type { ItemPlace, ParsedItem, ReadItem } from "./parsed-item.ts";

/** Reads one item so that what is wrong with it stays with it. Anything but a problem is a bug, and thrown on. */
export function catchProblem(place: ItemPlace, read: () => ParsedItem): ReadItem {
  try {
    return { ...place, item: read() };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return { ...place, problem: error };
  }
}
