import { RemovalPolicy } from "aws-cdk-lib";
import { maxTimelineShards } from "../shared/stores/table-keys.ts";

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
}

/**
 * The stage by its name, which the context gives (`-c stage=prod`). Every name but `prod` is for trying out: its data goes
 * with its stack. Several stages live side by side in one account.
 *
 * @param context other values of the context: `nearDuplicateDays`, 90 by default, and `timelineShards`, 1 by default
 * @throws Error when the name cannot be part of the names of resources, or a value makes no sense
 */
export function describeStage(
  name: string,
  context: { readonly nearDuplicateDays?: unknown; readonly timelineShards?: unknown } = {},
): Stage {
  if (!/^[a-z][a-z0-9-]{0,19}$/.test(name)) {
    throw new Error(`The stage ${JSON.stringify(name)} must have up to 20 small letters, digits and hyphens.`);
  }
  const isProduction = name === "prod";
  return {
    name,
    removalPolicy: isProduction ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    protectsData: isProduction,
    logRetentionDays: isProduction ? 90 : 7,
    nearDuplicateDays: readCount("nearDuplicateDays", context.nearDuplicateDays ?? 90),
    timelineShards: readCount("timelineShards", context.timelineShards ?? 1, maxTimelineShards),
  };
}

function readCount(name: string, value: unknown, max = 36_500): number {
  const count = Number(value);
  if (Number.isInteger(count) && count >= 1 && count <= max) return count;
  throw new Error(`${name} is ${value}; it must be a number from 1 to ${max}.`);
}
