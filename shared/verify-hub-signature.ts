import { createHmac, timingSafeEqual } from "node:crypto";

/**
 * The methods of WebSub (W3C Recommendation of 2018, section 7.1.1) that are taken: all but SHA-1, which the recommendation
 * itself calls compromised.
 */
const methods = ["sha256", "sha384", "sha512"];

/**
 * Verifies the `X-Hub-Signature` of a delivery: `METHOD=HEX`, an HMAC over its bytes.
 *
 * @param body bytes as they were received
 * @returns why it is not taken for the hub's; undefined when it is right
 */
export function verifyHubSignature(header: string | undefined, body: Uint8Array, secret: string): string | undefined {
  if (header === undefined) return "there is no signature";
  const [, method = "", hex = ""] = /^\s*(\w+)=([0-9a-f]+)\s*$/i.exec(header) ?? [];
  if (method === "") return "the signature cannot be read";
  if (!methods.includes(method.toLowerCase())) return `the method is none of ${methods.join(", ")}`;
  const expected = createHmac(method.toLowerCase(), secret).update(body).digest();
  const given = Buffer.from(hex, "hex");
  const isRight = given.length === expected.length && timingSafeEqual(given, expected);
  return isRight ? undefined : "the signature is not that of the hub";
}
