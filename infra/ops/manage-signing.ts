import { randomBytes } from "node:crypto";
import type { PartnerTable } from "../../shared/stores/partner-table.ts";
import { makeWebhookSecret } from "../../shared/verify-webhook.ts";
import { OpsError } from "./manage-keys.ts";
import { updateSettings } from "./manage-settings.ts";

/** A new secret. `secret` is shown this once; the store keeps it, since whoever checks a signature needs it. */
export interface IssuedSecret {
  readonly partner: string;
  readonly secretId: string;
  readonly secret: string;
}

/** As with keys: the one in use, and the one that takes over from it. */
const maxLiveSecrets = 2;

/** Gives a partner a secret to sign its requests with. A second one lets it change over at its own time. */
export async function addSecret(table: PartnerTable, name: string): Promise<IssuedSecret> {
  const secretId = randomBytes(4).toString("hex");
  const secret = makeWebhookSecret(randomBytes);
  await updateSettings(table, name, ({ signing = { isRequired: false, secrets: [] }, ...settings }) => {
    if (signing.secrets.length >= maxLiveSecrets) {
      const [oldest] = signing.secrets;
      throw new OpsError(
        `${name} has ${maxLiveSecrets} secrets. Revoke one first: signing revoke ${name} ${oldest?.id}.`,
      );
    }
    const added = { id: secretId, secret, createdAt: new Date().toISOString() };
    return { ...settings, signing: { ...signing, secrets: [...signing.secrets, added] } };
  });
  return { partner: name, secretId, secret };
}

export async function revokeSecret(table: PartnerTable, name: string, secretId: string) {
  await updateSettings(table, name, (settings) => {
    const { isRequired, secrets } = settings.signing ?? { isRequired: false, secrets: [] };
    const left = secrets.filter(({ id }) => id !== secretId);
    if (left.length === secrets.length)
      throw new OpsError(`${name} has no secret ${secretId}. See partner show ${name}.`);
    if (isRequired && left.length === 0) {
      throw new OpsError(`It is the last one, and ${name} has to sign. First: partner set ${name} --signed no.`);
    }
    return { ...settings, signing: { isRequired, secrets: left } };
  });
  return { partner: name, secretId };
}
