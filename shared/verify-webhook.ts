import { createHmac, timingSafeEqual } from "node:crypto";

/** What makes a request one of the sender's, besides its body. */
export interface WebhookHeaders {
  readonly id: string | undefined;
  readonly timestamp: string | undefined;
  readonly signature: string | undefined;
}

/** Why a request is not taken for the sender's; `header` names the one at fault. */
export interface WebhookFault {
  readonly header: "webhook-id" | "webhook-timestamp" | "webhook-signature";
  readonly reason: string;
}

/** A clock may be so far off, and a captured request may be sent again for so long. */
const toleranceSeconds = 300;

const secretPrefix = "whsec_";

/**
 * Verifies a signature after Standard Webhooks 1.0: HMAC-SHA256 over `ID.TIMESTAMP.BODY`, in one of several signatures, by
 * one of the live secrets.
 *
 * @param request.body bytes as they were received, before anything is decoded
 * @param request.secrets `whsec_` and base64
 * @returns undefined when it is right
 */
export function verifyWebhook(request: {
  readonly headers: WebhookHeaders;
  readonly body: Uint8Array;
  readonly secrets: readonly string[];
  readonly now: Date;
}): WebhookFault | undefined {
  const { headers, body, secrets, now } = request;
  const { id, timestamp, signature } = headers;
  if (id === undefined || id === "") return { header: "webhook-id", reason: "is missing" };
  // A dot would let a part of the body be read as the time, or the other way round.
  if (id.includes(".")) return { header: "webhook-id", reason: "must not have a dot" };
  if (timestamp === undefined) return { header: "webhook-timestamp", reason: "is missing" };
  if (!/^\d{1,12}$/.test(timestamp)) {
    return { header: "webhook-timestamp", reason: "must be a number of seconds since 1970" };
  }
  const offSeconds = Math.round(Math.abs(now.getTime() / 1000 - Number(timestamp)));
  if (offSeconds > toleranceSeconds) {
    const reason = `is ${offSeconds} seconds off our clock; ${toleranceSeconds} are allowed`;
    return { header: "webhook-timestamp", reason };
  }
  if (signature === undefined) return { header: "webhook-signature", reason: "is missing" };
  const given = signature
    .split(" ")
    .filter((entry) => entry.startsWith("v1,"))
    .map((entry) => Buffer.from(entry.slice("v1,".length), "base64"));
  const isRight = secrets.some((secret) => {
    const expected = sign(secret, `${id}.${timestamp}.`, body);
    return given.some((candidate) => candidate.length === expected.length && timingSafeEqual(candidate, expected));
  });
  return isRight ? undefined : { header: "webhook-signature", reason: "fits none of your live secrets" };
}

/**
 * The headers with which a body is signed.
 *
 * @param request.id without a dot; another one for each message
 * @param request.secrets `whsec_` and base64; each gives a signature, so that the receiver may know either of two
 */
export function signWebhook(request: {
  readonly id: string;
  readonly now: Date;
  readonly body: Uint8Array;
  readonly secrets: readonly string[];
}): Record<WebhookFault["header"], string> {
  const { id, now, body, secrets } = request;
  const timestamp = String(Math.floor(now.getTime() / 1000));
  const signatures = secrets.map((secret) => `v1,${sign(secret, `${id}.${timestamp}.`, body).toString("base64")}`);
  return { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signatures.join(" ") };
}

function sign(secret: string, head: string, body: Uint8Array): Buffer {
  const key = Buffer.from(secret.slice(secretPrefix.length), "base64");
  return createHmac("sha256", key).update(head).update(body).digest();
}

/** @param random source of that many random bytes */
export function makeWebhookSecret(random: (bytes: number) => Buffer): string {
  return `${secretPrefix}${random(32).toString("base64")}`;
}
