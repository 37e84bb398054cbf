import type { Operation } from "./operation.ts";

/** Operations that take about as long as each other; each class has a latency and an alarm of its own. */
export type LatencyClass = "submit" | "batch" | "list" | "single";

const classes: Readonly<Record<string, LatencyClass>> = {
  "put-submission": "submit",
  "post-submission": "submit",
  "post-batch": "batch",
  "receive-delivery": "batch",
  "list-articles": "list",
  "list-article-revisions": "list",
  "list-article-duplicates": "list",
  "get-cluster": "list",
  "list-changes": "list",
};

/** The class of an operation; what is not named reads or writes a single item. */
export function latencyClassOf({ id }: Pick<Operation, "id">): LatencyClass {
  return classes[id] ?? "single";
}
