import {
  GetQueueAttributesCommand,
  SendMessageCommand,
  type SQSClient,
  StartMessageMoveTaskCommand,
} from "@aws-sdk/client-sqs";

export type ImportQueue = ReturnType<typeof openImportQueue>;

/** The queue of imports to be worked on. The arrival of a file writes to it, too: see `readImportMessage`. */
export function openImportQueue(client: SQSClient, queueUrl: string) {
  return {
    async sendImport(importId: string): Promise<void> {
      await client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify({ importId }) }));
    },
  };
}

export type DeadLetters = ReturnType<typeof openDeadLetters>;

/** Messages that came too often: each is an import that is parked. */
export function openDeadLetters(client: SQSClient, queueUrl: string) {
  return {
    /** Gives all of them back to the queue that they come from, and says how many there are, about. */
    async redrive(): Promise<number> {
      const { Attributes } = await client.send(
        new GetQueueAttributesCommand({
          QueueUrl: queueUrl,
          AttributeNames: ["QueueArn", "ApproximateNumberOfMessages"],
        }),
      );
      const messages = Number(Attributes?.ApproximateNumberOfMessages);
      if (messages > 0) await client.send(new StartMessageMoveTaskCommand({ SourceArn: Attributes?.QueueArn }));
      return messages;
    },
  };
}
