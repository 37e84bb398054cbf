import { randomBytes } from "node:crypto";
import type { Context, SQSEvent } from "aws-lambda";
import * as z from "zod";
import { deliverEvents } from "../shared/events/deliver-events.ts";
import { deliveryPolicy } from "../shared/events/delivery-policy.ts";
import { openWebhookPoster } from "../shared/events/post-webhook.ts";
import { connectDynamoDb, connectSqs } from "../shared/stores/aws-clients.ts";
import { openChangeLog } from "../shared/stores/change-log.ts";
import { openDeliveryQueue } from "../shared/stores/delivery-queue.ts";
import { openWebhookTable } from "../shared/stores/webhook-table.ts";
import { logEvent, logFailure } from "./http/log-event.ts";
import { readSetting } from "./http/read-setting.ts";

const dynamoDb = connectDynamoDb();
const log = openChangeLog(dynamoDb, readSetting("CHANGES_TABLE"));
const webhooks = openWebhookTable(dynamoDb, readSetting("WEBHOOKS_TABLE"));
const queue = openDeliveryQueue(connectSqs(), readSetting("DELIVERY_QUEUE"));
const post = openWebhookPoster({
  timeoutMs: deliveryPolicy.requestTimeoutMs,
  mayBeLocal: z.stringbool().default(false).parse(process.env["WEBHOOKS_MAY_BE_LOCAL"]),
});

const Message = z.object({ subscriberId: z.string() });

/** Tells subscribers what is new to them, one subscriber for each message. */
export async function handler(event: SQSEvent, lambda: Pick<Context, "getRemainingTimeInMillis">): Promise<void> {
  for (const { messageId, body } of event.Records) {
    const { subscriberId } = Message.parse(JSON.parse(body));
    const startedAt = performance.now();
    const subject = { operation: "deliver-webhooks", subscriberId };
    try {
      const message = { subscriberId, messageId };
      const run = await deliverEvents(message, {
        webhooks,
        log,
        queue,
        post,
        now: () => new Date(),
        random: Math.random,
        makeToken: () => randomBytes(8).toString("hex"),
        remainingMs: () => lambda.getRemainingTimeInMillis(),
        policy: deliveryPolicy,
      });
      logEvent("info", { ...subject, ...run, durationMs: Math.round(performance.now() - startedAt) });
    } catch (error) {
      logFailure(subject, error);
      throw error;
    }
  }
}
