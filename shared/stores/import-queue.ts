import { SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";

export type ImportQueue = ReturnType<typeof openImportQueue>;

/** The queue of imports to be worked on. The arrival of a file writes to it, too: see `readImportMessage`. */
export function openImportQueue(client: SQSClient, queueUrl: string) {
  return {
    async sendImport(importId: string): Promise<void> {
      await client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify({ importId }) }));
    },
  };
}
