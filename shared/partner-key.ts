import { createHash } from "node:crypto";

/**
 * A key as its partner holds it: `copydesk_ID_SECRET`. The beginning lets scanners of leaked secrets know it; the ID finds its
 * record and may be logged; the secret is shown once and never stored.
 */
export interface PartnerKey {
  readonly keyId: string;
  readonly secret: string;
}

const keyPattern = /^copydesk_([0-9a-f]{16})_([A-Za-z0-9_-]{43})$/;

export function parseKey(text: string): PartnerKey | undefined {
  const [, keyId, secret] = keyPattern.exec(text) ?? [];
  return keyId === undefined || secret === undefined ? undefined : { keyId, secret };
}

/** @param random source of that many random bytes */
export function makeKey(random: (bytes: number) => Buffer): PartnerKey & { readonly text: string } {
  const keyId = random(8).toString("hex");
  const secret = random(32).toString("base64url");
  return { keyId, secret, text: `copydesk_${keyId}_${secret}` };
}

/** What is stored of a secret: SHA-256, hexadecimal. */
export function hashSecret(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}
