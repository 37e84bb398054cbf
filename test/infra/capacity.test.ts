import { isDeepStrictEqual } from "node:util";
import { describe, expect, test } from "vitest";
import { compareReleases } from "../../infra/releases/compare-releases.ts";
import { describeRelease } from "../../infra/releases/describe-release.ts";
import { describeStage } from "../../infra/stage.ts";
import { maxPerMinuteLimit, sizeCapacity } from "../../infra/table-capacity.ts";
import { timelineIndexes } from "../../shared/stores/table-keys.ts";
import { findByOutput, type Resource, synthesizeTemplate } from "../support/synthesize-template.ts";

const onDemand = synthesizeTemplate("prod");
const provisioned = synthesizeTemplate("prod", { capacity: "provisioned" });
const grown = synthesizeTemplate("prod", { capacity: "provisioned", minPerMinute: "600", maxPerMinute: "60000" });

type Properties = Resource["Properties"];
const propertiesOf = (output: string, template = provisioned) => findByOutput(template, output)[1].Properties;
const writeSettings = (properties: Properties) =>
  properties["WriteProvisionedThroughputSettings"]?.WriteCapacityAutoScalingSettings;
const readSettings = (properties: Properties) =>
  properties["ReadProvisionedThroughputSettings"]?.ReadCapacityAutoScalingSettings;
const scaling = (min: number, max: number) => ({
  MinCapacity: min,
  MaxCapacity: max,
  SeedCapacity: min,
  TargetTrackingScalingPolicyConfiguration: { TargetValue: 70 },
});
/** Capacity for reads stands with the one replica, that for writes with the table. */
const findSettings = (output: string, template = provisioned) => {
  const properties = propertiesOf(output, template);
  const [replica, ...others] = properties["Replicas"] as Properties[];
  if (replica === undefined || others.length > 0) throw new Error(`${output} has not one replica.`);
  return { write: writeSettings(properties), read: readSettings(replica), replica, properties };
};

test.each([
  ["ArticlesTable", "PROVISIONED"],
  ["ChangesTable", "PROVISIONED"],
  ["PartnersTable", "PAY_PER_REQUEST"],
  ["WebhooksTable", "PAY_PER_REQUEST"],
  ["ImportsTable", "PAY_PER_REQUEST"],
])("%s is %s", (output, mode) => {
  expect(propertiesOf(output)["BillingMode"]).toBe(mode);
  expect(propertiesOf(output, onDemand)["BillingMode"]).toBe("PAY_PER_REQUEST");
});

test("what is held scales with submissions, and what readers need comes on top", () => {
  expect(findSettings("ArticlesTable")).toMatchObject({ write: scaling(13, 2572), read: scaling(17, 3215) });
  expect(findSettings("ChangesTable")).toMatchObject({ write: scaling(1, 172), read: scaling(6, 1186) });
  expect(findSettings("ArticlesTable", grown)).toMatchObject({
    write: scaling(258, 25_715),
    read: scaling(227, 23_143),
  });
});

test("each index of the articles has a capacity of its own: a write that one of them throttles is throttled", () => {
  const { replica, properties } = findSettings("ArticlesTable");
  const names = Object.keys(timelineIndexes).sort();
  const byName = (indexes: Properties[]) =>
    indexes.toSorted((one, other) => (one["IndexName"] < other["IndexName"] ? -1 : 1));
  const written = byName(properties["GlobalSecondaryIndexes"]);
  const read = byName(replica["GlobalSecondaryIndexes"]);
  expect(written.map((index) => index["IndexName"])).toEqual(names);
  expect(read.map((index) => index["IndexName"])).toEqual(names);
  for (const index of written) expect(writeSettings(index)).toMatchObject(scaling(1, 143));
  for (const index of read) expect(readSettings(index)).toMatchObject(scaling(5, 1000));
});

test("on demand, nothing is held", () => {
  expect(JSON.stringify(onDemand)).not.toMatch(/ProvisionedThroughputSettings|AutoScaling/);
});

describe("a stage may change over, and back", () => {
  test("no table is replaced, and none loses an index", () => {
    const [before, after] = [describeRelease(onDemand), describeRelease(provisioned)];
    expect(compareReleases(before, after)).toEqual([]);
    expect(compareReleases(after, before)).toEqual([]);
    expect(after).toEqual(before);
  });

  test("of the stack, only the two tables differ", () => {
    const differing = Object.keys(provisioned.Resources).filter(
      (logicalId) => !isDeepStrictEqual(provisioned.Resources[logicalId], onDemand.Resources[logicalId]),
    );
    expect(Object.keys(provisioned.Resources)).toEqual(Object.keys(onDemand.Resources));
    expect(differing.sort()).toEqual(
      ["ArticlesTable", "ChangesTable"].map((output) => findByOutput(provisioned, output)[0]).sort(),
    );
  });

  test.each(["ArticlesTable", "ChangesTable"])("of %s, only what concerns capacity", (output) => {
    const withoutCapacity = (template: typeof onDemand) =>
      JSON.parse(
        JSON.stringify(propertiesOf(output, template), (name, value) =>
          /^(?:BillingMode|(?:Read|Write)ProvisionedThroughputSettings)$/.test(name) ? undefined : value,
        ),
      );
    expect(withoutCapacity(provisioned)).toEqual(withoutCapacity(onDemand));
  });
});

test("what is held is whole units, never none, and never more than a table may have", () => {
  for (const place of ["articles", "index", "changes"] as const) {
    for (const use of ["write", "read"] as const) {
      for (const [minPerMinute, maxPerMinute] of [
        [1, 1],
        [1, maxPerMinuteLimit],
        [7, 1234],
      ] as const) {
        const { min, max } = sizeCapacity(place, use, { minPerMinute, maxPerMinute });
        expect([Number.isInteger(min), Number.isInteger(max)]).toEqual([true, true]);
        expect(min).toBeGreaterThanOrEqual(1);
        expect(max).toBeGreaterThanOrEqual(min);
        expect(max).toBeLessThanOrEqual(40_000);
      }
    }
  }
});

test.each([
  [{ capacity: "on" }, "capacity is on; it must be on-demand or provisioned."],
  [{ minPerMinute: "60" }, "minPerMinute and maxPerMinute need capacity=provisioned"],
  [{ capacity: "on-demand", maxPerMinute: "60" }, "minPerMinute and maxPerMinute need capacity=provisioned"],
  [{ capacity: "provisioned", maxPerMinute: "0" }, "maxPerMinute is 0; it must be a number from 1 to 90000."],
  [{ capacity: "provisioned", minPerMinute: "90001" }, "minPerMinute is 90001; it must be a number from 1 to 90000."],
  [
    { capacity: "provisioned", maxPerMinute: "20" },
    "minPerMinute is 30; it must be at most maxPerMinute, which is 20.",
  ],
])("%j is refused", (context, message) => {
  expect(() => describeStage("dev", context)).toThrow(message);
});
