import { receiveDelivery } from "../shared/api/operations/receive-delivery.ts";
import { ProblemError, problemKinds } from "../shared/api/problem.ts";
import { resolveSettings } from "../shared/partner-policy.ts";
import { connectDynamoDb } from "../shared/stores/aws-clients.ts";
import { openSubscriptionTable } from "../shared/stores/subscription-table.ts";
import { verifyHubSignature } from "../shared/verify-hub-signature.ts";
import { connectIngest } from "./http/connect-ingest.ts";
import { httpFunction } from "./http/http-function.ts";
import { refuseBeyondQuota } from "./http/limit-articles.ts";
import { receiveBytes } from "./http/read-body.ts";
import { readSetting } from "./http/read-setting.ts";
import { takeBatch } from "./http/take-batch.ts";

const dynamoDb = connectDynamoDb();
const { context, keys, quotas } = connectIngest(dynamoDb);
const subscriptions = openSubscriptionTable(dynamoDb, readSetting("PARTNERS_TABLE"));

/**
 * A hub is told that its delivery has arrived, and of what came of it only whether it has to send it again: it reads no more.
 * What it should not have sent is acknowledged and dropped, so that nobody learns by trying.
 */
export const handler = httpFunction(receiveDelivery, async ({ params }, { event, note, remainingMs }) => {
  const subscription = await subscriptions.getSubscription(params.subscription);
  if (subscription?.wanted !== "subscribe") throw new ProblemError("not-found", "Nobody here has asked for this.");
  const { partner, secret } = subscription;
  note({ partner, subscription: subscription.id.slice(0, 8) });
  const fault = verifyHubSignature(event.headers["x-hub-signature"], receiveBytes(event), secret);
  if (fault !== undefined) return { status: 202, log: { ignored: fault } };

  const policy = resolveSettings(await keys.getSettings(partner));
  const takeQuota = (articles: number) => quotas.take(partner, policy.quota, articles);
  const first = await takeQuota(1);
  if (first.granted === 0) throw refuseBeyondQuota(first);
  const http = { partner, policy, event, takeQuota, note, remainingMs };
  const taken = await takeBatch(context, http, { operation: receiveDelivery.id, validateOnly: false }).catch(giveUp);
  if (taken instanceof ProblemError) return { status: 202, log: { ignored: taken.kind } };
  const { items } = taken.json;
  const again = items.filter(({ status }) => status === 429 || status >= 500).length;
  if (again > 0) {
    throw new ProblemError("unavailable", `${again} of ${items.length} items have to be delivered again.`, {
      headers: { "Retry-After": "60" },
    });
  }
  return { status: 202 };
});

/** A document that cannot be read will not be better when the hub sends it again. */
function giveUp(error: unknown): ProblemError {
  if (error instanceof ProblemError && problemKinds[error.kind].status < 429) return error;
  throw error;
}
