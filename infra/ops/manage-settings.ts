import { PartnerSettings, resolveSettings } from "../../shared/partner-settings.ts";
import type { PartnerRecord, PartnerTable } from "../../shared/stores/partner-table.ts";
import { findPartner, OpsError } from "./manage-keys.ts";

/** Limits to set; `default` takes one back. */
export type QuotaChange = Partial<Record<"perMinute" | "burst" | "dailyArticles", number | "default">>;

export interface SettingsChange {
  readonly quota?: QuotaChange;
  /** As they came from a file; `default` takes them back. */
  readonly rules?: unknown;
}

/**
 * Changes what is set for a partner, and leaves the rest as it is. Functions that have just served the partner follow within
 * a minute.
 *
 * @throws OpsError when a value is out of bounds, or somebody else was faster
 */
export async function changeSettings(table: PartnerTable, name: string, change: SettingsChange) {
  await findPartner(table, name);
  const standing = await table.getSettings(name);
  const quota = Object.fromEntries(
    Object.entries({ ...standing.quota, ...change.quota }).filter(([, value]) => value !== "default"),
  );
  const rules = change.rules === "default" ? undefined : (change.rules ?? standing.rules);
  const parsed = PartnerSettings.safeParse({ ...standing, quota, rules, version: standing.version + 1 });
  if (!parsed.success) {
    throw new OpsError(parsed.error.issues.map(({ path, message }) => `${path.join(".")} ${message}`).join("; "));
  }
  const isSaved = await table.saveSettings(name, parsed.data, standing.version);
  if (!isSaved) {
    throw new OpsError(`Somebody else has just changed ${name}. Look with partner show ${name}, and try again.`);
  }
  return showPartner(table, name);
}

/** What is known of a partner: its live keys, and what is set for it or holds by default. */
export async function showPartner(table: PartnerTable, name: string) {
  const { version: _version, ...partner }: PartnerRecord = await findPartner(table, name);
  const settings = await table.getSettings(name);
  const { quota } = resolveSettings(settings);
  return { ...partner, quota: { ...quota, set: Object.keys(settings.quota ?? {}) }, rules: settings.rules };
}
