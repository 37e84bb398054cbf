import { type LocalTable, readStack } from "../../infra/local/read-stack.ts";
import { localStackName } from "../../infra/local/synthesize.ts";
import { cdkOut } from "./cdk-out.ts";

/** A table as the synthesized template has it, under a name of its own, and without the stream that nobody reads here. */
export function describeTable(
  output: "ArticlesTable" | "ChangesTable" | "PartnersTable" | "ImportsTable" | "WebhooksTable",
  name: string,
): LocalTable {
  const { tables, outputs } = readStack(cdkOut, localStackName);
  const table = tables.find((candidate) => candidate.name === outputs[output]);
  if (table === undefined) throw new Error(`The template has no ${output}.`);
  const { StreamSpecification: _stream, ...definition } = table.definition;
  return { name, definition: { ...definition, TableName: name } };
}
