import { Aws, Duration } from "aws-cdk-lib";
import { AttributeType, Billing, ProjectionType, TableEncryptionV2, TableV2 } from "aws-cdk-lib/aws-dynamodb";
import { Effect, PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type CfnBucket,
  type IBucket,
  ObjectOwnership,
} from "aws-cdk-lib/aws-s3";
import { CfnQueuePolicy, type Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { importLimits } from "../shared/api/import.ts";
import { importObjects, maxImportAttempts, openImportsIndex } from "../shared/stores/table-keys.ts";
import type { Stage } from "./stage.ts";
import { makeWorkQueue } from "./work-queue.ts";

/** How long the function works at a time; what is left then, it asks for in a message. */
export const importWorkerTimeout: Duration = Duration.minutes(5);

/**
 * Where imports lie: a table with their checkpoints, a bucket for the files and their failures, and the queue that the arrival
 * of a file writes to. None of it is a partner's only copy, and all of it goes after a month.
 */
export class Imports extends Construct {
  readonly table: TableV2;
  readonly bucket: Bucket;
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, props: { readonly stage: Stage; readonly accessLogs: Bucket }) {
    super(scope, id);
    const { stage, accessLogs } = props;
    this.table = new TableV2(this, "Table", {
      partitionKey: { name: "pk", type: AttributeType.STRING },
      sortKey: { name: "sk", type: AttributeType.STRING },
      billing: Billing.onDemand(),
      encryption: TableEncryptionV2.awsManagedKey(),
      timeToLiveAttribute: "expiresAt",
      deletionProtection: stage.protectsData,
      removalPolicy: stage.removalPolicy,
      globalSecondaryIndexes: [
        {
          indexName: openImportsIndex.name,
          partitionKey: { name: openImportsIndex.partitionKey, type: AttributeType.STRING },
          sortKey: { name: openImportsIndex.sortKey, type: AttributeType.STRING },
          projectionType: ProjectionType.KEYS_ONLY,
        },
      ],
    });
    const { queue, deadLetters } = makeWorkQueue(this, {
      hiddenFor: importWorkerTimeout.plus(Duration.minutes(1)),
      maxAttempts: maxImportAttempts,
    });
    this.queue = queue;
    this.deadLetters = deadLetters;
    this.bucket = new Bucket(this, "Bucket", {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      lifecycleRules: [{ expiration: Duration.days(importLimits.keptDays) }],
      serverAccessLogsBucket: accessLogs as IBucket,
      serverAccessLogsPrefix: "imports/",
      removalPolicy: stage.removalPolicy,
      autoDeleteObjects: !stage.protectsData,
    });
    this.announceUploads();
  }

  /** Written into the bucket itself: CDK's own way is a function that changes it after it was made. */
  private announceUploads(): void {
    this.queue.addToResourcePolicy(
      new PolicyStatement({
        effect: Effect.ALLOW,
        principals: [new ServicePrincipal("s3.amazonaws.com")],
        actions: ["sqs:SendMessage"],
        resources: [this.queue.queueArn],
        // S3 tries the queue when the bucket is made, so the policy comes first and cannot know the bucket's name.
        conditions: {
          StringEquals: { "aws:SourceAccount": Aws.ACCOUNT_ID },
          ArnLike: { "aws:SourceArn": `arn:${Aws.PARTITION}:s3:::copydesk-*` },
        },
      }),
    );
    const bucket = this.bucket.node.defaultChild as CfnBucket;
    bucket.notificationConfiguration = {
      queueConfigurations: [
        {
          event: "s3:ObjectCreated:*",
          queue: this.queue.queueArn,
          filter: { s3Key: { rules: [{ name: "prefix", value: importObjects.uploads }] } },
        },
      ],
    };
    for (const policy of this.queue.node.findAll()) {
      if (policy instanceof CfnQueuePolicy) bucket.addResourceDependency(policy);
    }
  }
}
