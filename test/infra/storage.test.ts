import { Annotations, Match } from "aws-cdk-lib/assertions";
import { describe, expect, test } from "vitest";
import { describeEventSchema } from "../../infra/describe-event-schema.ts";
import { describeStage, readContext } from "../../infra/stage.ts";
import { timelineIndexes } from "../../shared/stores/table-keys.ts";
import {
  findByOutput,
  findResources,
  type Resource,
  synthesizeStack,
  synthesizeTemplate,
} from "../support/synthesize-template.ts";

const templates = { dev: synthesizeTemplate("dev"), prod: synthesizeTemplate("prod") };

const stages = [
  { stage: "dev", policy: "Delete", isProtected: false, logDays: 7, deletesObjects: true },
  { stage: "prod", policy: "Retain", isProtected: true, logDays: 90, deletesObjects: false },
] as const;

/** What nothing else could be made from again. */
const recoverable = ["ArticlesTable", "PartnersTable", "WebhooksTable"];

describe.each(stages)("stage $stage", ({ stage, policy, isProtected, logDays, deletesObjects }) => {
  const template = templates[stage];

  test.each(["ArticlesTable", "PartnersTable", "WebhooksTable", "RawBucket", "ImportsTable", "ImportsBucket"])(
    `%s: ${policy} when the stack goes`,
    (output) => {
      const [, { DeletionPolicy, UpdateReplacePolicy }] = findByOutput(template, output);
      expect({ DeletionPolicy, UpdateReplacePolicy }).toEqual({ DeletionPolicy: policy, UpdateReplacePolicy: policy });
    },
  );

  test.each(recoverable)("%s: point-in-time recovery and deletion protection", (output) => {
    const replicas = findByOutput(template, output)[1].Properties["Replicas"] as Resource["Properties"][];
    expect(replicas).toHaveLength(1);
    expect(replicas[0]).toMatchObject({
      DeletionProtectionEnabled: isProtected,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: isProtected },
    });
  });

  test("only a stage for trying out empties its buckets", () => {
    expect(findResources(template, "Custom::S3AutoDeleteObjects")).toHaveLength(deletesObjects ? 3 : 0);
  });

  test("every log group ends some day", () => {
    const groups = findResources(template, "AWS::Logs::LogGroup");
    expect(groups.length).toBeGreaterThan(0);
    expect(new Set(groups.map(([, { Properties }]) => Properties["RetentionInDays"]))).toEqual(new Set([logDays]));
    expect(new Set(groups.map(([, { DeletionPolicy }]) => DeletionPolicy))).toEqual(new Set([policy]));
  });

  test("there are five tables, two buckets with a third for their logs, two queues with their dead letters, a topic for alarms, and nothing else that holds data", () => {
    const holders = /^AWS::(?:DynamoDB|S3|RDS|ElastiCache|SQS|SNS|Kinesis|EFS|OpenSearchService)::/;
    const types = Object.values(template.Resources).map(({ Type }) => Type);
    expect(types.filter((type) => holders.test(type)).sort()).toEqual([
      "AWS::DynamoDB::GlobalTable",
      "AWS::DynamoDB::GlobalTable",
      "AWS::DynamoDB::GlobalTable",
      "AWS::DynamoDB::GlobalTable",
      "AWS::DynamoDB::GlobalTable",
      "AWS::S3::Bucket",
      "AWS::S3::Bucket",
      "AWS::S3::Bucket",
      "AWS::S3::BucketPolicy",
      "AWS::S3::BucketPolicy",
      "AWS::S3::BucketPolicy",
      "AWS::SNS::Topic",
      "AWS::SNS::TopicPolicy",
      "AWS::SQS::Queue",
      "AWS::SQS::Queue",
      "AWS::SQS::Queue",
      "AWS::SQS::Queue",
      "AWS::SQS::QueuePolicy",
      "AWS::SQS::QueuePolicy",
      "AWS::SQS::QueuePolicy",
      "AWS::SQS::QueuePolicy",
    ]);
  });
});

describe("the context", () => {
  test.each([
    [{ logLevel: "warn" }, "logLevel is warn; it must be info or debug."],
    [{ tracing: "true" }, "tracing is true; it must be on or off."],
    [{ waf: true }, "waf is true; it must be on or off."],
    [{ nearDuplicateDays: "0" }, "nearDuplicateDays is 0; it must be a number from 1 to 36500."],
  ])("%j is refused", (context, message) => {
    expect(() => describeStage("dev", context)).toThrow(message);
  });

  test("a name that nobody knows is refused, and the CDK has its own", () => {
    const ofTheCdk = {
      "@aws-cdk/core:checkSecretUsage": true,
      "aws:cdk:bundling-stacks": ["**"],
      "cli-telemetry": false,
    };
    expect(readContext({ ...ofTheCdk, waf: "on" })).toMatchObject({ waf: "on", search: undefined });
    expect(() => readContext({ ...ofTheCdk, wafff: "on" })).toThrow("There is no -c wafff=…; there are stage, near");
  });

  test("a stage whose data goes with it says so", () => {
    const told = (stageName: string) =>
      Annotations.fromStack(synthesizeStack(stageName)).findInfo("*", Match.stringLikeRegexp("its data goes")).length;
    expect([told("production"), told("prod")]).toEqual([1, 0]);
  });
});

describe("stage names", () => {
  test.each(["", "Prod", "1dev", "dev_1", "a".repeat(21), "prod;", "ünder"])("%j is refused", (name) => {
    expect(() => describeStage(name)).toThrow("must have up to 20 small letters, digits and hyphens");
  });
});

describe("tables", () => {
  const text = (name: string) => ({ AttributeName: name, AttributeType: "S" });
  const key = (partition: string, sort: string) => [
    { AttributeName: partition, KeyType: "HASH" },
    { AttributeName: sort, KeyType: "RANGE" },
  ];

  test.each(["ArticlesTable", "PartnersTable", "WebhooksTable"])(
    "%s is on demand, encrypted and keyed by pk and sk",
    (output) => {
      expect(findByOutput(templates.prod, output)[1].Properties).toMatchObject({
        BillingMode: "PAY_PER_REQUEST",
        SSESpecification: { SSEEnabled: true, SSEType: "KMS" },
        KeySchema: key("pk", "sk"),
      });
    },
  );

  test("the articles table has the indexes that the queries use, and no more", () => {
    const { GlobalSecondaryIndexes, AttributeDefinitions } = findByOutput(templates.prod, "ArticlesTable")[1]
      .Properties;
    expect(GlobalSecondaryIndexes.map((index: Resource["Properties"]) => index["IndexName"]).sort()).toEqual([
      "byArrival",
      "byDay",
      "byPartner",
      "bySource",
    ]);
    for (const index of GlobalSecondaryIndexes) {
      const { partitionKey, sortKey, carried } = timelineIndexes[index.IndexName as keyof typeof timelineIndexes];
      expect(index.KeySchema).toEqual(key(partitionKey, sortKey));
      expect(index.Projection).toEqual({ ProjectionType: "INCLUDE", NonKeyAttributes: carried });
      // DynamoDB refuses keys that are named twice.
      expect(carried).not.toContain(partitionKey);
      expect(carried).not.toContain(sortKey);
      expect(AttributeDefinitions).toContainEqual(text(partitionKey));
    }
  });

  test("DynamoDB takes at most 100 non-key attributes over all indexes, and 20 for each", () => {
    const { GlobalSecondaryIndexes } = findByOutput(templates.prod, "ArticlesTable")[1].Properties;
    const counts = GlobalSecondaryIndexes.map(
      (index: Resource["Properties"]) => index["Projection"].NonKeyAttributes.length as number,
    );
    expect(Math.max(...counts)).toBeLessThanOrEqual(20);
    expect(counts.reduce((sum: number, count: number) => sum + count, 0)).toBeLessThanOrEqual(100);
  });

  test("the partners table has no index through which keys could be listed", () => {
    expect(findByOutput(templates.prod, "PartnersTable")[1].Properties["GlobalSecondaryIndexes"]).toBeUndefined();
  });
});

describe("bucket", () => {
  const [bucketId, { Properties: bucket }] = findByOutput(templates.prod, "RawBucket");

  test.each([
    [
      "private",
      {
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        OwnershipControls: { Rules: [{ ObjectOwnership: "BucketOwnerEnforced" }] },
      },
    ],
    [
      "encrypted",
      {
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } }],
        },
      },
    ],
    ["versioned", { VersioningConfiguration: { Status: "Enabled" } }],
  ])("is %s", (_, expected) => {
    expect(bucket).toMatchObject(expected);
  });

  test("never lets a current object expire but what is kept aside, after 90 days and in all versions", () => {
    const rules = bucket["LifecycleConfiguration"].Rules as Resource["Properties"][];
    expect(rules.filter((rule) => "ExpirationInDays" in rule || "ExpirationDate" in rule)).toEqual([
      {
        Prefix: "quarantine/",
        Status: "Enabled",
        ExpirationInDays: 90,
        NoncurrentVersionExpiration: { NoncurrentDays: 1 },
      },
    ]);
  });

  test("refuses everybody who comes without TLS, or with an old one", () => {
    const statements = findResources(templates.prod, "AWS::S3::BucketPolicy")
      .filter(([, { Properties }]) => Properties["Bucket"].Ref === bucketId)
      .flatMap(([, { Properties }]) => Properties["PolicyDocument"].Statement);
    const everything = {
      Effect: "Deny",
      Action: "s3:*",
      Principal: { AWS: "*" },
      Resource: [
        { "Fn::GetAtt": [bucketId, "Arn"] },
        { "Fn::Join": ["", [{ "Fn::GetAtt": [bucketId, "Arn"] }, "/*"]] },
      ],
    };
    expect(statements).toContainEqual({ ...everything, Condition: { Bool: { "aws:SecureTransport": "false" } } });
    expect(statements).toContainEqual({ ...everything, Condition: { NumericLessThan: { "s3:TlsVersion": 1.2 } } });
    expect(statements.filter(({ Effect }: { Effect: string }) => Effect === "Allow")).toEqual([]);
  });
});

describe("access logs", () => {
  const [logsId, { Properties: logs }] = findResources(templates.prod, "AWS::S3::Bucket").find(([id]) =>
    id.startsWith("StorageAccessLogs"),
  ) ?? ["", { Properties: {} as Resource["Properties"] }];

  test.each(["RawBucket", "ImportsBucket"])("every request to %s leaves a line", (output) => {
    expect(findByOutput(templates.prod, output)[1].Properties["LoggingConfiguration"]).toEqual({
      DestinationBucketName: { Ref: logsId },
      LogFilePrefix: output === "RawBucket" ? "raw/" : "imports/",
    });
  });

  test("lie in a private bucket, for as long as the other logs, and only S3 may write there", () => {
    expect(logs).toMatchObject({
      PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true },
      LifecycleConfiguration: { Rules: [{ ExpirationInDays: 90, Status: "Enabled" }] },
    });
    const allowed = findResources(templates.prod, "AWS::S3::BucketPolicy")
      .flatMap(([, { Properties }]) => Properties["PolicyDocument"].Statement as Resource["Properties"][])
      .filter((statement) => statement["Effect"] === "Allow");
    expect(allowed.length).toBeGreaterThan(0);
    for (const { Action, Principal, Condition } of allowed as Record<string, unknown>[]) {
      expect({ Action, Principal }).toEqual({
        Action: "s3:PutObject",
        Principal: { Service: "logging.s3.amazonaws.com" },
      });
      expect(JSON.stringify(Condition)).toContain("aws:SourceAccount");
    }
  });

  test("those of the gateway have no header, query, path or body in them", () => {
    const [, stage] = findResources(templates.prod, "AWS::ApiGatewayV2::Stage")[0] ?? [];
    const format = JSON.parse(stage?.Properties["AccessLogSettings"].Format) as Record<string, string>;
    expect(Object.keys(format)).toContain("requestId");
    expect(Object.values(format).filter((variable) => !/^\$context\.[A-Za-z.]+$/.test(variable))).toEqual([]);
    expect(Object.values(format).join(" ")).not.toMatch(/path|authorizer|header|query|body/i);
  });

  test("the gateway lets through no more than the stage's share", () => {
    const [, stage] = findResources(templates.prod, "AWS::ApiGatewayV2::Stage")[0] ?? [];
    expect(stage?.Properties["DefaultRouteSettings"]).toEqual({
      ThrottlingRateLimit: 2000,
      ThrottlingBurstLimit: 2000,
    });
  });
});

describe("imports", () => {
  const template = templates.prod;
  const [bucketId, { Properties: bucket }] = findByOutput(template, "ImportsBucket");
  const [queueId, { Properties: queue }] = findByOutput(template, "ImportQueue");
  const [deadLettersId, { Properties: deadLetters }] = findByOutput(template, "ImportDeadLetters");
  const arnOf = (id: string) => ({ "Fn::GetAtt": [id, "Arn"] });

  test("the bucket is private, encrypted, and empties itself after a month", () => {
    expect(bucket).toMatchObject({
      PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true },
      OwnershipControls: { Rules: [{ ObjectOwnership: "BucketOwnerEnforced" }] },
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } }],
      },
      LifecycleConfiguration: { Rules: [{ ExpirationInDays: 30, Status: "Enabled" }] },
    });
    expect(bucket).not.toHaveProperty("VersioningConfiguration");
  });

  test("an upload is told to the queue, and nothing else is", () => {
    expect(bucket["NotificationConfiguration"]).toEqual({
      QueueConfigurations: [
        {
          Event: "s3:ObjectCreated:*",
          Queue: arnOf(queueId),
          Filter: { S3Key: { Rules: [{ Name: "prefix", Value: "uploads/" }] } },
        },
      ],
    });
  });

  test("S3 may tell the queue before there is the bucket, for this account and stack, and nobody may without TLS", () => {
    const policies = findResources(template, "AWS::SQS::QueuePolicy");
    const [policyId, policy] =
      policies.find(([, { Properties }]) => JSON.stringify(Properties["Queues"]).includes(queueId)) ?? [];
    expect((template.Resources[bucketId] as { DependsOn?: string[] }).DependsOn).toContain(policyId);
    const statements = policy?.Properties["PolicyDocument"].Statement as Resource["Properties"][];
    expect(statements.filter((statement) => statement["Effect"] === "Allow")).toEqual([
      {
        Effect: "Allow",
        Action: "sqs:SendMessage",
        Principal: { Service: "s3.amazonaws.com" },
        Resource: arnOf(queueId),
        Condition: {
          StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } },
          ArnLike: {
            "aws:SourceArn": { "Fn::Join": ["", ["arn:", { Ref: "AWS::Partition" }, ":s3:::copydesk-*"]] },
          },
        },
      },
    ]);
    expect(policies).toHaveLength(4);
    for (const [, { Properties }] of policies) {
      expect(JSON.stringify(Properties["PolicyDocument"])).toContain('"aws:SecureTransport":"false"');
    }
  });

  test("a message comes again only when its attempt is over, five times, and then stays with the dead letters", () => {
    const [, worker] = findResources(template, "AWS::Lambda::Function").find(([, { Properties }]) =>
      String(Properties["Description"]).endsWith(": run-import"),
    ) ?? ["", { Properties: {} as Resource["Properties"] }];
    expect(queue["VisibilityTimeout"]).toBeGreaterThan(worker.Properties["Timeout"]);
    expect(queue).toMatchObject({
      RedrivePolicy: { deadLetterTargetArn: arnOf(deadLettersId), maxReceiveCount: 5 },
      SqsManagedSseEnabled: true,
    });
    expect(deadLetters).toMatchObject({ MessageRetentionPeriod: 14 * 86_400, SqsManagedSseEnabled: true });
  });

  test("the table forgets, and lists what is open", () => {
    expect(findByOutput(template, "ImportsTable")[1].Properties).toMatchObject({
      BillingMode: "PAY_PER_REQUEST",
      TimeToLiveSpecification: { AttributeName: "expiresAt", Enabled: true },
      GlobalSecondaryIndexes: [{ IndexName: "byOpen", Projection: { ProjectionType: "KEYS_ONLY" } }],
    });
  });
});

describe("events", () => {
  const template = templates.prod;

  test("the bus has a schema, which is that of its events", () => {
    findByOutput(template, "EventBus");
    const [[, { Properties }] = ["", { Properties: {} as Resource["Properties"] }], ...others] = findResources(
      template,
      "AWS::EventSchemas::Schema",
    );
    expect(others).toEqual([]);
    expect(Properties).toMatchObject({
      RegistryName: { "Fn::GetAtt": [expect.stringContaining("Events"), "RegistryName"] },
      Type: "JSONSchemaDraft4",
      SchemaName: "copydesk@ArticleEvent",
    });
    expect(JSON.parse(Properties["Content"])).toEqual(describeEventSchema());
  });

  test("a wake-up that failed comes again when its attempt is over, three times, and then stays with the dead letters", () => {
    const [deadLettersId, { Properties: deadLetters }] = findByOutput(template, "DeliveryDeadLetters");
    expect(findByOutput(template, "DeliveryQueue")[1].Properties).toMatchObject({
      VisibilityTimeout: 90,
      RedrivePolicy: { deadLetterTargetArn: { "Fn::GetAtt": [deadLettersId, "Arn"] }, maxReceiveCount: 3 },
      SqsManagedSseEnabled: true,
    });
    expect(deadLetters).toMatchObject({ MessageRetentionPeriod: 14 * 86_400, SqsManagedSseEnabled: true });
  });

  test("nothing of the state of subscribers expires", () => {
    expect(findByOutput(template, "WebhooksTable")[1].Properties["TimeToLiveSpecification"]).toBeUndefined();
  });
});
