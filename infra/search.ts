import { Duration } from "aws-cdk-lib";
import type { ITable } from "aws-cdk-lib/aws-dynamodb";
import { StartingPosition } from "aws-cdk-lib/aws-lambda";
import { DynamoEventSource, SqsDlq } from "aws-cdk-lib/aws-lambda-event-sources";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { onlyArticles } from "./changes.ts";
import { makeFunction } from "./make-function.ts";
import type { Stage } from "./stage.ts";
import type { Storage } from "./storage.ts";
import { makeDeadLetters } from "./work-queue.ts";

/** So often an article is tried that cannot be taken in, before the others go on without it. */
const maxRetries = 10;

/** What keeps the search index: the stream of the articles table, and the function that writes into the index what it tells. */
export class SearchFeed extends Construct {
  readonly deadLetters: Queue;

  constructor(
    scope: Construct,
    id: string,
    props: { readonly stage: Stage; readonly storage: Storage; readonly bundles: string },
  ) {
    super(scope, id);
    this.deadLetters = makeDeadLetters(this);
    const indexArticles = makeFunction(this, "index-articles", { ...props, timeout: Duration.minutes(1) });
    indexArticles.addEventSource(
      new DynamoEventSource(props.storage.articles as ITable, {
        startingPosition: StartingPosition.TRIM_HORIZON,
        batchSize: 50,
        maxBatchingWindow: Duration.seconds(1),
        filters: [onlyArticles],
        // One article that cannot be read must not keep all others from being found. Unlike the log of changes, the index can be
        // made anew.
        bisectBatchOnError: true,
        retryAttempts: maxRetries,
        onFailure: new SqsDlq(this.deadLetters),
      }),
    );
  }
}
