import { Duration } from "aws-cdk-lib";
import { CfnEventSourceMapping, type Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";

/** Longest that SQS keeps a message, and so for how long somebody has time to look at what was given up. */
const longest = Duration.days(14);

/** Where what was given up waits for somebody to redrive or drop it. */
export function makeDeadLetters(scope: Construct): Queue {
  return new Queue(scope, "DeadLetters", {
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    retentionPeriod: longest,
  });
}

/**
 * A queue whose messages are worked on one at a time, with its dead letters.
 *
 * @param options.hiddenFor longer than an attempt may take: a message comes again only when that is over for certain
 * @param options.kept for how long a message waits at most
 */
export function makeWorkQueue(
  scope: Construct,
  options: { readonly hiddenFor: Duration; readonly maxAttempts: number; readonly kept?: Duration },
): { readonly queue: Queue; readonly deadLetters: Queue } {
  const deadLetters = makeDeadLetters(scope);
  const queue = new Queue(scope, "Queue", {
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    retentionPeriod: options.kept ?? longest,
    visibilityTimeout: options.hiddenFor,
    deadLetterQueue: { queue: deadLetters, maxReceiveCount: options.maxAttempts },
  });
  return { queue, deadLetters };
}

/** Has a function work on the messages of a queue, on so many at once and one at a time each. */
export function workOff(scope: Construct, queue: Queue, worker: LambdaFunction, maxConcurrency: number): void {
  const source = new CfnEventSourceMapping(scope, "Source", {
    eventSourceArn: queue.queueArn,
    functionName: worker.functionName,
    batchSize: 1,
    scalingConfig: { maximumConcurrency: maxConcurrency },
  });
  // Lambda looks at once whether the function may read the queue.
  source.node.addDependency(worker);
}
