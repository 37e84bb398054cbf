import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { alarmRules } from "../../infra/alarm-rules.ts";
import { latencyClassOf } from "../../shared/api/latency-class.ts";
import { operations } from "../../shared/api/operations.ts";
import { resolveValue } from "../support/evaluate-policy.ts";
import { findResources, type Resource, synthesizeTemplate } from "../support/synthesize-template.ts";

const template = synthesizeTemplate("prod", { search: "on" });
const alarms = findResources(template, "AWS::CloudWatch::Alarm").map(([, { Properties }]) => Properties);
const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const runbook = read("infra/RUNBOOK.md");
const sections = new Map(
  runbook
    .split(/^## /m)
    .slice(1)
    .map((section) => {
      const [title = "", ...paragraphs] = section.split("\n\n").map((text) => text.trim());
      return [title, paragraphs] as const;
    }),
);

test("the runbook has a section for each alarm, in the same order, and one for what no alarm calls for", () => {
  expect([...sections.keys()]).toEqual([...alarmRules.map(({ title }) => title), "By hand"]);
});

describe.each(alarmRules)("$title", ({ title, meaning, first, threshold, periods }) => {
  const its = alarms.filter(({ AlarmDescription }) => AlarmDescription.startsWith(title));

  test("says the same in the alarm and in the runbook: what it means, and what to do first", () => {
    const [said, begun, ...more] = sections.get(title) ?? [];
    expect([said, begun]).toEqual([meaning, first]);
    expect(more.join("").length).toBeGreaterThan(50);
    for (const sentence of [meaning, first]) expect(sentence).toMatch(/^[A-Z].{30,}\.$/s);
    expect(its.length).toBeGreaterThan(0);
    for (const { AlarmDescription } of its) {
      expect(AlarmDescription).toContain(`. ${meaning} ${first} `);
      expect(AlarmDescription.length).toBeLessThanOrEqual(1024);
    }
  });

  test("tells the topic, and is quiet where nothing is measured", () => {
    for (const alarm of its) {
      expect(alarm).toMatchObject({
        AlarmActions: [template.Outputs["AlarmTopic"]?.Value],
        TreatMissingData: "notBreaching",
        ComparisonOperator: "GreaterThanOrEqualToThreshold",
        Threshold: threshold,
        EvaluationPeriods: periods,
      });
      // More than ten metrics cannot be added up in an alarm; the eleventh entry is their sum.
      expect(alarm["Metrics"]?.length ?? 0).toBeLessThanOrEqual(11);
    }
  });
});

test("there is no alarm but those of the rules", () => {
  const titles = alarmRules.map(({ title }) => title);
  expect(alarms.filter(({ AlarmDescription }) => !titles.some((title) => AlarmDescription.startsWith(title)))).toEqual(
    [],
  );
});

describe("nothing is overlooked", () => {
  /** IDs of resources that the alarms with this title ask about. */
  const watched = (title: string) =>
    JSON.stringify(alarms.filter(({ AlarmDescription }) => AlarmDescription.startsWith(title)));

  /** Wherever a template can name a place for what was given up. */
  function findDeadLetterTargets(value: unknown): string[] {
    if (typeof value !== "object" || value === null) return [];
    return Object.entries(value).flatMap(([name, entry]) => {
      if (name === "deadLetterTargetArn") return [resolveValue(entry)];
      if (name === "DeadLetterConfig") return [resolveValue(entry.Arn ?? entry.TargetArn)];
      if (name === "OnFailure") return [resolveValue(entry.Destination)];
      return findDeadLetterTargets(entry);
    });
  }

  test("every queue of dead letters has its alarm", () => {
    const targets = findDeadLetterTargets(template.Resources).filter((target) => target.endsWith(".Arn>"));
    const queues = [...new Set(targets)].map((target) => target.slice(1, -".Arn>".length));
    expect(queues.length).toBeGreaterThan(0);
    for (const queue of queues) expect(watched("Dead letters")).toContain(`"${queue}"`);
  });

  test.each([
    ["Table throttled", "AWS::DynamoDB::GlobalTable", () => true],
    ["Background errors", "AWS::Lambda::EventSourceMapping", () => true],
    [
      "Stream behind",
      "AWS::Lambda::EventSourceMapping",
      (properties: Resource["Properties"]) => JSON.stringify(properties["EventSourceArn"]).includes("StreamArn"),
    ],
  ] as const)("%s: every %s", (title, type, isMeant) => {
    const meant = findResources(template, type).filter(([, { Properties }]) => isMeant(Properties));
    expect(meant.length).toBeGreaterThan(0);
    for (const [logicalId, { Properties }] of meant) {
      expect(watched(title)).toContain(`"${Properties["FunctionName"]?.Ref ?? logicalId}"`);
    }
  });

  test("every index of the articles table is added up", () => {
    const indexes = findResources(template, "AWS::DynamoDB::GlobalTable").flatMap(
      ([, { Properties }]) => (Properties["GlobalSecondaryIndexes"] ?? []) as { IndexName: string }[],
    );
    for (const { IndexName } of indexes) expect(watched("Table throttled")).toContain(`"${IndexName}"`);
  });

  test("every class of operations has a latency", () => {
    for (const operation of operations) {
      expect(JSON.stringify(alarms)).toContain(`{"Name":"class","Value":"${latencyClassOf(operation)}"}`);
    }
  });
});

test("metrics of our own are written by the functions under the names that the alarms ask for", () => {
  const asked = alarms
    .filter(({ Namespace }) => Namespace === "copydesk-prod")
    .map(({ MetricName }) => MetricName as string);
  const written = ["http/log-request", "http/measure-items", "log-changes"].map((name) => read(`functions/${name}.ts`));
  expect(asked.length).toBeGreaterThan(5);
  for (const name of asked) expect(written.join()).toContain(`"${name}"`);
});

test("only CloudWatch of this account may write to the topic, and nobody without TLS", () => {
  const [, policy] = findResources(template, "AWS::SNS::TopicPolicy")[0] ?? [];
  const statements = policy?.Properties["PolicyDocument"].Statement as Resource["Properties"][];
  expect(statements.filter((statement) => statement["Effect"] === "Allow")).toEqual([
    expect.objectContaining({
      Action: "sns:Publish",
      Principal: { Service: "cloudwatch.amazonaws.com" },
      Condition: { StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } } },
    }),
  ]);
  expect(JSON.stringify(statements)).toContain('"aws:SecureTransport":"false"');
});

test("the dashboard shows every rule", () => {
  const dashboards = findResources(template, "AWS::CloudWatch::Dashboard");
  expect(dashboards).toHaveLength(1);
  const body = JSON.stringify(dashboards[0]?.[1].Properties["DashboardBody"]);
  for (const { title, meaning } of alarmRules) {
    expect(body).toContain(title);
    expect(body).toContain(meaning);
  }
});

test("a setting that the runbook names is one", () => {
  const names = [...runbook.matchAll(/-c (\w+)=/g)].map((found) => found[1] ?? "");
  for (const name of names) expect(read("infra/stage.ts")).toContain(name);
});
