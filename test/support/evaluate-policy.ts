import { findResources, type SynthesizedTemplate } from "./synthesize-template.ts";

/** Something that a function might try. */
export interface Access {
  readonly action: string;
  /** As `resolveValue` gives it. */
  readonly resource: string;
  /** Partition keys of the items that are asked for, as DynamoDB reports them to IAM. */
  readonly leadingKeys?: readonly string[];
}

export interface Statement {
  readonly effect: "Allow" | "Deny";
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** Patterns for every leading key; absent: no condition. */
  readonly leadingKeys?: readonly string[];
}

/**
 * The statements that a function's role carries: its own and those of the policies that are attached to it, without the
 * managed ones, which `findManagedPolicies` names.
 */
export function findStatements(template: SynthesizedTemplate, functionId: string): Statement[] {
  const roleId = findRole(template, functionId);
  const inline = (template.Resources[roleId]?.Properties["Policies"] ?? []) as { PolicyDocument: unknown }[];
  const attached = findResources(template, "AWS::IAM::Policy")
    .filter(([, { Properties }]) => Properties["Roles"].some((role: { Ref?: string }) => role.Ref === roleId))
    .map(([, { Properties }]) => Properties);
  return [...inline, ...attached].flatMap(({ PolicyDocument }) => readDocument(PolicyDocument));
}

/** Managed policies on a function's role. */
export function findManagedPolicies(template: SynthesizedTemplate, functionId: string): string[] {
  const role = template.Resources[findRole(template, functionId)];
  return toList(role?.Properties["ManagedPolicyArns"] ?? []).map(resolveValue);
}

/**
 * Says whether IAM would let it pass: some statement allows it and none denies it.
 *
 * It knows what these policies use and throws on everything else: actions and resources with `*` and `?`, and the one
 * condition `ForAllValues:StringLike` on `dynamodb:LeadingKeys`. It knows nothing of policies on resources, boundaries,
 * service control policies and sessions. As in IAM, `ForAllValues` holds where there are no keys at all, so it does not
 * guard a Scan.
 */
export function isAllowed(statements: readonly Statement[], access: Access): boolean {
  const fitting = statements.filter((statement) => fits(statement, access));
  return fitting.some(({ effect }) => effect === "Allow") && !fitting.some(({ effect }) => effect === "Deny");
}

/** A value of a template as a string: what only CloudFormation knows stands in angle brackets. */
export function resolveValue(value: unknown): string {
  if (typeof value === "string") return value;
  const [[name, argument] = ["", undefined]] = Object.entries(value as object) as [string, unknown][];
  if (name === "Ref") return `<${argument}>`;
  if (name === "Fn::GetAtt") return `<${(argument as string[]).join(".")}>`;
  if (name === "Fn::Join") {
    const [separator, parts] = argument as [string, unknown[]];
    return parts.map(resolveValue).join(separator);
  }
  throw new Error(`${name} is not known here.`);
}

function fits(statement: Statement, { action, resource, leadingKeys = [] }: Access): boolean {
  const keys = statement.leadingKeys;
  return (
    statement.actions.some((pattern) => isLike(action.toLowerCase(), pattern.toLowerCase())) &&
    statement.resources.some((pattern) => isLike(resource, pattern)) &&
    (keys === undefined || leadingKeys.every((key) => keys.some((pattern) => isLike(key, pattern))))
  );
}

/** IAM's patterns: `*` for any characters, `?` for one. */
function isLike(text: string, pattern: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, "s").test(text);
}

function findRole(template: SynthesizedTemplate, functionId: string): string {
  const role = template.Resources[functionId]?.Properties["Role"];
  return String(role?.["Fn::GetAtt"]?.[0]);
}

function readDocument(document: unknown): Statement[] {
  return (document as { Statement: Record<string, unknown>[] }).Statement.map((statement) => {
    const { Effect, Action, Resource, Condition, Sid: _sid, ...rest } = statement;
    if (Object.keys(rest).length > 0) throw new Error(`${Object.keys(rest)} in a statement is not known here.`);
    const leadingKeys = readCondition(Condition);
    return {
      effect: Effect as "Allow" | "Deny",
      actions: toList(Action).map(String),
      resources: toList(Resource).map(resolveValue),
      ...(leadingKeys && { leadingKeys }),
    };
  });
}

function readCondition(condition: unknown): string[] | undefined {
  if (condition === undefined) return undefined;
  const { "ForAllValues:StringLike": like, ...rest } = condition as Record<string, Record<string, unknown>>;
  const { "dynamodb:LeadingKeys": keys, ...others } = like ?? {};
  if (keys === undefined || Object.keys({ ...rest, ...others }).length > 0) {
    throw new Error(`The condition ${JSON.stringify(condition)} is not known here.`);
  }
  return toList(keys).map(String);
}

function toList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [value];
}
