import * as z from "zod";
import { defineOperation } from "../operation.ts";
import { subscriptionParams } from "../parameters/subscription-params.ts";
import { postBatch } from "./post-batch.ts";

export const receiveDelivery = defineOperation({
  id: "receive-delivery",
  method: "POST",
  path: "/v1/websub/{subscription}",
  summary: "For WebSub hubs: deliver a feed document",
  description: `Signed by \`X-Hub-Signature\` with sha256, sha384 or sha512; what is not signed so is acknowledged and dropped. The limits are those of a batch. 429 and 503 ask for the delivery to be repeated.`,
  params: subscriptionParams,
  query: z.looseObject({}),
  headers: z.object({}),
  body: postBatch.body,
  responses: { 202: { description: "Received" } },
});
