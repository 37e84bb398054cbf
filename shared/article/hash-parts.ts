import { createHash } from "node:crypto";

/**
 * SHA-256 over a list of strings, hexadecimal. The list is hashed as JSON, so that no two different lists can run together
 * into the same input.
 */
export function hashParts(parts: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}
