import type { Context } from "aws-lambda";
import { announceChanges } from "../shared/events/announce-changes.ts";
import { pauseBeforeRound } from "../shared/pause.ts";
import { connectDynamoDb, connectEventBridge, connectSqs } from "../shared/stores/aws-clients.ts";
import { openChangeLog } from "../shared/stores/change-log.ts";
import { openDeliveryQueue } from "../shared/stores/delivery-queue.ts";
import { openEventBus } from "../shared/stores/event-bus.ts";
import { openWebhookTable } from "../shared/stores/webhook-table.ts";
import { logEvent, logFailure } from "./http/log-event.ts";
import { readSetting } from "./http/read-setting.ts";

const dynamoDb = connectDynamoDb();
const log = openChangeLog(dynamoDb, readSetting("CHANGES_TABLE"));
const webhooks = openWebhookTable(dynamoDb, readSetting("WEBHOOKS_TABLE"));
const bus = openEventBus(connectEventBridge(), readSetting("EVENT_BUS"), pauseBeforeRound);
const queue = openDeliveryQueue(connectSqs(), readSetting("DELIVERY_QUEUE"));

/** What is left when there is no more time than this, the next run comes to. */
const minRemainingMs = 8000;

/** Called by the stream of the log, for the sake of speed, and every minute, so that nothing depends on that. */
export async function handler(_event: unknown, lambda: Pick<Context, "getRemainingTimeInMillis">): Promise<void> {
  const operation = "announce-changes";
  try {
    const announcement = await announceChanges({
      log,
      webhooks,
      bus,
      queue,
      now: () => new Date(),
      hasTime: () => lambda.getRemainingTimeInMillis() > minRemainingMs,
    });
    if (announcement.events > 0 || announcement.woken > 0) logEvent("info", { operation, ...announcement });
  } catch (error) {
    logFailure({ operation }, error);
    throw error;
  }
}
