import { describe, expect, test } from "vitest";
import { grants } from "../../infra/grants.ts";
import { describeStage } from "../../infra/stage.ts";
import { resolveValue } from "../support/evaluate-policy.ts";
import { findFunction, findFunctions, findResources, synthesizeTemplate } from "../support/synthesize-template.ts";

describe.each([
  ["where nothing is said of it", {}],
  ["where it is off", { search: "off" }],
])("%s", (_, context) => {
  const template = synthesizeTemplate("prod", context);

  test("nothing of search is deployed", () => {
    const types = Object.values(template.Resources).map(({ Type }) => Type);
    expect(types.filter((type) => type.includes("OpenSearch"))).toEqual([]);
    expect([...findFunctions(template).keys()]).toHaveLength(Object.keys(grants).length - 1);
    expect(findFunctions(template).has("index-articles")).toBe(false);
    expect(Object.keys(template.Outputs)).not.toContain("SearchDeadLetters");
    expect(findResources(template, "AWS::Lambda::EventSourceMapping")).toHaveLength(4);
  });

  test("the list knows of no search, and may reach none", () => {
    const [, { Properties }] = findFunction(template, "list-articles");
    expect(Object.keys(Properties["Environment"].Variables)).not.toContain("SEARCH_ENDPOINT");
    expect(JSON.stringify(template)).not.toContain("aoss");
  });
});

describe.each([
  ["prod", "ENABLED"],
  ["dev", "DISABLED"],
])("where it is on, stage %s", (stage, standbyReplicas) => {
  const template = synthesizeTemplate(stage, { search: "on" });
  const policies = new Map(
    ["SecurityPolicy", "AccessPolicy"].flatMap((type) =>
      findResources(template, `AWS::OpenSearchServerless::${type}`).map(([, { Properties }]) => [
        Properties["Type"] as string,
        { name: Properties["Name"] as string, policy: JSON.parse(resolveValue(Properties["Policy"])) },
      ]),
    ),
  );

  test("there is one collection, encrypted, with a standby in production alone", () => {
    const collections = findResources(template, "AWS::OpenSearchServerless::Collection");
    expect(collections.map(([, { Properties }]) => Properties)).toMatchObject([
      { Name: `copydesk-${stage}`, Type: "SEARCH", StandbyReplicas: standbyReplicas },
    ]);
    const rules = [{ ResourceType: "collection", Resource: [`collection/copydesk-${stage}`] }];
    expect(policies.get("encryption")?.policy).toEqual({ Rules: rules, AWSOwnedKey: true });
    expect(policies.get("network")?.policy).toEqual([{ Rules: rules, AllowFromPublic: true }]);
    for (const { name } of policies.values()) expect(name).toBe(`copydesk-${stage}`);
  });

  test("the list may read documents, its feed may write them, and nobody may do anything else", () => {
    const roleOf = (name: string) => `<${findFunction(template, name)[1].Properties["Role"]["Fn::GetAtt"][0]}.Arn>`;
    const on = { ResourceType: "index", Resource: [`index/copydesk-${stage}/articles-*`] };
    expect(policies.get("data")?.policy).toEqual([
      {
        Description: "Who may read",
        Rules: [{ ...on, Permission: ["aoss:ReadDocument"] }],
        Principal: [roleOf("list-articles")],
      },
      {
        Description: "Who may write",
        Rules: [{ ...on, Permission: ["aoss:CreateIndex", "aoss:WriteDocument"] }],
        Principal: [roleOf("index-articles")],
      },
    ]);
  });
});

test("who erases may look into the index, if the stage names the role", () => {
  const searchOperator = "arn:aws:iam::123456789012:role/ops/erasers";
  const template = synthesizeTemplate("dev", { search: "on", searchOperator });
  const [[, { Properties }] = raise()] = findResources(template, "AWS::OpenSearchServerless::AccessPolicy");
  expect(JSON.parse(resolveValue(Properties["Policy"]))).toContainEqual({
    Description: "Who may erase",
    Rules: [
      {
        ResourceType: "index",
        Resource: ["index/copydesk-dev/articles-*"],
        Permission: ["aoss:ReadDocument", "aoss:WriteDocument"],
      },
    ],
    Principal: [searchOperator],
  });
  expect(() => describeStage("dev", { searchOperator: "ops" })).toThrow("it must be the ARN of a role");
});

function raise(): never {
  throw new Error("There is no access policy.");
}

test.each(["yes", "true", "", 1])("%j is neither on nor off", (search) => {
  expect(() => describeStage("dev", { search })).toThrow("it must be on or off");
});

test("the longest name of a stage leaves room for the names of its collection and policies", () => {
  const { name } = describeStage("a".repeat(20), { search: "on" });
  // OpenSearch Serverless allows 32 characters.
  expect(`copydesk-${name}`.length).toBeLessThanOrEqual(32);
});
