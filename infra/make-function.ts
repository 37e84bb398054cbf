import { join } from "node:path";
import { Duration } from "aws-cdk-lib";
import { Effect, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import {
  Architecture,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
  Tracing,
} from "aws-cdk-lib/aws-lambda";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import { partnerKeys, rawObjects, timelineIndexes, webhookKeys } from "../shared/stores/table-keys.ts";
import type { Events } from "./events.ts";
import { functionMemory, limitHeap } from "./function-memory.ts";
import { type Grants, grants as grantsOf } from "./grants.ts";
import type { Imports } from "./imports.ts";
import type { Stage } from "./stage.ts";
import type { Storage } from "./storage.ts";

/**
 * One Lambda function: the file `functions/NAME.ts`, with the grants and settings that it needs and no others.
 *
 * @param options.originSecret what requests that come through CloudFront carry; the others are then refused
 * @param options.bundles directory that holds its bundle, among those of all functions
 */
export function makeFunction(
  scope: Construct,
  name: string,
  options: {
    readonly stage: Stage;
    readonly storage: Storage;
    readonly bundles: string;
    readonly timeout?: Duration;
    readonly memorySize?: number;
    readonly originSecret?: string;
  },
): LambdaFunction {
  const { stage, storage, bundles, originSecret } = options;
  const { timeout = Duration.seconds(20), memorySize = functionMemory.requests } = options;
  const grants = grantsOf[name];
  if (grants === undefined) throw new Error(`infra/grants.ts does not say what ${name} may do.`);
  const id = toConstructId(name);
  const logGroup = new LogGroup(scope, `${id}Logs`, {
    retention: stage.logRetentionDays,
    removalPolicy: stage.removalPolicy,
  });
  // Lambda's own policy for logs may write into every log group of the account.
  const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal("lambda.amazonaws.com") });
  logGroup.grantWrite(role);
  const lambda = new LambdaFunction(scope, id, {
    description: `Copydesk ${stage.name}: ${name}`,
    code: Code.fromAsset(join(bundles, name)),
    handler: "index.handler",
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    memorySize,
    timeout,
    environment: {
      NODE_OPTIONS: limitHeap(memorySize),
      METRICS_NAMESPACE: stage.metricsNamespace,
      ...(originSecret !== undefined && { ORIGIN_SECRET: originSecret }),
      ...(grants.articles && { ARTICLES_TABLE: storage.articles.tableName }),
      ...(grants.changes && { CHANGES_TABLE: storage.changes.tableName }),
      ...(grants.partners && { PARTNERS_TABLE: storage.partners.tableName }),
      ...(grants.raw && { RAW_BUCKET: storage.raw.bucketName }),
      ...(grants.raw?.includes("PutObject") && {
        NEAR_DUPLICATE_DAYS: String(stage.nearDuplicateDays),
        TIMELINE_SHARDS: String(stage.timelineShards),
      }),
      ...(grants.imports && { IMPORTS_TABLE: storage.imports.table.tableName }),
      ...(grants.importObjects && { IMPORTS_BUCKET: storage.imports.bucket.bucketName }),
      ...(grants.importQueue && { IMPORT_QUEUE: storage.imports.queue.queueUrl }),
      ...(grants.search && storage.search && { SEARCH_ENDPOINT: storage.search.endpoint }),
      ...(grants.webhooks && { WEBHOOKS_TABLE: storage.events.table.tableName }),
      ...(grants.deliveryQueue && { DELIVERY_QUEUE: storage.events.queue.queueUrl }),
      ...(grants.eventBus && { EVENT_BUS: storage.events.bus.eventBusName }),
    },
    role,
    logGroup,
    loggingFormat: LoggingFormat.JSON,
    applicationLogLevelV2: stage.logLevel,
    systemLogLevelV2: SystemLogLevel.WARN,
    tracing: stage.traces ? Tracing.ACTIVE : Tracing.DISABLED,
  });
  const statements = [
    ...describeGrants(grants, storage),
    ...describeImportGrants(grants, storage.imports),
    ...describeEventGrants(grants, storage.events),
  ];
  for (const statement of statements) lambda.addToRolePolicy(statement);
  if (grants.search) storage.search?.grant(lambda, grants.search);
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
    allow(["s3:PutObject"], [raw.arnForObjects("raw/*"), raw.arnForObjects(`${rawObjects.quarantine}*`)]);
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

function describeImportGrants(grants: Grants, { table, bucket, queue }: Imports): PolicyStatement[] {
  const allow = (actions: string[], resource: string) =>
    new PolicyStatement({ effect: Effect.ALLOW, actions, resources: [resource] });
  const statements: PolicyStatement[] = [];
  if (grants.imports)
    statements.push(
      allow(
        grants.imports.map((action) => `dynamodb:${action}`),
        table.tableArn,
      ),
    );
  for (const granted of grants.importObjects ?? []) {
    const [verb, place] = granted.split(" ");
    statements.push(allow([verb === "put" ? "s3:PutObject" : "s3:GetObject"], bucket.arnForObjects(`${place}/*`)));
  }
  for (const granted of grants.importQueue ?? []) statements.push(allow(queueActions[granted], queue.queueArn));
  return statements;
}

function describeEventGrants(grants: Grants, { bus, table, queue }: Events): PolicyStatement[] {
  const allow = (actions: string[], resource: string, leadingKeys?: string[]) =>
    new PolicyStatement({
      effect: Effect.ALLOW,
      actions,
      resources: [resource],
      ...(leadingKeys && { conditions: { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": leadingKeys } } }),
    });
  const statements: PolicyStatement[] = [];
  const subscribers = webhookKeys.subscriber("").pk;
  if (grants.webhooks?.includes("list subscribers")) {
    statements.push(allow(["dynamodb:Query"], table.tableArn, [subscribers]));
  }
  if (grants.webhooks?.includes("bus cursor")) {
    statements.push(allow(["dynamodb:GetItem", "dynamodb:PutItem"], table.tableArn, [webhookKeys.busCursor().pk]));
  }
  if (grants.webhooks?.includes("tell subscribers")) {
    const parked = webhookKeys.parked("*", "").pk;
    statements.push(
      allow(["dynamodb:GetItem", "dynamodb:UpdateItem"], table.tableArn, [subscribers]),
      allow(["dynamodb:GetItem"], table.tableArn, [webhookKeys.secrets("*").pk]),
      allow(["dynamodb:Query", "dynamodb:PutItem", "dynamodb:DeleteItem"], table.tableArn, [parked]),
    );
  }
  for (const granted of grants.deliveryQueue ?? []) statements.push(allow(queueActions[granted], queue.queueArn));
  if (grants.eventBus?.includes("put")) statements.push(allow(["events:PutEvents"], bus.eventBusArn));
  return statements;
}

const queueActions = {
  send: ["sqs:SendMessage"],
  receive: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
};

/** `get-article` becomes `GetArticle`. */
function toConstructId(name: string): string {
  return name
    .split("-")
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("");
}
