import { createHmac, timingSafeEqual } from "node:crypto";
import { ProblemError } from "./api/problem.ts";

/**
 * Makes an opaque page position that works only for the query it came from.
 *
 * @param query everything that decides what the list holds, in a fixed order
 */
export function signCursor(secret: string, query: string, position: string): string {
  const payload = Buffer.from(position).toString("base64url");
  return `${payload}.${sign(secret, query, payload)}`;
}

/** @throws ProblemError `invalid-cursor` when it was not made by `signCursor` for this query */
export function openCursor(secret: string, query: string, cursor: string): string {
  const [payload = "", signature = "", ...rest] = cursor.split(".");
  const expected = Buffer.from(sign(secret, query, payload));
  const given = Buffer.from(signature);
  if (rest.length > 0 || given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw new ProblemError(
      "invalid-cursor",
      "A cursor works with the very filters of the page that it came from. Start again without it.",
      { errors: [{ pointer: "query:cursor", detail: "does not belong to this query" }] },
    );
  }
  return Buffer.from(payload, "base64url").toString();
}

function sign(secret: string, query: string, payload: string): string {
  return createHmac("sha256", secret)
    .update(JSON.stringify([query, payload]))
    .digest("base64url");
}
