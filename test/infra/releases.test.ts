import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { compareReleases } from "../../infra/releases/compare-releases.ts";
import { describeRelease, everythingOn, type Release } from "../../infra/releases/describe-release.ts";
import { findByOutput, type SynthesizedTemplate, synthesizeTemplate } from "../support/synthesize-template.ts";

const directory = new URL("../../infra/releases/", import.meta.url);
const versions = readdirSync(directory)
  .filter((name) => name.endsWith(".json"))
  .map((name) => name.slice(0, -".json".length))
  .sort((one, other) => one.localeCompare(other, "en", { numeric: true }));
const read = (version: string) => JSON.parse(readFileSync(new URL(`${version}.json`, directory), "utf8")) as Release;
const template = synthesizeTemplate("prod", everythingOn);
const today = describeRelease(template);

test("nothing that holds data is replaced or removed", () => {
  expect(versions.length).toBeGreaterThan(0);
  expect(compareReleases(read(versions.at(-1) ?? ""), today)).toEqual([]);
});

test("what can be turned on changes nothing of what is there without it", () => {
  const byDefault = describeRelease(synthesizeTemplate("prod"));
  expect(Object.keys(byDefault).length).toBeLessThan(Object.keys(today).length);
  expect(compareReleases(byDefault, today)).toEqual([]);
  for (const [logicalId, resource] of Object.entries(byDefault)) expect(today[logicalId]).toEqual(resource);
});

test("a release knows everything that holds data, and keeps all of it", () => {
  const named = ["ArticlesTable", "ChangesTable", "PartnersTable", "ImportsTable", "RawBucket", "ImportsBucket"];
  for (const output of named) expect(today[findByOutput(template, output)[0]]?.deletionPolicy).toBe("Retain");
  for (const output of ["ImportQueue", "ImportDeadLetters"])
    expect(today).toHaveProperty(findByOutput(template, output)[0]);
});

describe("what a later template must not do", () => {
  const [tableId] = findByOutput(template, "ArticlesTable");
  const [bucketId] = findByOutput(template, "RawBucket");
  const [queueId] = findByOutput(template, "ImportQueue");
  const [busId] = findByOutput(template, "EventBus");
  type Draft = { Resources: Record<string, SynthesizedTemplate["Resources"][string] & { DeletionPolicy?: string }> };
  const properties = (draft: Draft, id: string) => draft.Resources[id]?.Properties ?? {};
  const indexOf = (draft: Draft) => properties(draft, tableId)["GlobalSecondaryIndexes"] as Record<string, unknown>[];

  test.each<[name: string, change: (draft: Draft) => void, said: string]>([
    ["remove a table", (draft) => delete draft.Resources[tableId], "is removed, or has another logical ID."],
    [
      "move a bucket to another construct",
      (draft) => {
        const { [bucketId]: bucket, ...others } = draft.Resources;
        draft.Resources = { ...others, ...(bucket && { RawMoved: bucket }) };
      },
      "is removed, or has another logical ID.",
    ],
    [
      "key a table otherwise",
      (draft) => (properties(draft, tableId)["KeySchema"][0].AttributeName = "id"),
      "is replaced: its KeySchema changes.",
    ],
    ["name a table", (draft) => (properties(draft, tableId)["TableName"] = "articles"), "its TableName changes."],
    [
      "let the stream tell less",
      (draft) => (properties(draft, tableId)["StreamSpecification"].StreamViewType = "KEYS_ONLY"),
      "its StreamSpecification changes.",
    ],
    ["name a bucket", (draft) => (properties(draft, bucketId)["BucketName"] = "raw"), "its BucketName changes."],
    ["make a queue FIFO", (draft) => (properties(draft, queueId)["FifoQueue"] = true), "its FifoQueue changes."],
    [
      "delete a table with its stack",
      (draft) => Object.assign(draft.Resources[tableId] ?? {}, { DeletionPolicy: "Delete" }),
      "was kept when the stack goes, and is not any more.",
    ],
    ["drop an index", (draft) => indexOf(draft).shift(), "loses its index"],
    [
      "key an index otherwise",
      (draft) => (indexOf(draft)[0] = { ...indexOf(draft)[0], KeySchema: [] }),
      "changes its index",
    ],
    [
      "let an index hold less",
      (draft) => (indexOf(draft)[0] = { ...indexOf(draft)[0], Projection: { ProjectionType: "KEYS_ONLY" } }),
      "changes its index",
    ],
    [
      "make a key a number",
      (draft) => {
        const attributes = properties(draft, tableId)["AttributeDefinitions"];
        attributes.find(({ AttributeName }: { AttributeName: string }) => AttributeName === "pk").AttributeType = "N";
      },
      "its KeySchema changes.",
    ],
    [
      "delete a table that another one follows",
      (draft) => Object.assign(draft.Resources[tableId] ?? {}, { UpdateReplacePolicy: "Delete" }),
      "was kept when another takes its place, and is not any more.",
    ],
    ["name the bus otherwise", (draft) => (properties(draft, busId)["Name"] = "other"), "its Name changes."],
    [
      "add two indexes at once",
      (draft) => indexOf(draft).push({ IndexName: "byOne", KeySchema: [] }, { IndexName: "byTwo", KeySchema: [] }),
      "CloudFormation adds one index in a deployment.",
    ],
  ])("%s", (_, change, said) => {
    const draft = structuredClone(template) as unknown as Draft;
    change(draft);
    const faults = compareReleases(today, describeRelease(draft));
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(said);
  });

  test.each<[name: string, change: (draft: Draft) => void]>([
    ["one more index", (draft) => indexOf(draft).push({ IndexName: "byOne", KeySchema: [] })],
    ["one more table", (draft) => Object.assign(draft.Resources, { More: draft.Resources[tableId] })],
    ["another retention of a queue", (draft) => (properties(draft, queueId)["MessageRetentionPeriod"] = 60)],
  ])("but it may have %s", (_, change) => {
    const draft = structuredClone(template) as unknown as Draft;
    change(draft);
    expect(compareReleases(today, describeRelease(draft))).toEqual([]);
  });
});

describe("several stages in one account", () => {
  const other = synthesizeTemplate("second");

  test("no resource has a name that another stage could have taken", () => {
    const named = Object.entries(template.Resources).flatMap(([logicalId, { Type, Properties }]) =>
      Object.keys(Properties ?? {})
        .filter((name) =>
          /^(?:Table|Bucket|Queue|Topic|Function|Role|Policy|LogGroup|Alarm|Dashboard|Secret)?Name$/.test(name),
        )
        .filter((name) => typeof Properties[name] === "string")
        .map((name) => `${Type} ${logicalId.replace(/[0-9A-F]{8}$/, "")} ${name} ${Properties[name]}`),
    );
    // Names of APIs need not be unique, and a policy's is its role's own; what has the stage in its name is nobody else's.
    const free = /^AWS::(?:ApiGatewayV2::Api|IAM::Policy) |copydesk-?prod/;
    expect(named.filter((line) => !free.test(line))).toEqual([]);
  });

  test("what a stage writes and tells is its own", () => {
    const text = JSON.stringify(other);
    expect(text).toContain("copydesk-second");
    expect(text).not.toMatch(/copydesk-(?:dev|prod)/);
    expect(text).not.toContain('"Export"');
  });
});
