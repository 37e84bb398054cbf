import { type LocalTable, readStack } from "../../infra/local/read-stack.ts";
import { localStackName } from "../../infra/local/synthesize.ts";
import { cdkOut } from "./cdk-out.ts";

/** The articles table as the synthesized template has it. */
export function describeArticlesTable(): LocalTable {
  const { tables, outputs } = readStack(cdkOut, localStackName);
  const table = tables.find(({ name }) => name === outputs["ArticlesTable"]);
  if (table === undefined) throw new Error("The template has no articles table.");
  return table;
}
