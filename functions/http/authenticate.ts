import { timingSafeEqual } from "node:crypto";
import type { Scope } from "../../shared/api/operation.ts";
import { ProblemError } from "../../shared/api/problem.ts";
import { hashSecret, parseKey } from "../../shared/partner-key.ts";
import type { KeyRecord } from "../../shared/stores/partner-table.ts";
import type { HttpLink } from "./http-function.ts";

/** Who sent the request. */
export interface Caller {
  readonly partner: string;
  readonly keyId: string;
}

export interface KeyStore {
  getKey(keyId: string): Promise<KeyRecord | undefined>;
}

/** How long a key that was revoked may still work in a function that has just seen it. */
const keyCacheMs = 60_000;

/** Only valid keys are remembered, so that guessing fills nothing; this many, so that nothing grows. */
const maxCachedKeys = 1000;

/** Lets a request through whose key is live and has the scope. */
export function authenticate(scope: Scope, keys: KeyStore): HttpLink {
  const cache = new Map<string, { readonly record: KeyRecord; readonly readAt: number }>();

  async function findKey(keyId: string): Promise<KeyRecord | undefined> {
    const cached = cache.get(keyId);
    if (cached !== undefined && Date.now() - cached.readAt < keyCacheMs) return cached.record;
    const record = await keys.getKey(keyId);
    cache.delete(keyId);
    return record;
  }

  return {
    async before(request) {
      const { header, key } = readKey(request.event.headers["authorization"]);
      const record = key && (await findKey(key.keyId));
      if (key === undefined || record === undefined || !isSecret(key.secret, record)) throw refuse(header);
      if (!cache.has(key.keyId)) {
        const oldest = cache.size >= maxCachedKeys ? cache.keys().next().value : undefined;
        if (oldest !== undefined) cache.delete(oldest);
        cache.set(key.keyId, { record, readAt: Date.now() });
      }
      request.context.state.caller = { partner: record.partner, keyId: record.keyId };
      if (!record.scopes.includes(scope)) {
        throw new ProblemError(
          "forbidden",
          `This needs a key with the scope ${scope}; yours has ${record.scopes.join(", ")}.`,
        );
      }
    },
  };
}

function readKey(header: string | undefined) {
  const token = /^Bearer +(\S+)$/i.exec(header ?? "")?.[1];
  return { header, key: token === undefined ? undefined : parseKey(token) };
}

/** Compares in constant time: how long a refusal takes tells nothing about the secret. */
function isSecret(secret: string, record: KeyRecord): boolean {
  const given = Buffer.from(hashSecret(secret), "hex");
  const expected = Buffer.from(record.secretHash, "hex");
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** The same words for a key that is unknown, revoked or wrong: the difference is nobody's business. */
function refuse(header: string | undefined): ProblemError {
  const detail =
    header === undefined
      ? "Send your key in the header Authorization: Bearer KEY."
      : "The key in the header Authorization: Bearer KEY is not valid, or was revoked.";
  return new ProblemError("unauthenticated", detail, {
    errors: [{ pointer: "header:Authorization", detail: header === undefined ? "is missing" : "is not a live key" }],
    headers: { "WWW-Authenticate": 'Bearer realm="copydesk"' },
  });
}
