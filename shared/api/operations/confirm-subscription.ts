import * as z from "zod";
import { defineOperation } from "../operation.ts";
import { subscriptionParams } from "../parameters/subscription-params.ts";

/** Hubs may say more than is understood here. */
const hubQuery = z.looseObject({
  "hub.mode": z.enum(["subscribe", "unsubscribe", "denied"]),
  "hub.topic": z.string().max(2048),
  "hub.challenge": z
    .string()
    .regex(/^[\x21-\x7e]{1,1000}$/, "must be 1 to 1,000 printable characters")
    .optional(),
  "hub.lease_seconds": z.coerce.number().int().min(1).max(315_360_000).optional(),
  "hub.reason": z
    .string()
    .overwrite((reason) => reason.slice(0, 500).toWellFormed())
    .default(""),
});

export const confirmSubscription = defineOperation({
  id: "confirm-subscription",
  method: "GET",
  path: "/v1/websub/{subscription}",
  summary: "For WebSub hubs: verify that a subscription is meant",
  description: "The address is the credential: only the hub knows it. What nobody has asked for is a 404.",
  params: subscriptionParams,
  query: hubQuery,
  headers: z.object({}),
  responses: {
    200: { description: "It is: the challenge", mediaTypes: ["text/plain"] },
    204: { description: "That the hub denies the subscription is noted" },
  },
});
