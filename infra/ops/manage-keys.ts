import { randomBytes } from "node:crypto";
import type { Scope } from "../../shared/api/operation.ts";
import { hashSecret, makeKey } from "../../shared/partner-key.ts";
import type { PartnerRecord, PartnerTable } from "../../shared/stores/partner-table.ts";

/** A new key. `key` is the only copy of it that there will ever be. */
export interface IssuedKey {
  readonly partner: string;
  readonly keyId: string;
  readonly scopes: readonly Scope[];
  readonly key: string;
}

/** A partner has at most this many live keys: the one in use, and the one that takes over from it. */
export const maxLiveKeys = 2;

/** Raised when a command cannot be carried out as it was given; its message says what to do instead. */
export class OpsError extends Error {}

const partnerNamePattern = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** @throws OpsError when the name is not fit, or taken */
export async function addPartner(table: PartnerTable, name: string, scopes: readonly Scope[]): Promise<IssuedKey> {
  if (!partnerNamePattern.test(name)) {
    throw new OpsError(`The name ${JSON.stringify(name)} must have 1 to 63 small letters, digits and hyphens.`);
  }
  const { issued, record } = issueKey(name, scopes);
  const { keyId, createdAt } = record;
  const partner: PartnerRecord = { name, createdAt, keys: [{ keyId, scopes: [...scopes], createdAt }], version: 1 };
  const isSaved = await table.savePartner({ partner, addKey: record });
  if (!isSaved) throw new OpsError(`There is a partner ${name} already. For a new key: key rotate ${name}.`);
  return issued;
}

/**
 * Gives a partner a second key with the scopes of the newest one. The one before goes on working until it is revoked, so that
 * nothing has to happen at the same moment.
 */
export async function rotateKey(table: PartnerTable, name: string): Promise<IssuedKey> {
  const partner = await findPartner(table, name);
  if (partner.keys.length >= maxLiveKeys) {
    const ids = partner.keys.map(({ keyId, createdAt }) => `${keyId} of ${createdAt}`).join(" and ");
    throw new OpsError(
      `${name} has ${maxLiveKeys} live keys, ${ids}. Revoke one first: key revoke ${partner.keys[0]?.keyId}.`,
    );
  }
  const newest = partner.keys.at(-1);
  if (newest === undefined)
    throw new OpsError(`${name} has no live key whose scopes a new one could have. Use key issue.`);
  return addKey(table, partner, newest.scopes);
}

/** Gives a partner without a live key a new one. */
export async function issueFirstKey(table: PartnerTable, name: string, scopes: readonly Scope[]): Promise<IssuedKey> {
  const partner = await findPartner(table, name);
  if (partner.keys.length > 0) throw new OpsError(`${name} has a live key. For another one: key rotate ${name}.`);
  return addKey(table, partner, scopes);
}

/** Ends a key. Functions that have just seen it let it through for a minute more. */
export async function revokeKey(table: PartnerTable, keyId: string): Promise<{ partner: string; keyId: string }> {
  const key = await table.getKey(keyId);
  if (key === undefined) throw new OpsError(`There is no live key ${keyId}. partner list shows those that there are.`);
  const partner = await findPartner(table, key.partner);
  await save(table, partner, { keys: partner.keys.filter((entry) => entry.keyId !== keyId), removeKeyId: keyId });
  return { partner: partner.name, keyId };
}

/** @throws OpsError when there is none of this name */
export async function findPartner(table: PartnerTable, name: string): Promise<PartnerRecord> {
  const partner = await table.getPartner(name);
  if (partner === undefined)
    throw new OpsError(`There is no partner ${name}. Add it: partner add ${name} --scope submit.`);
  return partner;
}

async function addKey(table: PartnerTable, partner: PartnerRecord, scopes: readonly Scope[]): Promise<IssuedKey> {
  const { issued, record } = issueKey(partner.name, scopes);
  const { keyId, createdAt } = record;
  await save(table, partner, { keys: [...partner.keys, { keyId, scopes: [...scopes], createdAt }], addKey: record });
  return issued;
}

async function save(
  table: PartnerTable,
  partner: PartnerRecord,
  change: Pick<PartnerRecord, "keys"> & Pick<Parameters<PartnerTable["savePartner"]>[0], "addKey" | "removeKeyId">,
): Promise<void> {
  const { keys, ...items } = change;
  const isSaved = await table.savePartner({
    ...items,
    partner: { ...partner, keys, version: partner.version + 1 },
    expectedVersion: partner.version,
  });
  if (!isSaved)
    throw new OpsError(`Somebody else has just changed ${partner.name}. Look with partner list, and try again.`);
}

function issueKey(partner: string, scopes: readonly Scope[]) {
  const { keyId, secret, text } = makeKey(randomBytes);
  const record = {
    keyId,
    partner,
    scopes: [...scopes],
    secretHash: hashSecret(secret),
    createdAt: new Date().toISOString(),
  };
  return { record, issued: { partner, keyId, scopes, key: text } satisfies IssuedKey };
}
