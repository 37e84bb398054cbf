import { RemovalPolicy } from "aws-cdk-lib";
import { ApplicationLogLevel } from "aws-cdk-lib/aws-lambda";
import { maxTimelineShards } from "../shared/stores/table-keys.ts";
import { capacityModes, defaultRates, maxPerMinuteLimit, type SubmissionRates } from "./table-capacity.ts";

/** What a stage does with its data, and how long it keeps its logs. */
export interface Stage {
  readonly name: string;
  readonly removalPolicy: RemovalPolicy;
  /** Point-in-time recovery and protection against deletion. */
  readonly protectsData: boolean;
  readonly logRetentionDays: number;
  /** For so long similar texts find each other. */
  readonly nearDuplicateDays: number;
  /** Over so many partitions the lists of a new day are spread. */
  readonly timelineShards: number;
  readonly logLevel: ApplicationLogLevel;
  /** Of the metrics that functions write into their logs: those of two stages in one account stay apart. */
  readonly metricsNamespace: string;
  /** Whether Lambda samples requests for X-Ray. */
  readonly traces: boolean;
  /** Whether CloudFront and a web application firewall stand before the API. */
  readonly hasFirewall: boolean;
  /** Full text search costs by the hour, whether anybody searches or not, so it is off unless it is asked for. */
  readonly hasSearch: boolean;
  /** The IAM role of who erases, by its ARN: an erasure has to look into the index. */
  readonly searchOperator: string | undefined;
  /** A second copy of all that search runs on, in another zone. */
  readonly hasSearchStandby: boolean;
  /** What the tables that submissions write to hold capacity for; where it is absent, they are on demand. */
  readonly provisionedFor: SubmissionRates | undefined;
}

/** What `-c NAME=VALUE` can say. */
const contextNames = [
  "stage",
  "nearDuplicateDays",
  "timelineShards",
  // `info` or `debug`.
  "logLevel",
  // `on` or `off`.
  "tracing",
  "waf",
  "search",
  // ARN of an IAM role.
  "searchOperator",
  // `on-demand` or `provisioned`.
  "capacity",
  // Submissions; only where the capacity is provisioned.
  "minPerMinute",
  "maxPerMinute",
] as const;
export type StageContext = Readonly<Partial<Record<(typeof contextNames)[number], unknown>>>;

/** What stands behind `-c` makes no sense. The message says what would. */
export class ContextError extends Error {}

/**
 * Takes what is ours out of all of the app's context. The CDK's own names have a colon, an at sign or a hyphen in them.
 *
 * @throws ContextError when somebody meant another name: a firewall that is not there protects nobody
 */
export function readContext(all: Readonly<Record<string, unknown>>): StageContext {
  const names: readonly string[] = contextNames;
  const unknown = Object.keys(all).find((name) => /^\w+$/.test(name) && !names.includes(name));
  if (unknown === undefined) return Object.fromEntries(contextNames.map((name) => [name, all[name]]));
  throw new ContextError(`There is no -c ${unknown}=…; there are ${contextNames.join(", ")}.`);
}

/** Above `info` there is nothing to choose: the lines of requests carry the metrics, and Lambda would drop both. */
const logLevels: Readonly<Record<string, ApplicationLogLevel>> = {
  info: ApplicationLogLevel.INFO,
  debug: ApplicationLogLevel.DEBUG,
};

/**
 * The stage by its name, which the context gives (`-c stage=prod`). Every name but `prod` is for trying out: its data goes
 * with its stack. Several stages live side by side in one account.
 *
 * @param context other values of the context; by default 90 days, one shard, `info`; no traces, no firewall, no search, tables on demand
 * @throws ContextError when the name cannot be part of the names of resources, or a value makes no sense
 */
export function describeStage(name: string, context: StageContext = {}): Stage {
  if (!/^[a-z][a-z0-9-]{0,19}$/.test(name)) {
    throw new ContextError(`The stage ${JSON.stringify(name)} must have up to 20 small letters, digits and hyphens.`);
  }
  const logLevel = logLevels[String(context.logLevel ?? "info")];
  if (logLevel === undefined) throw new ContextError(`logLevel is ${context.logLevel}; it must be info or debug.`);
  const isProduction = name === "prod";
  return {
    name,
    removalPolicy: isProduction ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    protectsData: isProduction,
    logRetentionDays: isProduction ? 90 : 7,
    nearDuplicateDays: readCount("nearDuplicateDays", context.nearDuplicateDays ?? 90),
    timelineShards: readCount("timelineShards", context.timelineShards ?? 1, maxTimelineShards),
    metricsNamespace: `copydesk-${name}`,
    logLevel,
    traces: readSwitch("tracing", context.tracing ?? "off"),
    hasFirewall: readSwitch("waf", context.waf ?? "off"),
    hasSearch: readSwitch("search", context.search ?? "off"),
    searchOperator:
      context.searchOperator === undefined ? undefined : readRole("searchOperator", context.searchOperator),
    hasSearchStandby: isProduction,
    provisionedFor: readCapacity(context),
  };
}

function readCapacity({
  capacity = "on-demand",
  minPerMinute,
  maxPerMinute,
}: StageContext): SubmissionRates | undefined {
  const mode = capacityModes.find((name) => name === capacity);
  if (mode === undefined) throw new ContextError(`capacity is ${capacity}; it must be ${capacityModes.join(" or ")}.`);
  if (mode === "on-demand") {
    if (minPerMinute === undefined && maxPerMinute === undefined) return undefined;
    throw new ContextError("minPerMinute and maxPerMinute need capacity=provisioned: on demand, nothing is held.");
  }
  const min = readCount("minPerMinute", minPerMinute ?? defaultRates.minPerMinute, maxPerMinuteLimit);
  const max = readCount("maxPerMinute", maxPerMinute ?? defaultRates.maxPerMinute, maxPerMinuteLimit);
  if (min > max) throw new ContextError(`minPerMinute is ${min}; it must be at most maxPerMinute, which is ${max}.`);
  return { minPerMinute: min, maxPerMinute: max };
}

function readSwitch(name: string, value: unknown): boolean {
  if (value !== "on" && value !== "off") throw new ContextError(`${name} is ${value}; it must be on or off.`);
  return value === "on";
}

function readRole(name: string, value: unknown): string {
  if (/^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/.test(String(value))) return String(value);
  throw new ContextError(`${name} is ${value}; it must be the ARN of a role: arn:aws:iam::123456789012:role/NAME`);
}

function readCount(name: string, value: unknown, max = 36_500): number {
  const count = Number(value);
  if (Number.isInteger(count) && count >= 1 && count <= max) return count;
  throw new ContextError(`${name} is ${value}; it must be a number from 1 to ${max}.`);
}
