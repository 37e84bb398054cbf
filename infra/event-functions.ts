import { Duration } from "aws-cdk-lib";
import type { ITable } from "aws-cdk-lib/aws-dynamodb";
import { Rule, Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import { FilterCriteria, FilterRule, StartingPosition } from "aws-cdk-lib/aws-lambda";
import { DynamoEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import { Construct } from "constructs";
import { changeKeys } from "../shared/stores/table-keys.ts";
import { deliveryTimeout } from "./events.ts";
import { functionMemory } from "./function-memory.ts";
import { makeFunction } from "./make-function.ts";
import type { Stage } from "./stage.ts";
import type { Storage } from "./storage.ts";
import { streamWindowSeconds } from "./stream-window.ts";
import { workOff } from "./work-queue.ts";

/** So many subscribers are told at once; the others wait. */
const maxConcurrency = 10;

/** The functions that tell others what is new in the log of changes. */
export class EventFunctions extends Construct {
  constructor(
    scope: Construct,
    id: string,
    props: { readonly stage: Stage; readonly storage: Storage; readonly bundles: string },
  ) {
    super(scope, id);
    const announce = makeFunction(this, "announce-changes", { ...props, memorySize: functionMemory.streams });
    announce.addEventSource(
      new DynamoEventSource(props.storage.changes as ITable, {
        startingPosition: StartingPosition.LATEST,
        batchSize: 100,
        maxBatchingWindow: Duration.seconds(streamWindowSeconds),
        filters: [
          FilterCriteria.filter({
            dynamodb: { Keys: { pk: { S: FilterRule.beginsWith(changeKeys.entry(0).pk.replace(/\d+$/, "")) } } },
          }),
        ],
        // It only wakes the function, which goes by its own position; what fails, the schedule makes good.
        retryAttempts: 2,
      }),
    );
    new Rule(this, "EveryMinute", {
      description: "Tells of changes whose wake-up was lost, and comes to subscribers whose next attempt is due",
      schedule: Schedule.rate(Duration.minutes(1)),
      targets: [new LambdaFunction(announce, { retryAttempts: 0, maxEventAge: Duration.minutes(1) })],
    });

    const deliver = makeFunction(this, "deliver-webhooks", { ...props, timeout: deliveryTimeout });
    workOff(this, props.storage.events.queue, deliver, maxConcurrency);
  }
}
