import { type Stack, Validations } from "aws-cdk-lib";
import type { IConstruct } from "constructs";

/** A finding of cdk-nag that stays, and why. */
interface Acknowledgement {
  /** As cdk-nag names it; where a rule has several findings, with the one in brackets. */
  readonly rule: string;
  /** Paths of constructs in the stack; what is below them is meant as well. */
  readonly at: readonly string[];
  readonly reason: string;
}

/** By their logical IDs, which never change: another one would be another bucket. */
const rawBucket = "<StorageRaw7E344C76.Arn>";
const importsBucket = "<StorageImportsBucketC36FEA59.Arn>";

/**
 * All that cdk-nag's packs AwsSolutions and Serverless find and that is meant to be so. A test refuses entries that nothing
 * needs any more; whatever is not listed here fails the synthesis.
 */
export const acknowledgements: readonly Acknowledgement[] = [
  {
    rule: "AwsSolutions-APIG4",
    at: ["Api"],
    reason:
      "Keys are checked in the functions: an HTTP API cannot shape an authorizer's denial into a problem document. test/functions/refuse-without-key.test.ts tries every operation without a key.",
  },
  {
    rule: "Serverless-LambdaTracing",
    at: ["Api", "Changes", "EventFunctions", "ImportWorker"],
    reason:
      "Lambda's sampling cannot be set, and would cost up to ten dollars for a million submissions, two thirds of their budget (infra/DECISIONS.md). -c tracing=on turns it on where somebody has a question.",
  },
  {
    rule: `AwsSolutions-IAM5[Resource::${rawBucket}/raw/*]`,
    at: ["Api", "ImportWorker"],
    reason: "Below raw/, objects are named by partner and digest, which only a request knows.",
  },
  {
    rule: `AwsSolutions-IAM5[Resource::${rawBucket}/quarantine/*]`,
    at: ["Api", "ImportWorker"],
    reason: "Below quarantine/, objects are named by partner, article and digest, which only a request knows.",
  },
  {
    rule: `AwsSolutions-IAM5[Resource::${importsBucket}/uploads/*]`,
    at: ["Api", "ImportWorker"],
    reason: "An upload is named by its import, which is announced at run time.",
  },
  {
    rule: `AwsSolutions-IAM5[Resource::${importsBucket}/failures/*]`,
    at: ["Api", "ImportWorker"],
    reason: "Failures are named by their import, which is announced at run time.",
  },
  {
    rule: "Serverless-LambdaDLQ",
    at: ["Api"],
    reason:
      "The gateway calls these functions and waits: a failure is the answer, and Lambda uses no dead-letter queue.",
  },
  {
    rule: "Serverless-LambdaDLQ",
    at: ["Changes", "EventFunctions", "ImportWorker"],
    reason: "A stream or a queue is polled for them: what fails stays there, and Lambda uses no dead-letter queue.",
  },
  {
    rule: "Serverless-LambdaEventSourceMappingDestination",
    at: ["ImportWorker"],
    reason: "Mappings of SQS queues take no destination; the queue's own redrive policy moves what failed five times.",
  },
  {
    rule: "Serverless-LambdaEventSourceMappingDestination",
    at: ["Changes"],
    reason:
      "A batch is tried until it succeeds, since a change that was passed over would be missing for every reader for ever. The alarm on the stream's age tells in minutes, the stream keeps a day.",
  },
  {
    rule: "Serverless-LambdaEventSourceMappingDestination",
    at: ["EventFunctions"],
    reason:
      "Stream and queue only wake: what there is to tell stands in the log of changes, with a position for each who is told. Every minute a schedule wakes, too.",
  },
  {
    rule: "Serverless-EventBusDLQ",
    at: ["EventFunctions/EveryMinute"],
    reason: "A call of the schedule that is lost is made up for by the next one, a minute later.",
  },
  {
    rule: "Serverless-SQSRedrivePolicy",
    at: ["Storage/Imports/DeadLetters", "Storage/Events/DeadLetters"],
    reason: "It is itself where dead letters go; an alarm tells of the first.",
  },
];

/** What is found only where the context turns something off or on; then `at` may not be there. */
export const optionalAcknowledgements: readonly Acknowledgement[] = [
  {
    rule: "AwsSolutions-CFR1",
    at: ["Api/Firewall"],
    reason: "Partners and readers are wherever news is; where they come from refuses nobody.",
  },
  {
    rule: "AwsSolutions-CFR3",
    at: ["Api/Firewall"],
    reason:
      "CloudFront's log would hold queries. The gateway's access log has every request that passed, the firewall's metrics count the others.",
  },
  {
    rule: "AwsSolutions-CFR4",
    at: ["Api/Firewall"],
    reason:
      "With CloudFront's own domain name the oldest version of TLS cannot be chosen; a name and certificate of one's own bring that.",
  },
  {
    rule: "AwsSolutions-SMG4",
    at: ["Api/OriginSecret"],
    reason:
      "It leaves AWS never and is no credential of anybody's; to make a new one, CloudFront and all functions have to change at once.",
  },
  {
    rule: "AwsSolutions-IAM5[Resource::*]",
    at: ["Api", "Changes", "EventFunctions", "ImportWorker"],
    reason:
      "X-Ray's PutTraceSegments and PutTelemetryRecords know no resources. test/infra/permissions.test.ts refuses a star in every other statement.",
  },
  {
    rule: "AwsSolutions-IAM5[Resource::*]",
    at: ["SearchFeed"],
    reason:
      "As for the other functions: X-Ray knows no resources, and every other statement is tested to have no star.",
  },
  {
    rule: `AwsSolutions-IAM5[Resource::${rawBucket}/raw/*]`,
    at: ["SearchFeed"],
    reason: "It reads the bytes of the article that the stream tells of, which are named by partner and digest.",
  },
  {
    rule: "Serverless-LambdaTracing",
    at: ["SearchFeed"],
    reason: "As for the other functions: on only where somebody has a question, since sampling cannot be set.",
  },
  {
    rule: "Serverless-LambdaDLQ",
    at: ["SearchFeed"],
    reason: "The stream is polled for it: what fails goes to the destination of the mapping, and Lambda uses no other.",
  },
  {
    rule: "Serverless-SQSRedrivePolicy",
    at: ["SearchFeed/DeadLetters"],
    reason: "It is itself where dead letters go; an alarm tells of the first.",
  },
  {
    rule: "AwsSolutions-SQS3",
    at: ["SearchFeed/DeadLetters"],
    reason: "It is itself a queue of dead letters: the mapping of the stream names it, which the rule does not see.",
  },
];

/** Tells cdk-nag which findings are meant. */
export function acknowledgeFindings(stack: Stack): void {
  for (const { rule, at, reason } of acknowledgements) {
    for (const path of at) {
      const construct = findConstruct(stack, path);
      if (construct === undefined) throw new Error(`There is no ${path} for which ${rule} could be acknowledged.`);
      Validations.of(construct).acknowledge({ id: rule, reason });
    }
  }
  for (const { rule, at, reason } of optionalAcknowledgements) {
    for (const path of at) {
      const construct = findConstruct(stack, path);
      if (construct !== undefined) Validations.of(construct).acknowledge({ id: rule, reason });
    }
  }
}

function findConstruct(stack: Stack, path: string): IConstruct | undefined {
  return path.split("/").reduce<IConstruct | undefined>((construct, id) => construct?.node.tryFindChild(id), stack);
}
