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
        AttributeNames: z.tuple([z.literal("QueueArn"), z.literal("ApproximateNumberOfMessages")]),
      })
      .parse(body);
    const name = nameOf(QueueUrl);
    const ApproximateNumberOfMessages = String(store.count(name));
    return {
      Attributes: { QueueArn: store.queues.find((queue) => queue.name === name)?.arn, ApproximateNumberOfMessages },
    };
  },
  StartMessageMoveTask(body, store) {
    const { SourceArn } = z.strictObject({ SourceArn: z.string() }).parse(body);
    store.redrive(nameOf(SourceArn));
    return { TaskHandle: "done" };
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
