import { type LocalTable, readStack } from "../../infra/local/read-stack.ts";
import { localStackName } from "../../infra/local/synthesize.ts";
import { cdkOut } from "./cdk-out.ts";

/** A table as the synthesized template has it, by the output that names it. */
export function describeTable(output: "ArticlesTable" | "PartnersTable"): LocalTable {
  const { tables, outputs } = readStack(cdkOut, localStackName);
  const table = tables.find(({ name }) => name === outputs[output]);
  if (table === undefined) throw new Error(`The template has no table ${output}.`);
  return table;
}

export const describeArticlesTable = () => describeTable("ArticlesTable");
