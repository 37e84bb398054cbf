import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import type { Scope } from "../../shared/api/operation.ts";
import { hashSecret, parseKey } from "../../shared/partner-key.ts";
import type { PartnerTable } from "../../shared/stores/partner-table.ts";
import { addPartner, issueFirstKey, maxLiveKeys, revokeKey, rotateKey } from "../ops/manage-keys.ts";

/** The partners that a fresh local stack has, so that a newcomer can push and read at once. */
const demoPartners: readonly { readonly variable: string; readonly partner: string; readonly scope: Scope }[] = [
  { variable: "PARTNER_KEY", partner: "demo-partner", scope: "submit" },
  { variable: "READER_KEY", partner: "demo-reader", scope: "read" },
];

/**
 * Writes `env` into the data directory, for a shell to source: `API_URL`, and a key for each of the demo partners. Keys of an
 * earlier run are kept as long as they are live.
 */
export async function writeEnv(directory: string, url: string, partners: PartnerTable): Promise<void> {
  const path = join(directory, "env");
  const before = existsSync(path) ? parseEnv(readFileSync(path, "utf8")) : {};
  const lines = [`export API_URL=${url}`];
  for (const { variable, partner, scope } of demoPartners) {
    const kept = before[variable];
    const key = kept !== undefined && (await isLive(partners, kept)) ? kept : await obtainKey(partners, partner, scope);
    lines.push(`export ${variable}=${key}`);
  }
  writeFileSync(path, `${lines.join("\n")}\n`, { mode: 0o600 });
}

async function isLive(partners: PartnerTable, text: string): Promise<boolean> {
  const key = parseKey(text);
  const record = key && (await partners.getKey(key.keyId));
  return record !== undefined && key !== undefined && record.secretHash === hashSecret(key.secret);
}

/** The file of the demo keys is gone, or one was revoked: a new key takes the place of the oldest. */
async function obtainKey(partners: PartnerTable, name: string, scope: Scope): Promise<string> {
  const partner = await partners.getPartner(name);
  if (partner === undefined) return (await addPartner(partners, name, [scope])).key;
  const [oldest] = partner.keys;
  if (oldest === undefined) return (await issueFirstKey(partners, name, [scope])).key;
  if (partner.keys.length >= maxLiveKeys) await revokeKey(partners, oldest.keyId);
  return (await rotateKey(partners, name)).key;
}
