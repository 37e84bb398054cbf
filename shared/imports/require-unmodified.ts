import { ProblemError } from "../api/problem.ts";
import type { ArticleRecord } from "../stores/article-record.ts";

/**
 * Checks that nobody has changed an article since an item should have been taken in that is only taken in now.
 *
 * @throws ProblemError `precondition-failed` when somebody has: the item would bring back what was before
 */
export function requireUnmodified(since: string, current: ArticleRecord | undefined): void {
  if (current === undefined || current.modifiedAt <= since) return;
  throw new ProblemError(
    "precondition-failed",
    `The article was changed at ${current.modifiedAt}, before this item could be taken in, and was left as it is. Send the item again if it is to replace that.`,
  );
}
