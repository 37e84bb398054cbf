import { readFileSync } from "node:fs";
import { App } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { bundleFunctions } from "../../infra/bundle-functions.ts";
import { CopydeskStack } from "../../infra/copydesk-stack.ts";

export interface Resource {
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: properties differ from type to type, and CloudFormation has no types for them.
  readonly Properties: Record<string, any>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

export interface SynthesizedTemplate {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs: Readonly<Record<string, { readonly Value: { readonly Ref: string } }>>;
}

/** Takes a second or two, and is done once for a test file. */
const bundles = await bundleFunctions();

/**
 * The template that `cdk deploy` would send for a stage, with the context of cdk.json.
 *
 * @param more what `-c NAME=VALUE` would add to the context
 */
export function synthesizeTemplate(
  stageName: string,
  more: Readonly<Record<string, string>> = {},
): SynthesizedTemplate {
  return Template.fromStack(synthesizeStack(stageName, more)).toJSON() as SynthesizedTemplate;
}

/** The stack itself, see {@link synthesizeTemplate}. */
export function synthesizeStack(stageName: string, more: Readonly<Record<string, string>> = {}): CopydeskStack {
  const { context } = JSON.parse(readFileSync(new URL("../../cdk.json", import.meta.url), "utf8"));
  const app = new App({ context: { ...context, ...more } });
  return new CopydeskStack(app, `copydesk-${stageName}`, { stageName, bundles });
}

/** The resources of a type, by logical ID. */
export function findResources(template: SynthesizedTemplate, type: string): [logicalId: string, Resource][] {
  return Object.entries(template.Resources).filter(([, resource]) => resource.Type === type);
}

/** The resource that an output names, as the ops command line and the local runner find it. */
export function findByOutput(template: SynthesizedTemplate, output: string): [logicalId: string, Resource] {
  const logicalId = template.Outputs[output]?.Value.Ref ?? "";
  const resource = template.Resources[logicalId];
  if (resource === undefined) throw new Error(`The output ${output} names no resource.`);
  return [logicalId, resource];
}

/** The functions of the API by name, which is the name of their file; not those that CDK adds for its own use. */
export function findFunctions(template: SynthesizedTemplate): Map<string, [logicalId: string, Resource]> {
  const functions = findResources(template, "AWS::Lambda::Function").flatMap(([logicalId, resource]) => {
    const { Description } = resource.Properties;
    const name = typeof Description === "string" ? /^Copydesk \S+: (\S+)$/.exec(Description)?.[1] : undefined;
    return name === undefined ? [] : [[name, [logicalId, resource]] as [string, [string, Resource]]];
  });
  return new Map(functions);
}

/** One function of the API. */
export function findFunction(template: SynthesizedTemplate, name: string): [logicalId: string, Resource] {
  const found = findFunctions(template).get(name);
  if (found === undefined) throw new Error(`There is no function ${name}.`);
  return found;
}
