import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import * as z from "zod";
import type { QueueStore } from "./open-queue-store.ts";

export interface QueueServer {
  readonly endpoint: string;
  close(): Promise<void>;
}

type Action = (body: unknown, store: QueueStore) => object;

const nameOf = (address: string) => address.split(/[/:]/).at(-1) ?? "";

/** What is used of SQS, in its JSON protocol; all else is refused. */
const actions: Readonly<Record<string, Action>> = {
  SendMessage(body, store) {
    const { QueueUrl, MessageBody, DelaySeconds } = z
      .strictObject({
        QueueUrl: z.string(),
        MessageBody: z.string(),
        DelaySeconds: z.int().min(0).max(900).default(0),
      })
      .parse(body);
    const MessageId = store.send(nameOf(QueueUrl), MessageBody, DelaySeconds * 1000);
    return { MessageId, MD5OfMessageBody: createHash("md5").update(MessageBody).digest("hex") };
  },
  GetQueueAttributes(body, store) {
    const { QueueUrl } = z
      .strictObject({
        QueueUrl: z.string(),
        AttributeNames: z.tuple([
          z.literal("ApproximateNumberOfMessages"),
          z.literal("ApproximateNumberOfMessagesNotVisible"),
        ]),
      })
      .parse(body);
    const [all, held] = [store.count(nameOf(QueueUrl)), store.countHeld(nameOf(QueueUrl))];
    return {
      Attributes: {
        ApproximateNumberOfMessages: String(all - held),
        ApproximateNumberOfMessagesNotVisible: String(held),
      },
    };
  },
  /** Answers at once, however long it may wait. */
  ReceiveMessage(body, store) {
    const { QueueUrl, MaxNumberOfMessages, VisibilityTimeout } = z
      .strictObject({
        QueueUrl: z.string(),
        MaxNumberOfMessages: z.int().min(1).max(10),
        VisibilityTimeout: z.int().min(0).max(43_200),
        WaitTimeSeconds: z.int().min(0).max(20),
        MessageSystemAttributeNames: z.tuple([z.literal("SentTimestamp")]),
      })
      .parse(body);
    const found: object[] = [];
    while (found.length < MaxNumberOfMessages) {
      const message = store.receive(nameOf(QueueUrl), VisibilityTimeout * 1000);
      if (message === undefined) break;
      const { messageId, receiptHandle, body: text, sentAt } = message;
      found.push({
        MessageId: messageId,
        ReceiptHandle: receiptHandle,
        Body: text,
        MD5OfBody: createHash("md5").update(text).digest("hex"),
        Attributes: { SentTimestamp: String(sentAt) },
      });
    }
    return found.length === 0 ? {} : { Messages: found };
  },
  DeleteMessage(body, store) {
    const { ReceiptHandle } = z.strictObject({ QueueUrl: z.string(), ReceiptHandle: z.string() }).parse(body);
    store.delete(ReceiptHandle);
    return {};
  },
  ChangeMessageVisibility(body, store) {
    const { ReceiptHandle, VisibilityTimeout } = z
      .strictObject({ QueueUrl: z.string(), ReceiptHandle: z.string(), VisibilityTimeout: z.int().min(0).max(43_200) })
      .parse(body);
    store.hide(ReceiptHandle, VisibilityTimeout * 1000);
    return {};
  },
  ListDeadLetterSourceQueues(body, store) {
    const { QueueUrl } = z.strictObject({ QueueUrl: z.string() }).parse(body);
    const name = nameOf(QueueUrl);
    const source = store.findSource(name);
    return { queueUrls: source === undefined ? [] : [QueueUrl.replace(name, source.name)] };
  },
};

/**
 * Serves the queues to the functions and to ops, on 127.0.0.1. Signatures are not checked; a page in a browser cannot send the
 * header that names the action without asking first, and nobody answers that.
 */
export async function startQueueServer(store: QueueStore): Promise<QueueServer> {
  const server = createServer(async (request, response) => {
    const answer = (status: number, body: object) =>
      response.writeHead(status, { "Content-Type": "application/x-amz-json-1.0" }).end(JSON.stringify(body));
    try {
      const [, name = ""] = /^AmazonSQS\.(\w+)$/.exec(String(request.headers["x-amz-target"])) ?? [];
      const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
      if (request.method !== "POST" || action === undefined) {
        request.resume();
        answer(400, { __type: "com.amazonaws.sqs#UnsupportedOperation", message: `${name} is not known here.` });
        return;
      }
      answer(200, action(await json(request), store));
    } catch (error) {
      answer(400, { __type: "com.amazonaws.sqs#InvalidParameterValue", message: (error as Error).message });
    }
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.closeAllConnections();
      return new Promise((closed) => server.close(() => closed()));
    },
  };
}
