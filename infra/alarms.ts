import { Aws, Duration, Stack } from "aws-cdk-lib";
import {
  Alarm,
  ComparisonOperator,
  Dashboard,
  GraphWidget,
  type IAlarmAction,
  type IMetric,
  MathExpression,
  Metric,
  TextWidget,
  TreatMissingData,
} from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import { CfnGlobalTable } from "aws-cdk-lib/aws-dynamodb";
import { Effect, PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { CfnEventSourceMapping } from "aws-cdk-lib/aws-lambda";
import { type ITopic, Topic } from "aws-cdk-lib/aws-sns";
import { Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import type { LatencyClass } from "../shared/api/latency-class.ts";
import { type AlarmRule, alarmRules, describeAlarm, type Measure } from "./alarm-rules.ts";
import type { Stage } from "./stage.ts";

/** Something measured; `about` says which of several things it is. */
interface Measured {
  readonly about?: string;
  readonly metric: IMetric;
}

/**
 * The alarms, a topic to subscribe to, and a dashboard with the same figures. It comes last: tables, queues and streams are
 * looked for in the stack as it stands, so that what is added later has its alarms by itself.
 */
export class Alarms extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, props: { readonly stage: Stage; readonly apiId: string }) {
    super(scope, id);
    // Not encrypted by KMS: CloudWatch could not write to it with AWS's own key, and it says nothing that is secret.
    this.topic = new Topic(this, "Topic", { displayName: `copydesk-${props.stage.name}`, enforceSSL: true });
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        effect: Effect.ALLOW,
        principals: [new ServicePrincipal("cloudwatch.amazonaws.com")],
        actions: ["sns:Publish"],
        resources: [this.topic.topicArn],
        conditions: { StringEquals: { "aws:SourceAccount": Aws.ACCOUNT_ID } },
      }),
    );
    const action = new SnsAction(this.topic as ITopic);
    const dashboard = new Dashboard(this, "Dashboard", { defaultInterval: Duration.hours(12) });
    for (const rule of alarmRules) {
      const all = this.measure(rule, props);
      if (all.length === 0) throw new Error(`Nothing in this stack is measured by ${rule.measure}.`);
      for (const measured of all) this.addAlarm(rule, measured, action);
      dashboard.addWidgets(
        new TextWidget({ markdown: `**${rule.title}**\n\n${rule.meaning}\n\n${rule.first}`, width: 8, height: 5 }),
        new GraphWidget({
          width: 16,
          height: 5,
          left: all.map(({ metric }) => metric),
          leftAnnotations: [{ value: rule.threshold, label: "alarm" }],
          leftYAxis: { min: 0 },
        }),
      );
    }
    const traffic = ["articles", "duplicates"].map((name) => own(props.stage, name, "Sum", Duration.minutes(5)));
    dashboard.addWidgets(
      new GraphWidget({ title: "Articles taken in, and copies among them", width: 24, left: traffic }),
    );
  }

  private addAlarm(rule: AlarmRule, { about, metric }: Measured, action: SnsAction): void {
    const id = `${rule.title} ${about ?? ""}`.replace(/\b[a-z]/g, (letter) => letter.toUpperCase()).replace(/\W/g, "");
    new Alarm(this, id, {
      alarmDescription: describeAlarm(rule, about),
      metric,
      threshold: rule.threshold,
      evaluationPeriods: rule.periods,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      // Nobody asks at night, and that is no alarm.
      treatMissingData: TreatMissingData.NOT_BREACHING,
    }).addAlarmAction(action as IAlarmAction);
  }

  /** The metrics of a rule, with what each is about. */
  private measure(rule: AlarmRule, { stage, apiId }: { readonly stage: Stage; readonly apiId: string }): Measured[] {
    const period = Duration.minutes(rule.periodMinutes);
    const aws = (
      namespace: string,
      metricName: string,
      statistic: string,
      dimensionsMap: Record<string, string> = {},
    ) => new Metric({ namespace, metricName, statistic, period, dimensionsMap });
    const latency = (name: LatencyClass) => [{ metric: own(stage, "durationMs", "p99", period, { class: name }) }];
    const measures: Record<Measure, () => Measured[]> = {
      "gateway-5xx": () => [{ metric: aws("AWS/ApiGateway", "5xx", "Sum", { ApiId: apiId }) }],
      "p99-submit": () => latency("submit"),
      "p99-batch": () => latency("batch"),
      "p99-list": () => latency("list"),
      "p99-single": () => latency("single"),
      // Without a dimension it counts the whole account and region, which is also what the limit is for.
      "function-throttles": () => [{ metric: aws("AWS/Lambda", "Throttles", "Sum") }],
      "table-throttles": () => this.findTables().map((table) => ({ ...table, metric: sumThrottles(table, period) })),
      "dead-letters": () =>
        this.findDeadLetters().map(({ about, queue }) => ({
          about,
          metric: queue.metricApproximateNumberOfMessagesVisible({ statistic: "Maximum", period }),
        })),
      "event-function-errors": () =>
        this.findEventSources().map(({ about, functionName }) => ({
          about,
          metric: aws("AWS/Lambda", "Errors", "Sum", { FunctionName: functionName }),
        })),
      "item-faults": () => [{ metric: own(stage, "itemFaults", "Sum", period) }],
      "stream-age": () =>
        this.findEventSources()
          .filter(({ isStream }) => isStream)
          .map(({ about, functionName }) => ({
            about,
            metric: aws("AWS/Lambda", "IteratorAge", "Maximum", { FunctionName: functionName }),
          })),
      "changes-lag": () => [{ metric: own(stage, "changesLagMs", "p99", period) }],
      "import-wait": () =>
        this.findWorkQueues().map(({ queue }) => ({
          metric: queue.metricApproximateAgeOfOldestMessage({ statistic: "Maximum", period }),
        })),
      "quota-refusals": () => [{ metric: own(stage, "quotaRefusals", "Sum", period) }],
      "refused-keys": () => [{ metric: own(stage, "refusedKeys", "Sum", period) }],
      "only-duplicates": () => [{ metric: own(stage, "onlyDuplicates", "Sum", period) }],
      "unsafe-content": () => [{ metric: own(stage, "unsafeContent", "Sum", period) }],
    };
    return measures[rule.measure]();
  }

  private findTables() {
    const stack = Stack.of(this);
    return stack.node
      .findAll()
      .filter((construct) => construct instanceof CfnGlobalTable)
      .map((table) => {
        const indexes: { indexName: string }[] = stack.resolve(table.globalSecondaryIndexes) ?? [];
        return {
          about: nameOf(table.node.path),
          tableName: table.ref,
          indexNames: indexes.map(({ indexName }) => indexName),
        };
      });
  }

  private findQueues() {
    return Stack.of(this)
      .node.findAll()
      .filter((construct) => construct instanceof Queue)
      .map((queue) => ({ about: nameOf(queue.node.path), queue }));
  }

  /** By their names, which say what they are for; a test looks whether every queue that is one has its alarm. */
  private findDeadLetters() {
    return this.findQueues().filter(({ queue }) => queue.node.id.endsWith("DeadLetters"));
  }

  private findWorkQueues() {
    return this.findQueues().filter(({ about }) => about === "Imports Queue");
  }

  private findEventSources() {
    const stack = Stack.of(this);
    return stack.node
      .findAll()
      .filter((construct) => construct instanceof CfnEventSourceMapping)
      .map((source) => ({
        about: nameOf(source.node.path),
        functionName: source.functionName,
        isStream: JSON.stringify(stack.resolve(source.eventSourceArn)).includes("StreamArn"),
      }));
  }
}

/** A metric that the functions write into their logs. */
function own(stage: Stage, metricName: string, statistic: string, period: Duration, dimensionsMap = {}): Metric {
  return new Metric({ namespace: stage.metricsNamespace, metricName, statistic, period, dimensionsMap });
}

/** What a table and its indexes have refused; an alarm can add up ten metrics. */
function sumThrottles(
  table: { readonly about: string; readonly tableName: string; readonly indexNames: readonly string[] },
  period: Duration,
): MathExpression {
  const places = [{}, ...table.indexNames.map((name) => ({ GlobalSecondaryIndexName: name }))];
  const metrics = places.flatMap((place) =>
    ["ReadThrottleEvents", "WriteThrottleEvents"].map(
      (metricName) =>
        new Metric({
          namespace: "AWS/DynamoDB",
          metricName,
          statistic: "Sum",
          dimensionsMap: { TableName: table.tableName, ...place },
        }),
    ),
  );
  // On the dashboard they stand in one graph with those of other tables, so each has a name of its own.
  const prefix = table.about.replace(/\W/g, "").toLowerCase();
  const named = Object.fromEntries(metrics.map((metric, index) => [`${prefix}${index}`, metric]));
  return new MathExpression({
    expression: `SUM([${Object.keys(named).join(", ")}])`,
    usingMetrics: named,
    label: table.about,
    period,
  });
}

/** `copydesk-prod/Storage/Imports/DeadLetters` is told as `Imports DeadLetters`. */
function nameOf(path: string): string {
  return path
    .split("/")
    .slice(1)
    .filter((part) => part !== "Storage" && part !== "Resource" && part !== "Source" && !part.includes(":"))
    .join(" ");
}
