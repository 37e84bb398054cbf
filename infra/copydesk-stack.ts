import { Annotations, CfnOutput, Stack, type StackProps, Tags } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { Alarms } from "./alarms.ts";
import { Api } from "./api.ts";
import { Changes } from "./changes.ts";
import { EventFunctions } from "./event-functions.ts";
import { ImportWorker } from "./import-worker.ts";
import { SearchFeed } from "./search.ts";
import { describeStage, readContext } from "./stage.ts";
import { Storage } from "./storage.ts";

/** All of Copydesk for one stage. The outputs are what the ops command line and the local runner go by. */
export class CopydeskStack extends Stack {
  constructor(
    scope: Construct,
    id: string,
    props: StackProps & { readonly stageName: string; readonly bundles: string },
  ) {
    super(scope, id, props);
    const stage = describeStage(props.stageName, readContext(this.node.getAllContext()));
    if (!stage.protectsData) {
      const what = `Stage ${stage.name} is for trying out: its data goes with its stack, and can be deleted. Stage prod keeps it.`;
      Annotations.of(this).addInfoV2("copydesk:data-goes-with-stack", what);
    }
    const storage = new Storage(this, "Storage", stage);
    const { bundles } = props;
    const api = new Api(this, "Api", { stage, storage, bundles });
    new Changes(this, "Changes", { stage, storage, bundles });
    new EventFunctions(this, "EventFunctions", { stage, storage, bundles });
    new ImportWorker(this, "ImportWorker", { stage, storage, bundles });
    if (storage.search !== undefined) {
      const feed = new SearchFeed(this, "SearchFeed", { stage, storage, bundles });
      new CfnOutput(this, "SearchEndpoint", { value: storage.search.endpoint });
      new CfnOutput(this, "SearchDeadLetters", { value: feed.deadLetters.queueUrl });
    }
    // Always last: it looks for tables, queues and streams in what stands before it.
    const alarms = new Alarms(this, "Alarms", { stage, apiId: api.apiId });
    new CfnOutput(this, "ApiUrl", { value: api.url });
    new CfnOutput(this, "ArticlesTable", { value: storage.articles.tableName });
    new CfnOutput(this, "ChangesTable", { value: storage.changes.tableName });
    new CfnOutput(this, "PartnersTable", { value: storage.partners.tableName });
    new CfnOutput(this, "RawBucket", { value: storage.raw.bucketName });
    new CfnOutput(this, "ImportsTable", { value: storage.imports.table.tableName });
    new CfnOutput(this, "ImportsBucket", { value: storage.imports.bucket.bucketName });
    new CfnOutput(this, "ImportQueue", { value: storage.imports.queue.queueUrl });
    new CfnOutput(this, "ImportDeadLetters", { value: storage.imports.deadLetters.queueUrl });
    new CfnOutput(this, "AlarmTopic", { value: alarms.topic.topicArn });
    new CfnOutput(this, "EventBus", { value: storage.events.bus.eventBusName });
    new CfnOutput(this, "WebhooksTable", { value: storage.events.table.tableName });
    new CfnOutput(this, "DeliveryQueue", { value: storage.events.queue.queueUrl });
    new CfnOutput(this, "DeliveryDeadLetters", { value: storage.events.deadLetters.queueUrl });
    Tags.of(this).add("app", "copydesk");
    Tags.of(this).add("stage", stage.name);
  }
}
