import { confirmSubscription } from "../shared/api/operations/confirm-subscription.ts";
import { ProblemError } from "../shared/api/problem.ts";
import { connectDynamoDb } from "../shared/stores/aws-clients.ts";
import { type HubNotice, openSubscriptionTable } from "../shared/stores/subscription-table.ts";
import { httpFunction } from "./http/http-function.ts";
import { readSetting } from "./http/read-setting.ts";

const subscriptions = openSubscriptionTable(connectDynamoDb(), readSetting("PARTNERS_TABLE"));

export const handler = httpFunction(confirmSubscription, async ({ params, query }) => {
  const { "hub.mode": mode, "hub.topic": topic, "hub.challenge": challenge } = query;
  if (challenge === undefined && mode !== "denied") throw refuse("hub.challenge");
  const isOurs = await subscriptions.noteFromHub(params.subscription, topic, describeNotice(query, new Date()));
  if (!isOurs) throw new ProblemError("not-found", "Nobody here has asked for this.");
  const log = { outcome: `hub ${mode}`, subscription: params.subscription.slice(0, 8) };
  return challenge === undefined
    ? { status: 204, log }
    : { status: 200, bytes: challenge, contentType: "text/plain; charset=utf-8", log };
});

function describeNotice(
  query: { "hub.mode": HubNotice["mode"]; "hub.lease_seconds"?: number | undefined; "hub.reason": string },
  now: Date,
): HubNotice {
  const { "hub.mode": mode, "hub.lease_seconds": leaseSeconds, "hub.reason": reason } = query;
  const at = now.toISOString();
  if (mode === "denied") return { mode, at, reason };
  if (mode === "unsubscribe") return { mode, at };
  if (leaseSeconds === undefined) throw refuse("hub.lease_seconds");
  return { mode, at, leaseEndsAt: new Date(now.getTime() + leaseSeconds * 1000).toISOString() };
}

function refuse(name: string): ProblemError {
  return new ProblemError("invalid-parameter", `query:${name} is missing.`, {
    errors: [{ pointer: `query:${name}`, detail: "is missing" }],
  });
}
