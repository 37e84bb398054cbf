import { join } from "node:path";
import { Duration } from "aws-cdk-lib";
import { Effect, PolicyStatement } from "aws-cdk-lib/aws-iam";
import {
  ApplicationLogLevel,
  Architecture,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
} from "aws-cdk-lib/aws-lambda";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import { partnerKeys, timelineIndexes } from "../shared/stores/table-keys.ts";
import { type Grants, grants as grantsOf } from "./grants.ts";
import type { Stage } from "./stage.ts";
import type { Storage } from "./storage.ts";

/**
 * One Lambda function: the file `functions/NAME.ts`, with the grants and settings that it needs and no others.
 *
 * @param options.bundles directory that holds its bundle, among those of all functions
 */
export function makeFunction(
  scope: Construct,
  name: string,
  options: { readonly stage: Stage; readonly storage: Storage; readonly bundles: string },
): LambdaFunction {
  const { stage, storage, bundles } = options;
  const grants = grantsOf[name];
  if (grants === undefined) throw new Error(`infra/grants.ts does not say what ${name} may do.`);
  const lambda = new LambdaFunction(scope, toConstructId(name), {
    description: `Copydesk ${stage.name}: ${name}`,
    code: Code.fromAsset(join(bundles, name)),
    handler: "index.handler",
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    memorySize: 1024,
    timeout: Duration.seconds(20),
    environment: {
      ...(grants.articles && { ARTICLES_TABLE: storage.articles.tableName }),
      ...(grants.changes && { CHANGES_TABLE: storage.changes.tableName }),
      ...(grants.partners && { PARTNERS_TABLE: storage.partners.tableName }),
      ...(grants.raw && { RAW_BUCKET: storage.raw.bucketName }),
      ...(grants.raw?.includes("PutObject") && { NEAR_DUPLICATE_DAYS: String(stage.nearDuplicateDays) }),
    },
    logGroup: new LogGroup(scope, `${toConstructId(name)}Logs`, {
      retention: stage.logRetentionDays,
      removalPolicy: stage.removalPolicy,
    }),
    loggingFormat: LoggingFormat.JSON,
    applicationLogLevelV2: ApplicationLogLevel.INFO,
    systemLogLevelV2: SystemLogLevel.WARN,
  });
  for (const statement of describeGrants(grants, storage)) lambda.addToRolePolicy(statement);
  return lambda;
}

function describeGrants(grants: Grants, { articles, changes, partners, raw }: Storage): PolicyStatement[] {
  const statements: PolicyStatement[] = [];
  const allow = (actions: string[], resources: string[], conditions = {}) =>
    statements.push(new PolicyStatement({ effect: Effect.ALLOW, actions, resources, conditions }));
  const onPartitions = (...names: string[]) => ({ "ForAllValues:StringLike": { "dynamodb:LeadingKeys": names } });

  if (grants.articles)
    allow(
      grants.articles.map((action) => `dynamodb:${action}`),
      [articles.tableArn],
    );
  if (grants.indexes) {
    allow(
      ["dynamodb:Query"],
      Object.keys(timelineIndexes).map((index) => `${articles.tableArn}/index/${index}`),
    );
  }
  if (grants.changes !== undefined) {
    allow(["dynamodb:GetItem", grants.changes === "read" ? "dynamodb:Query" : "dynamodb:PutItem"], [changes.tableArn]);
  }
  if (grants.raw?.includes("GetObject")) allow(["s3:GetObject"], [raw.arnForObjects("raw/*")]);
  if (grants.raw?.includes("PutObject")) {
    allow(["s3:PutObject"], [raw.arnForObjects("raw/*"), raw.arnForObjects("quarantine/*")]);
  }
  if (grants.partners?.includes("keys")) {
    allow(["dynamodb:GetItem"], [partners.tableArn], onPartitions(partnerKeys.key("*").pk));
  }
  if (grants.partners?.includes("settings")) {
    allow(["dynamodb:GetItem"], [partners.tableArn], onPartitions(partnerKeys.settings("*").pk));
  }
  if (grants.partners?.includes("quota")) {
    allow(["dynamodb:UpdateItem"], [partners.tableArn], onPartitions(partnerKeys.quota("*", "").pk));
  }
  if (grants.partners?.includes("subscriptions")) {
    allow(["dynamodb:GetItem"], [partners.tableArn], onPartitions(partnerKeys.subscription("").pk));
  }
  if (grants.partners?.includes("confirm")) {
    allow(["dynamodb:UpdateItem"], [partners.tableArn], onPartitions(partnerKeys.subscription("").pk));
  }
  if (grants.partners?.includes("cursor")) {
    allow(["dynamodb:GetItem", "dynamodb:PutItem"], [partners.tableArn], onPartitions(partnerKeys.cursorSecret().pk));
  }
  return statements;
}

/** `get-article` becomes `GetArticle`. */
function toConstructId(name: string): string {
  return name
    .split("-")
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("");
}
