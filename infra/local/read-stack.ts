import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { CreateTableCommandInput } from "@aws-sdk/client-dynamodb";
import type { LocalQueue } from "./queues/open-queue-store.ts";
import type { LocalEventSource } from "./queues/poll-queue.ts";
import { type Located, resolveIntrinsics, type Template, type TemplateResource } from "./resolve-template.ts";

export interface LocalTable {
  readonly name: string;
  readonly definition: CreateTableCommandInput;
}

export interface LocalBucket {
  readonly name: string;
  readonly isVersioned: boolean;
  /** Which queues hear of objects that are created below a prefix. */
  readonly notifications: readonly { readonly prefix: string; readonly queue: string }[];
}

export interface LocalFunction {
  readonly logicalId: string;
  /** Directory of the very bundle that would be deployed. */
  readonly assetDirectory: string;
  /** `FILE.EXPORT` */
  readonly handler: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

export interface LocalRoute {
  /** `METHOD /path/{parameter}`, or `$default`. */
  readonly routeKey: string;
  readonly functionId: string;
}

/** A function that is called with what the stream of a table tells. */
export interface LocalStreamSource {
  readonly functionId: string;
  readonly tableName: string;
  readonly batchSize: number;
  /** A record is handed over that fits one of them. */
  readonly filters: readonly unknown[];
  /** How often a batch is tried again; -1 for as long as it takes. */
  readonly maxRetries: number;
  /** Whether a batch that failed is tried in halves. */
  readonly bisects: boolean;
  /** The queue that hears of what was given up. */
  readonly deadLetters: string | undefined;
}

/** A function that is called again and again. */
export interface LocalSchedule {
  readonly functionId: string;
  readonly everyMs: number;
}

/** What the synthesized template asks for, in this machine's terms. */
export interface LocalStack {
  readonly tables: readonly LocalTable[];
  readonly buckets: readonly LocalBucket[];
  readonly functions: readonly LocalFunction[];
  readonly routes: readonly LocalRoute[];
  readonly streamSources: readonly LocalStreamSource[];
  readonly queues: readonly LocalQueue[];
  readonly eventSources: readonly LocalEventSource[];
  readonly hasSearch: boolean;
  readonly schedules: readonly LocalSchedule[];
  /** Names of event buses. */
  readonly eventBuses: readonly string[];
  readonly outputs: Readonly<Record<string, string>>;
}

/** Types that ask for nothing on this machine, and why. */
const withoutCounterpart: ReadonlyMap<string, string> = new Map([
  ["AWS::IAM::Role", "nothing checks IAM here; the template's tests prove the grants"],
  ["AWS::IAM::Policy", "as above"],
  ["AWS::Lambda::Permission", "the gateway here may invoke every function"],
  ["AWS::Logs::LogGroup", "logs go to the terminal"],
  ["AWS::S3::BucketPolicy", "loopback only, and every request is signed"],
  ["AWS::SQS::QueuePolicy", "loopback only"],
  ["Custom::S3AutoDeleteObjects", "deleting .local deletes the data"],
  ["AWS::OpenSearchServerless::SecurityPolicy", "loopback only"],
  ["AWS::OpenSearchServerless::AccessPolicy", "as IAM"],
  ["AWS::EventSchemas::Registry", "describes events; the very schema checks them in the tests"],
  ["AWS::EventSchemas::Schema", "as above"],
  ["AWS::CDK::Metadata", "describes the template itself"],
  ["AWS::CloudWatch::Alarm", "nothing counts metrics here; the lines that carry them are the same"],
  ["AWS::CloudWatch::Dashboard", "as above"],
  ["AWS::SNS::Topic", "only alarms write to it"],
  ["AWS::SNS::TopicPolicy", "as above"],
]);

/** Types that are run, and what their attributes are here. */
const located: ReadonlyMap<string, (logicalId: string) => Located> = new Map([
  [
    "AWS::DynamoDB::GlobalTable",
    (id) => {
      const arn = `arn:aws:dynamodb:us-east-1:000000000000:table/${id}`;
      return { ref: id, attributes: { Arn: arn, StreamArn: `${arn}/stream/local` } };
    },
  ],
  ["AWS::S3::Bucket", (id) => ({ ref: id.toLowerCase(), attributes: { Arn: `arn:aws:s3:::${id.toLowerCase()}` } })],
  [
    "AWS::Lambda::Function",
    (id) => ({ ref: id, attributes: { Arn: `arn:aws:lambda:us-east-1:000000000000:function:${id}` } }),
  ],
  [
    "AWS::SQS::Queue",
    // The port is the runner's secret; clients take it from AWS_ENDPOINT_URL_SQS.
    (id) => ({
      ref: `http://sqs.invalid/000000000000/${id}`,
      attributes: { Arn: `arn:aws:sqs:us-east-1:000000000000:${id}`, QueueName: id },
    }),
  ],
  [
    "AWS::OpenSearchServerless::Collection",
    // As above: clients take it from AWS_ENDPOINT_URL_AOSS.
    (id) => ({
      ref: id,
      attributes: {
        Arn: `arn:aws:aoss:us-east-1:000000000000:collection/${id}`,
        CollectionEndpoint: "http://search.invalid",
      },
    }),
  ],
  [
    "AWS::Events::EventBus",
    (id) => ({ ref: id, attributes: { Arn: `arn:aws:events:us-east-1:000000000000:event-bus/${id}`, Name: id } }),
  ],
  ["AWS::Events::Rule", (id) => ({ ref: id, attributes: { Arn: `arn:aws:events:us-east-1:000000000000:rule/${id}` } })],
  ["AWS::Lambda::EventSourceMapping", (id) => ({ ref: id, attributes: {} })],
  ["AWS::ApiGatewayV2::Api", (id) => ({ ref: id, attributes: {} })],
  ["AWS::ApiGatewayV2::Integration", (id) => ({ ref: id, attributes: {} })],
  ["AWS::ApiGatewayV2::Route", (id) => ({ ref: id, attributes: {} })],
  ["AWS::ApiGatewayV2::Stage", (id) => ({ ref: id, attributes: {} })],
]);

/**
 * Reads the template of a stack from a directory that CDK wrote.
 *
 * @throws Error on a resource type or an intrinsic function that has no counterpart here
 */
export function readStack(cdkOut: string, stackName: string): LocalStack {
  const template = readJson(join(cdkOut, `${stackName}.template.json`)) as Template;
  const assets = readJson(join(cdkOut, `${stackName}.assets.json`)) as AssetManifest;
  const locate = (logicalId: string) => locateResource(template, logicalId);
  const resources = Object.entries(template.Resources).map(([logicalId, resource]) => {
    locate(logicalId);
    const isRun = located.has(resource.Type);
    const properties = isRun ? (resolveIntrinsics(resource.Properties ?? {}, locate) as Properties) : {};
    return { logicalId, type: resource.Type, properties };
  });
  const ofType = (type: string) => resources.filter((resource) => resource.type === type);

  const functions = ofType("AWS::Lambda::Function").map(({ logicalId, properties }): LocalFunction => {
    const code = properties["Code"] as { S3Key: string };
    const variables = (properties["Environment"] as { Variables?: Record<string, string> } | undefined)?.Variables;
    return {
      logicalId,
      assetDirectory: findAsset(cdkOut, assets, code.S3Key),
      handler: String(properties["Handler"]),
      environment: { ...variables, AWS_LAMBDA_LOG_LEVEL: readLogLevel(properties) },
      timeoutMs: Number(properties["Timeout"] ?? 3) * 1000,
    };
  });
  const eventSources = ofType("AWS::Lambda::EventSourceMapping");
  const isOfQueue = ({ properties }: { properties: Properties }) =>
    String(properties["EventSourceArn"]).startsWith("arn:aws:sqs:");
  const functionOfIntegration = new Map(
    ofType("AWS::ApiGatewayV2::Integration").map(({ logicalId, properties }) => [
      logicalId,
      String(properties["IntegrationUri"]).split(":").at(-1) ?? "",
    ]),
  );
  return {
    tables: ofType("AWS::DynamoDB::GlobalTable").map(({ logicalId, properties }) =>
      describeTable(logicalId, properties),
    ),
    buckets: ofType("AWS::S3::Bucket").map(({ logicalId, properties }) => ({
      name: locate(logicalId).ref,
      isVersioned: (properties["VersioningConfiguration"] as { Status?: string } | undefined)?.Status === "Enabled",
      notifications: describeNotifications(properties),
    })),
    functions,
    routes: ofType("AWS::ApiGatewayV2::Route").map(({ properties }) => ({
      routeKey: String(properties["RouteKey"]),
      functionId: functionOfIntegration.get(String(properties["Target"]).replace("integrations/", "")) ?? "",
    })),
    streamSources: eventSources
      .filter((source) => !isOfQueue(source))
      .map(({ properties }) => describeStreamSource(properties)),
    queues: ofType("AWS::SQS::Queue").map(({ logicalId, properties }) => describeQueue(logicalId, properties)),
    hasSearch: ofType("AWS::OpenSearchServerless::Collection").length > 0,
    eventSources: eventSources.filter(isOfQueue).map(({ properties }) => describeEventSource(properties)),
    schedules: ofType("AWS::Events::Rule").flatMap(({ properties }) => describeSchedules(properties)),
    eventBuses: ofType("AWS::Events::EventBus").map(({ logicalId }) => locate(logicalId).ref),
    outputs: describeOutputs(template, locate),
  };
}

/** Lambda tells a function its level by this variable, too. */
function readLogLevel(properties: Properties): string {
  return (properties["LoggingConfig"] as { ApplicationLogLevel?: string } | undefined)?.ApplicationLogLevel ?? "INFO";
}

/** The name at the end of an ARN. */
function lastOf(arn: unknown): string {
  return String(arn).split(":").at(-1) ?? "";
}

function describeEventSource(properties: Properties): LocalEventSource {
  if (properties["BatchSize"] !== 1) throw new Error("The local stack knows queues that give one message at a time.");
  const scaling = properties["ScalingConfig"] as { MaximumConcurrency?: number } | undefined;
  return {
    queue: lastOf(properties["EventSourceArn"]),
    functionId: lastOf(properties["FunctionName"]),
    maxConcurrency: scaling?.MaximumConcurrency ?? 1,
  };
}

function describeSchedules(properties: Properties): LocalSchedule[] {
  const [, count, unit = ""] =
    /^rate\((\d+) (minute|hour|day)s?\)$/.exec(String(properties["ScheduleExpression"])) ?? [];
  const unitMs = { minute: 60_000, hour: 3_600_000, day: 86_400_000 }[unit];
  if (unitMs === undefined) throw new Error("The local stack knows only rules that call functions at a rate.");
  const targets = properties["Targets"] as readonly { readonly Arn: string }[];
  return targets.map(({ Arn }) => ({ functionId: lastOf(Arn), everyMs: Number(count) * unitMs }));
}

function describeQueue(name: string, properties: Properties): LocalQueue {
  const redrive = properties["RedrivePolicy"] as
    | { readonly deadLetterTargetArn: string; readonly maxReceiveCount: number }
    | undefined;
  return {
    name,
    arn: `arn:aws:sqs:us-east-1:000000000000:${name}`,
    visibilityTimeoutMs: Number(properties["VisibilityTimeout"] ?? 30) * 1000,
    ...(redrive && {
      deadLetter: { queue: lastOf(redrive.deadLetterTargetArn), maxReceiveCount: redrive.maxReceiveCount },
    }),
  };
}

interface QueueConfiguration {
  readonly Event: string;
  readonly Queue: string;
  readonly Filter?: { readonly S3Key: { readonly Rules: readonly { Name: string; Value: string }[] } };
}

function describeNotifications(properties: Properties): LocalBucket["notifications"] {
  const { QueueConfigurations = [], ...others } = (properties["NotificationConfiguration"] ?? {}) as {
    QueueConfigurations?: readonly QueueConfiguration[];
  };
  if (Object.keys(others).length > 0) throw new Error(`The local stack does not know ${Object.keys(others)}.`);
  return QueueConfigurations.map(({ Event, Queue, Filter }) => {
    const [rule, ...more] = Filter?.S3Key.Rules ?? [];
    if (Event !== "s3:ObjectCreated:*" || rule?.Name !== "prefix" || more.length > 0) {
      throw new Error("The local stack knows only the creation of objects below one prefix.");
    }
    return { prefix: rule.Value, queue: lastOf(Queue) };
  });
}

type Properties = Readonly<Record<string, unknown>>;

interface AssetManifest {
  readonly files: Readonly<Record<string, { readonly source: { readonly path: string } }>>;
}

function locateResource(template: Template, logicalId: string): Located {
  const resource: TemplateResource | undefined = template.Resources[logicalId];
  if (resource === undefined) throw new Error(`The template has no resource ${logicalId}.`);
  const locateType = located.get(resource.Type);
  if (locateType !== undefined) return locateType(logicalId);
  if (withoutCounterpart.has(resource.Type))
    return { ref: logicalId, attributes: { Arn: `arn:aws:local:::${logicalId}` } };
  throw new Error(
    `The local stack cannot run ${resource.Type} (${logicalId}). Give it a counterpart in infra/local/read-stack.ts, or a reason why it needs none.`,
  );
}

/** The output with the gateway's address is made from its ID, and only the runner knows the port; the others resolve. */
function describeOutputs(template: Template, locate: (logicalId: string) => Located): Record<string, string> {
  const outputs = Object.entries(template.Outputs ?? {}).filter(([name]) => !name.startsWith("ApiUrl"));
  return Object.fromEntries(outputs.map(([name, { Value }]) => [name, String(resolveIntrinsics(Value, locate))]));
}

/** CloudFormation's words for a table are the API's own, but for what concerns replicas, recovery and encryption. */
function describeTable(name: string, properties: Properties): LocalTable {
  const { AttributeDefinitions, KeySchema, GlobalSecondaryIndexes, StreamSpecification } =
    properties as unknown as CreateTableCommandInput;
  return {
    name,
    definition: {
      TableName: name,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions,
      KeySchema,
      ...(StreamSpecification && { StreamSpecification: { ...StreamSpecification, StreamEnabled: true } }),
      ...(GlobalSecondaryIndexes && {
        GlobalSecondaryIndexes: GlobalSecondaryIndexes.map(({ IndexName, KeySchema, Projection }) => ({
          IndexName,
          KeySchema,
          Projection,
        })),
      }),
    },
  };
}

function describeStreamSource(properties: Properties): LocalStreamSource {
  const source = String(properties["EventSourceArn"]);
  const tableName = /:table\/([^/]+)\/stream\//.exec(source)?.[1];
  if (tableName === undefined) throw new Error(`The local stack cannot call functions for ${source}.`);
  const failure = properties["DestinationConfig"] as { OnFailure?: { Destination: string } } | undefined;
  const filters = (properties["FilterCriteria"] as { Filters?: { Pattern: string }[] } | undefined)?.Filters ?? [];
  return {
    functionId: String(properties["FunctionName"]),
    tableName,
    batchSize: Number(properties["BatchSize"] ?? 100),
    maxRetries: Number(properties["MaximumRetryAttempts"] ?? -1),
    bisects: properties["BisectBatchOnFunctionError"] === true,
    deadLetters: failure?.OnFailure && lastOf(failure.OnFailure.Destination),
    filters: filters.length === 0 ? [{}] : filters.map(({ Pattern }) => JSON.parse(Pattern)),
  };
}

function findAsset(cdkOut: string, assets: AssetManifest, s3Key: string): string {
  const asset = assets.files[s3Key.replace(/\.zip$/, "")];
  if (asset === undefined) throw new Error(`The synthesized stack has no asset ${s3Key}.`);
  return join(cdkOut, asset.source.path);
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, "utf8"));
}
