import { Duration } from "aws-cdk-lib";
import type { ITable } from "aws-cdk-lib/aws-dynamodb";
import { FilterCriteria, FilterRule, StartingPosition } from "aws-cdk-lib/aws-lambda";
import { DynamoEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import { Construct } from "constructs";
import { articleKeys } from "../shared/stores/table-keys.ts";
import { functionMemory } from "./function-memory.ts";
import { makeFunction } from "./make-function.ts";
import type { Stage } from "./stage.ts";
import type { Storage } from "./storage.ts";
import { streamWindowSeconds } from "./stream-window.ts";

/** Of the ten items of a transaction one is the article; the others would be calls for nothing. */
export const onlyArticles = FilterCriteria.filter({
  dynamodb: { Keys: { sk: { S: FilterRule.isEqual(articleKeys.article("").sk) } } },
});

/** The log of changes: the stream of the articles table, and the function that writes it down in one order. */
export class Changes extends Construct {
  constructor(
    scope: Construct,
    id: string,
    props: { readonly stage: Stage; readonly storage: Storage; readonly bundles: string },
  ) {
    super(scope, id);
    const logChanges = makeFunction(this, "log-changes", { ...props, memorySize: functionMemory.streams });
    logChanges.addEventSource(
      new DynamoEventSource(props.storage.articles as ITable, {
        startingPosition: StartingPosition.TRIM_HORIZON,
        batchSize: 100,
        maxBatchingWindow: Duration.seconds(streamWindowSeconds),
        filters: [onlyArticles],
        // A batch is tried again until it succeeds or the stream forgets it after a day: no change is passed over.
        retryAttempts: -1,
      }),
    );
  }
}
