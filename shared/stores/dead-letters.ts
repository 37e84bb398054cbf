import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ListDeadLetterSourceQueuesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";

/** A message that came too often without success. */
export interface DeadLetter {
  readonly id: string;
  readonly body: string;
  readonly sentAt: Date;
  readonly receiptHandle: string;
}

export type DeadLetters = ReturnType<typeof openDeadLetters>;

/** While somebody looks at a message, nobody else gets it; so long at most. */
const heldSeconds = 60;

/** A queue of dead letters. */
export function openDeadLetters(client: SQSClient, queueUrl: string) {
  let source: Promise<string | undefined> | undefined;

  async function findSource(): Promise<string | undefined> {
    const { queueUrls = [] } = await client.send(new ListDeadLetterSourceQueuesCommand({ QueueUrl: queueUrl }));
    return queueUrls[0];
  }

  return {
    /** How many there are, about: those that can be taken, and those that somebody holds. */
    async count(): Promise<{ readonly waiting: number; readonly held: number }> {
      const { Attributes } = await client.send(
        new GetQueueAttributesCommand({
          QueueUrl: queueUrl,
          AttributeNames: ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
        }),
      );
      return {
        waiting: Number(Attributes?.ApproximateNumberOfMessages),
        held: Number(Attributes?.ApproximateNumberOfMessagesNotVisible),
      };
    },

    /** The next ones, at most ten, which others do not get for a minute; none when there are none. */
    async take(): Promise<DeadLetter[]> {
      const { Messages = [] } = await client.send(
        new ReceiveMessageCommand({
          QueueUrl: queueUrl,
          MaxNumberOfMessages: 10,
          VisibilityTimeout: heldSeconds,
          // Asked without waiting, SQS may pass over some.
          WaitTimeSeconds: 1,
          MessageSystemAttributeNames: ["SentTimestamp"],
        }),
      );
      return Messages.map(({ MessageId = "", Body = "", ReceiptHandle = "", Attributes }) => ({
        id: MessageId,
        body: Body,
        sentAt: new Date(Number(Attributes?.SentTimestamp)),
        receiptHandle: ReceiptHandle,
      }));
    },

    /** Lets others have it at once. */
    async release({ receiptHandle }: DeadLetter): Promise<void> {
      await client.send(
        new ChangeMessageVisibilityCommand({
          QueueUrl: queueUrl,
          ReceiptHandle: receiptHandle,
          VisibilityTimeout: 0,
        }),
      );
    },

    async drop({ receiptHandle }: DeadLetter): Promise<void> {
      await client.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: receiptHandle }));
    },

    /**
     * Gives a message back to the queue that it comes from, and then drops it here. Who dies in between leaves it in both, and the
     * work is done twice, which it must stand anyway.
     *
     * @returns false when it comes from no queue
     */
    async giveBack({ body, receiptHandle }: DeadLetter): Promise<boolean> {
      source ??= findSource();
      const sourceUrl = await source;
      if (sourceUrl === undefined) return false;
      await client.send(new SendMessageCommand({ QueueUrl: sourceUrl, MessageBody: body }));
      await client.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: receiptHandle }));
      return true;
    },
  };
}
