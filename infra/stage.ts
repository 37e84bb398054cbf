import { RemovalPolicy } from "aws-cdk-lib";

/** What a stage does with its data, and how long it keeps its logs. */
export interface Stage {
  readonly name: string;
  readonly removalPolicy: RemovalPolicy;
  /** Point-in-time recovery and protection against deletion. */
  readonly protectsData: boolean;
  readonly logRetentionDays: number;
  /** For so long similar texts find each other. */
  readonly nearDuplicateDays: number;
  /** Full text search costs by the hour, whether anybody searches or not, so it is off unless it is asked for. */
  readonly hasSearch: boolean;
  /** A second copy of all that search runs on, in another zone. */
  readonly hasSearchStandby: boolean;
}

/**
 * The stage by its name, which the context gives (`-c stage=prod`). Every name but `prod` is for trying out: its data goes
 * with its stack. Several stages live side by side in one account.
 *
 * @param context other values of the context; `nearDuplicateDays`, 90 by default, and `search`, `off` by default
 * @throws Error when the name cannot be part of the names of resources, or a value makes no sense
 */
export function describeStage(
  name: string,
  context: { readonly nearDuplicateDays?: unknown; readonly search?: unknown } = {},
): Stage {
  if (!/^[a-z][a-z0-9-]{0,19}$/.test(name)) {
    throw new Error(`The stage ${JSON.stringify(name)} must have up to 20 small letters, digits and hyphens.`);
  }
  const nearDuplicateDays = Number(context.nearDuplicateDays ?? 90);
  if (!Number.isInteger(nearDuplicateDays) || nearDuplicateDays < 1) {
    throw new Error(`nearDuplicateDays is ${context.nearDuplicateDays}; it must be a number of days from 1.`);
  }
  const search = context.search ?? "off";
  if (search !== "on" && search !== "off")
    throw new Error(`search is ${JSON.stringify(search)}; it must be on or off.`);
  const isProduction = name === "prod";
  return {
    name,
    removalPolicy: isProduction ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    protectsData: isProduction,
    logRetentionDays: isProduction ? 90 : 7,
    nearDuplicateDays,
    hasSearch: search === "on",
    hasSearchStandby: isProduction,
  };
}
