import { describe, expect, test } from "vitest";
import { findFunctions, findResources, type Resource, synthesizeTemplate } from "../support/synthesize-template.ts";

const without = synthesizeTemplate("prod");
const template = synthesizeTemplate("prod", { waf: "on" });
const only = (type: string): Resource["Properties"] => {
  const found = findResources(template, type);
  expect(found).toHaveLength(1);
  return found[0]?.[1].Properties ?? {};
};

test("without -c waf=on there is none of it", () => {
  const types = Object.values(without.Resources).map(({ Type }) => Type);
  expect(types.filter((type) => /CloudFront|WAF|Secret/.test(type))).toEqual([]);
  for (const [, { Properties }] of findFunctions(without).values()) {
    expect(Properties["Environment"].Variables).not.toHaveProperty("ORIGIN_SECRET");
  }
});

test("CloudFront asks the firewall, hands on everything but the host, and caches nothing", () => {
  const [aclId] = findResources(template, "AWS::WAFv2::WebACL")[0] ?? [];
  expect(only("AWS::CloudFront::Distribution")["DistributionConfig"]).toMatchObject({
    WebACLId: { "Fn::GetAtt": [aclId, "Arn"] },
    DefaultCacheBehavior: {
      // Managed-CachingDisabled and Managed-AllViewerExceptHostHeader.
      CachePolicyId: "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
      OriginRequestPolicyId: "b689b0a8-53d0-40ab-baf2-68738e2966ac",
      ViewerProtocolPolicy: "https-only",
      Compress: false,
      AllowedMethods: expect.arrayContaining(["PUT", "POST", "DELETE", "GET"]),
    },
  });
});

test("the secret is made by AWS, and every function of the API has the one that CloudFront sends", () => {
  const distribution = only("AWS::CloudFront::Distribution")["DistributionConfig"];
  const [header] = distribution.Origins[0].OriginCustomHeaders;
  expect(header.HeaderName).toBe("x-origin-secret");
  const reference = JSON.stringify(header.HeaderValue);
  expect(reference).toContain("{{resolve:secretsmanager:");
  expect(only("AWS::SecretsManager::Secret")).toMatchObject({ GenerateSecretString: { PasswordLength: 48 } });
  const integrations = JSON.stringify(findResources(template, "AWS::ApiGatewayV2::Integration"));
  for (const [logicalId, { Properties }] of findFunctions(template).values()) {
    const secret = Properties["Environment"].Variables.ORIGIN_SECRET;
    if (integrations.includes(`"${logicalId}"`)) expect(JSON.stringify(secret)).toBe(reference);
    else expect(secret).toBeUndefined();
  }
});

test("the address that is told is CloudFront's", () => {
  expect(JSON.stringify(template.Outputs["ApiUrl"])).toContain('"DomainName"');
});

test("a deployment elsewhere than in us-east-1 is refused before it begins", () => {
  const { Rules } = template as unknown as { Rules: Record<string, { Assertions: object[] }> };
  expect(JSON.stringify(Rules)).toContain('{"Fn::Equals":[{"Ref":"AWS::Region"},"us-east-1"]}');
});

describe("the rules", () => {
  const rules = only("AWS::WAFv2::WebACL")["Rules"] as Resource["Properties"][];
  const named = (name: string) => rules.find((rule) => rule["Name"] === name) ?? {};

  test("have priorities of their own, and keep no samples, in which keys would stand", () => {
    expect(rules.map(({ Priority }) => Priority)).toEqual(rules.map((_, index) => index));
    for (const { VisibilityConfig } of rules) expect(VisibilityConfig.SampledRequestsEnabled).toBe(false);
  });

  test.each([
    ["rate", 429],
    ["headers", 431],
    ["body", 413],
  ])("%s is refused with %i", (name, status) => {
    expect(named(name)["Action"]).toEqual({ Block: { CustomResponse: { ResponseCode: status } } });
  });

  const { RegexString } = named("body")["Statement"]?.RegexMatchStatement ?? {};
  test.each([
    ["0", false],
    ["4194304", false],
    ["9999999", false],
    ["10000000", true],
    ["123456789", true],
  ])("a body of %s bytes: refused %s", (length, isRefused) => {
    expect(new RegExp(RegexString).test(length)).toBe(isRefused);
  });

  test("what looks into bodies only counts: an article may be long, is HTML, and may write about attacks", () => {
    for (const rule of rules.filter(({ OverrideAction }) => OverrideAction !== undefined)) {
      const { Name, RuleActionOverrides } = rule["Statement"].ManagedRuleGroupStatement;
      const counted = (RuleActionOverrides as Resource["Properties"][]).map(({ Name, ActionToUse }) => {
        expect(ActionToUse).toEqual({ Count: {} });
        return Name as string;
      });
      if (Name !== "AWSManagedRulesAmazonIpReputationList") {
        expect(counted.filter((name) => name.endsWith("_BODY")).length).toBeGreaterThan(1);
      }
    }
  });
});
