import { Duration } from "aws-cdk-lib";
import {
  AttributeType,
  Billing,
  Capacity,
  ProjectionType,
  StreamViewType,
  TableEncryptionV2,
  type TablePropsV2,
  TableV2,
} from "aws-cdk-lib/aws-dynamodb";
import { BlockPublicAccess, Bucket, BucketEncryption, type IBucket, ObjectOwnership } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import { rawObjects, timelineIndexes } from "../shared/stores/table-keys.ts";
import { Events } from "./events.ts";
import { Imports } from "./imports.ts";
import { SearchCollection } from "./search-collection.ts";
import type { Stage } from "./stage.ts";
import { type Place, sizeCapacity, targetUtilizationPercent } from "./table-capacity.ts";

/** For so long the bytes are kept that the sanitizer's own check has refused. */
const quarantineDays = 90;

/** Where everything lies: the tables and the bucket of raw bytes. */
export class Storage extends Construct {
  readonly articles: TableV2;
  readonly changes: TableV2;
  readonly partners: TableV2;
  readonly raw: Bucket;
  readonly imports: Imports;
  /** Who asked the other buckets for what. */
  readonly accessLogs: Bucket;
  /** Only where the stage has search. */
  readonly search: SearchCollection | undefined;
  readonly events: Events;

  constructor(scope: Construct, id: string, stage: Stage) {
    super(scope, id);
    const table: TablePropsV2 = {
      partitionKey: { name: "pk", type: AttributeType.STRING },
      sortKey: { name: "sk", type: AttributeType.STRING },
      billing: Billing.onDemand(),
      timeToLiveAttribute: "expiresAt",
      encryption: TableEncryptionV2.awsManagedKey(),
      deletionProtection: stage.protectsData,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: stage.protectsData },
      removalPolicy: stage.removalPolicy,
    };
    // Partners, imports and webhooks stay on demand whatever the stage says; see DECISIONS.md.
    const billing = (place: Place) => ({ billing: describeBilling(stage, place) });
    this.changes = new TableV2(this, "Changes", {
      ...table,
      ...billing("changes"),
      dynamoStream: StreamViewType.KEYS_ONLY,
    });
    this.partners = new TableV2(this, "Partners", table);
    this.articles = new TableV2(this, "Articles", {
      ...table,
      ...billing("articles"),
      dynamoStream: StreamViewType.NEW_AND_OLD_IMAGES,
      globalSecondaryIndexes: Object.entries(timelineIndexes).map(
        ([indexName, { partitionKey, sortKey, carried }]) => ({
          indexName,
          partitionKey: { name: partitionKey, type: AttributeType.STRING },
          sortKey: { name: sortKey, type: AttributeType.STRING },
          projectionType: ProjectionType.INCLUDE,
          nonKeyAttributes: [...carried],
          ...describeCapacity(stage, "index"),
        }),
      ),
    });
    this.accessLogs = new Bucket(this, "AccessLogs", {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      lifecycleRules: [{ expiration: Duration.days(stage.logRetentionDays) }],
      removalPolicy: stage.removalPolicy,
      autoDeleteObjects: !stage.protectsData,
    });
    this.imports = new Imports(this, "Imports", { stage, accessLogs: this.accessLogs });
    this.search = stage.hasSearch ? new SearchCollection(this, "Search", stage) : undefined;
    this.events = new Events(this, "Events", stage);
    this.raw = new Bucket(this, "Raw", {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      versioned: true,
      serverAccessLogsBucket: this.accessLogs as IBucket,
      serverAccessLogsPrefix: "raw/",
      lifecycleRules: [
        { abortIncompleteMultipartUploadAfter: Duration.days(1) },
        // A copy that a retried submission wrote over has no reader; a month is time enough to undo a mistake.
        { noncurrentVersionExpiration: Duration.days(30) },
        // What could not be made safe is looked at or it is not; nothing else removes it, and no article refers to it.
        {
          prefix: rawObjects.quarantine,
          expiration: Duration.days(quarantineDays),
          noncurrentVersionExpiration: Duration.days(1),
        },
      ],
      removalPolicy: stage.removalPolicy,
      autoDeleteObjects: !stage.protectsData,
    });
  }
}

function describeBilling(stage: Stage, place: Place): Billing {
  const capacity = describeCapacity(stage, place);
  return capacity === undefined ? Billing.onDemand() : Billing.provisioned(capacity);
}

/** What a table or an index holds; nothing where the stage is on demand. */
function describeCapacity({ provisionedFor }: Stage, place: Place) {
  if (provisionedFor === undefined) return undefined;
  const autoscale = (use: "write" | "read") => {
    const { min, max } = sizeCapacity(place, use, provisionedFor);
    return Capacity.autoscaled({
      minCapacity: min,
      maxCapacity: max,
      targetUtilizationPercent,
      // Without it CloudFormation refuses to switch a table that was on demand, and to go back where that fails.
      seedCapacity: min,
    });
  };
  return { readCapacity: autoscale("read"), writeCapacity: autoscale("write") };
}
