import { resolveSettings } from "../../shared/partner-policy.ts";
import { PartnerSettings } from "../../shared/partner-settings.ts";
import type { PartnerRecord, PartnerTable } from "../../shared/stores/partner-table.ts";
import { findPartner, OpsError } from "./manage-keys.ts";

/** Limits to set; `default` takes one back. */
export type QuotaChange = Partial<Record<"perMinute" | "burst" | "dailyArticles", number | "default">>;

export interface SettingsChange {
  readonly quota?: QuotaChange;
  /** As they came from a file; `default` takes them back. */
  readonly rules?: unknown;
  /** Whether requests must be signed. */
  readonly signed?: boolean | undefined;
}

/**
 * Changes what is set for a partner, and leaves the rest as it is. Functions that have just served the partner follow within
 * a minute.
 *
 * @throws OpsError when a value is out of bounds, or somebody else was faster
 */
export async function changeSettings(table: PartnerTable, name: string, change: SettingsChange) {
  await updateSettings(table, name, (standing) => {
    const { rules = standing.rules, signed = standing.signing?.isRequired ?? false } = change;
    const quota = Object.entries({ ...standing.quota, ...change.quota }).filter(([, value]) => value !== "default");
    const secrets = standing.signing?.secrets ?? [];
    if (signed && secrets.length === 0)
      throw new OpsError(`${name} has nothing to sign with. First: signing add ${name}.`);
    return {
      ...standing,
      quota: Object.fromEntries(quota),
      rules: rules === "default" ? undefined : rules,
      signing: { isRequired: signed, secrets },
    };
  });
  return showPartner(table, name);
}

/** Writes what a change makes of the settings as they stand. */
export async function updateSettings(
  table: PartnerTable,
  name: string,
  change: (standing: PartnerSettings) => Record<keyof PartnerSettings, unknown> | PartnerSettings,
): Promise<void> {
  await findPartner(table, name);
  const standing = await table.getSettings(name);
  const parsed = PartnerSettings.safeParse({ ...change(standing), version: standing.version + 1 });
  if (!parsed.success) {
    throw new OpsError(parsed.error.issues.map(({ path, message }) => `${path.join(".")} ${message}`).join("; "));
  }
  const isSaved = await table.saveSettings(name, parsed.data, standing.version);
  if (!isSaved) {
    throw new OpsError(`Somebody else has just changed ${name}. Look with partner show ${name}, and try again.`);
  }
}

/** What is known of a partner: its live keys, and what is set for it or holds by default. Never a secret. */
export async function showPartner(table: PartnerTable, name: string) {
  const { version: _version, ...partner }: PartnerRecord = await findPartner(table, name);
  const settings = await table.getSettings(name);
  const { isRequired = false, secrets = [] } = settings.signing ?? {};
  return {
    ...partner,
    quota: { ...resolveSettings(settings).quota, set: Object.keys(settings.quota ?? {}) },
    rules: settings.rules,
    signing: { isRequired, secrets: secrets.map(({ id, createdAt }) => ({ id, createdAt })) },
  };
}
