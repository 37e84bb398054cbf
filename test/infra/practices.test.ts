import { readFileSync } from "node:fs";
import type { Stack } from "aws-cdk-lib";
import { AwsSolutionsChecks, type NagPack, ServerlessChecks } from "cdk-nag";
import { describe, expect, test } from "vitest";
import { acknowledgeFindings, acknowledgements, optionalAcknowledgements } from "../../infra/acknowledgements.ts";
import { synthesizeStack } from "../support/synthesize-template.ts";

const variants = [
  { stage: "dev", more: {} },
  { stage: "prod", more: {} },
  { stage: "prod", more: { tracing: "on" } },
  { stage: "prod", more: { waf: "on" } },
  { stage: "prod", more: { capacity: "provisioned" } },
  { stage: "prod", more: { search: "on" } },
  { stage: "prod", more: { search: "on", tracing: "on" } },
];

/** What the packs still find, as `RULE at PATH`. */
function findFindings(stack: Stack): string[] {
  const packs: NagPack[] = [new AwsSolutionsChecks(), new ServerlessChecks()];
  return packs.flatMap((pack) =>
    pack
      .validateScope(stack)
      .violations.flatMap(({ ruleName, violatingResources }) =>
        violatingResources.map(
          ({ constructPath = "" }) => `${ruleName} at ${constructPath.slice(stack.node.id.length + 1)}`,
        ),
      ),
  );
}

const stacks = variants.map((variant) => {
  const stack = synthesizeStack(variant.stage, variant.more);
  const found = findFindings(stack);
  acknowledgeFindings(stack);
  return { ...variant, found, left: findFindings(stack) };
});

test.each(stacks)("nothing is found in $stage $more that is not acknowledged", ({ left }) => {
  expect(left).toEqual([]);
});

describe("acknowledgements", () => {
  const found = stacks.flatMap((stack) => stack.found);

  test("the packs do look: without acknowledgements they find what is known", () => {
    expect(new Set(found.map((finding) => finding.split(" at ")[0]))).toEqual(
      new Set([...acknowledgements, ...optionalAcknowledgements].map(({ rule }) => rule)),
    );
  });

  test.each(
    [...acknowledgements, ...optionalAcknowledgements].flatMap(({ rule, at, reason }) =>
      at.map((path) => ({ rule, path, reason })),
    ),
  )("$rule at $path is needed, and its reason is a sentence", ({ rule, path, reason }) => {
    expect(found.some((finding) => finding.startsWith(`${rule} at ${path}/`))).toBe(true);
    expect(reason).toMatch(/^[A-Z].{30,}\.$/s);
  });

  test("a reason that names a test names one that exists", () => {
    const named = acknowledgements.flatMap(({ reason }) => reason.match(/test\/[\w/-]+\.test\.ts/g) ?? []);
    expect(named.length).toBeGreaterThan(0);
    for (const path of named) expect(() => readFileSync(new URL(`../../${path}`, import.meta.url))).not.toThrow();
  });
});
