import { createHmac } from "node:crypto";

/** The headers of Standard Webhooks for a body, written after its specification and not after our own code. */
export function signWebhook(
  secret: string,
  body: string | Uint8Array,
  options: { readonly id?: string; readonly timestamp?: number | string } = {},
): Record<string, string> {
  const { id = "msg_1", timestamp = Math.floor(Date.now() / 1000) } = options;
  const key = Buffer.from(secret.replace("whsec_", ""), "base64");
  const content = Buffer.concat([Buffer.from(`${id}.${timestamp}.`), Buffer.from(body)]);
  return {
    "webhook-id": id,
    "webhook-timestamp": String(timestamp),
    "webhook-signature": `v1,${createHmac("sha256", key).update(content).digest("base64")}`,
  };
}
