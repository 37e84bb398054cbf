import { Duration } from "aws-cdk-lib";
import { AttributeType, Billing, TableEncryptionV2, TableV2 } from "aws-cdk-lib/aws-dynamodb";
import { EventBus } from "aws-cdk-lib/aws-events";
import { CfnRegistry, CfnSchema } from "aws-cdk-lib/aws-eventschemas";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { describeEventSchema } from "./describe-event-schema.ts";
import type { Stage } from "./stage.ts";
import { makeWorkQueue } from "./work-queue.ts";

/** How long the function that tells a subscriber works at a time; what is left then, it asks for in a message. */
export const deliveryTimeout: Duration = Duration.seconds(60);

/** A message only says that there may be something to do, and the schedule says it again every minute. */
const maxDeliveryAttempts = 3;

/** Where events go: the bus with its schema, and what subscribers are told by: a table with their state, and a queue. */
export class Events extends Construct {
  readonly bus: EventBus;
  readonly table: TableV2;
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, stage: Stage) {
    super(scope, id);
    this.bus = new EventBus(this, "Bus", { description: `Copydesk ${stage.name}: what happens to articles` });
    const registry = new CfnRegistry(this, "Schemas", { description: `Events of Copydesk ${stage.name}` });
    new CfnSchema(this, "Schema", {
      registryName: registry.attrRegistryName,
      schemaName: "copydesk@ArticleEvent",
      type: "JSONSchemaDraft4",
      content: JSON.stringify(describeEventSchema()),
    });
    this.table = new TableV2(this, "Table", {
      partitionKey: { name: "pk", type: AttributeType.STRING },
      sortKey: { name: "sk", type: AttributeType.STRING },
      billing: Billing.onDemand(),
      encryption: TableEncryptionV2.awsManagedKey(),
      deletionProtection: stage.protectsData,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: stage.protectsData },
      removalPolicy: stage.removalPolicy,
    });
    const { queue, deadLetters } = makeWorkQueue(this, {
      hiddenFor: deliveryTimeout.plus(Duration.seconds(30)),
      maxAttempts: maxDeliveryAttempts,
      kept: Duration.days(1),
    });
    this.queue = queue;
    this.deadLetters = deadLetters;
  }
}
