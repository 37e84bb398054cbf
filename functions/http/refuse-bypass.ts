import { createHash, timingSafeEqual } from "node:crypto";
import { originSecretHeader } from "../../shared/api/origin-secret.ts";
import { ProblemError } from "../../shared/api/problem.ts";
import type { HttpLink } from "./http-function.ts";

/** Refuses a request that did not come through CloudFront and its firewall. What it says is the same for a wrong secret. */
export function refuseBypass(secret: string): HttpLink {
  const expected = digest(secret);
  return {
    before({ event }) {
      if (timingSafeEqual(digest(event.headers[originSecretHeader] ?? ""), expected)) return;
      throw new ProblemError("forbidden", "This address is not for clients. Use the one that you were given.");
    },
  };
}

/** Digests have one length, and comparing them tells nothing about what they are made from. */
function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
