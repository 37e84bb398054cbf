import { timingSafeEqual } from "node:crypto";
import type { Scope } from "../../shared/api/operation.ts";
import { ProblemError } from "../../shared/api/problem.ts";
import { hashSecret, type PartnerKey, parseKey } from "../../shared/partner-key.ts";
import { type PartnerPolicy, resolveSettings, unsetSettings } from "../../shared/partner-policy.ts";
import type { PartnerSettings } from "../../shared/partner-settings.ts";
import type { KeyRecord } from "../../shared/stores/partner-table.ts";
import type { HttpLink } from "./http-function.ts";

/** Who sent the request. */
export interface Caller {
  readonly partner: string;
  readonly keyId: string;
  readonly policy: PartnerPolicy;
}

export interface KeyStore {
  getKey(keyId: string): Promise<KeyRecord | undefined>;
  /** Asked only where articles are handed in. */
  getSettings(partner: string): Promise<PartnerSettings>;
}

interface Known {
  readonly record: KeyRecord;
  readonly policy: PartnerPolicy;
  readonly readAt: number;
}

/** How long a key that was revoked, or a setting that was changed, may still hold in a function that has just seen it. */
const keyCacheMs = 60_000;

/** Only valid keys are remembered, so that guessing fills nothing; this many, so that nothing grows. */
const maxCachedKeys = 1000;

/** Lets a request through whose key is live and has the scope. */
export function authenticate(scope: Scope, keys: KeyStore): HttpLink {
  const cache = new Map<string, Known>();

  /** Reads the settings only for a key that is right. */
  async function findKnown({ keyId, secret }: PartnerKey): Promise<Known | undefined> {
    const cached = cache.get(keyId);
    if (cached !== undefined && Date.now() - cached.readAt < keyCacheMs) {
      return isSecret(secret, cached.record) ? cached : undefined;
    }
    cache.delete(keyId);
    const record = await keys.getKey(keyId);
    if (record === undefined || !isSecret(secret, record)) return undefined;
    const settings = scope === "submit" ? await keys.getSettings(record.partner) : unsetSettings;
    const known = { record, policy: resolveSettings(settings), readAt: Date.now() };
    const oldest = cache.size >= maxCachedKeys ? cache.keys().next().value : undefined;
    if (oldest !== undefined) cache.delete(oldest);
    cache.set(keyId, known);
    return known;
  }

  return {
    async before(request) {
      const { header, key } = readKey(request.event.headers["authorization"]);
      const known = key && (await findKnown(key));
      if (known === undefined) throw refuse(header);
      const { record, policy } = known;
      request.context.state.caller = { partner: record.partner, keyId: record.keyId, policy };
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
