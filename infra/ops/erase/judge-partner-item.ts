import type { TableItem } from "../../../shared/stores/scan-table.ts";
import { partnerKeys } from "../../../shared/stores/table-keys.ts";

export const partnerPlaces = ["partner and keys", "settings", "quota", "subscriptions"] as const;
type PartnerPlace = (typeof partnerPlaces)[number];

/** Says what an item of the partners table is to a partner that is erased; undefined where it is nothing. */
export function judgePartnerItem(item: TableItem, partner: string): PartnerPlace | undefined {
  const { pk, sk } = item;
  if (pk === partnerKeys.partner(partner).pk) return sk === partner ? "partner and keys" : undefined;
  if (pk.startsWith("key#")) return item["partner"] === partner ? "partner and keys" : undefined;
  if (pk === partnerKeys.settings(partner).pk) return "settings";
  if (pk === partnerKeys.quota(partner, "").pk) return "quota";
  if (pk === partnerKeys.subscription("").pk && item["partner"] === partner) return "subscriptions";
  return undefined;
}

/** Says whether an item of the imports table belongs to one of a partner's imports. */
export function judgeImportItem(item: TableItem, importIds: ReadonlySet<string>): "imports" | undefined {
  return importIds.has(item.pk.slice("import#".length)) ? "imports" : undefined;
}
