import { SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";

/** SQS holds a message back for so long at most. */
const maxDelayMs = 900_000;

export type DeliveryQueue = ReturnType<typeof openDeliveryQueue>;

/** The queue of subscribers for which there may be something to do. */
export function openDeliveryQueue(client: SQSClient, queueUrl: string) {
  return {
    /** @param delayMs in about so many milliseconds, 15 minutes at most: what is due later, the schedule comes to */
    async sendSubscriber(subscriberId: string, delayMs = 0): Promise<void> {
      await client.send(
        new SendMessageCommand({
          QueueUrl: queueUrl,
          MessageBody: JSON.stringify({ subscriberId }),
          ...(delayMs > 0 && { DelaySeconds: Math.ceil(Math.min(delayMs, maxDelayMs) / 1000) }),
        }),
      );
    },
  };
}
