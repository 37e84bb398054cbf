import { ProblemError } from "../api/problem.ts";

/** The problem of an item that cannot be taken. `pointer` says where in the item. */
export function refuseItem(pointer: string, detail: string): ProblemError {
  const place = pointer === "" ? "The item" : pointer;
  return new ProblemError("invalid-submission", `${place} ${detail}. Nothing was stored.`, {
    errors: [{ pointer, detail }],
  });
}
