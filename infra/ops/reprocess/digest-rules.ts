import { createHash } from "node:crypto";
import { resolveSettings } from "../../../shared/partner-policy.ts";
import type { PartnerTable } from "../../../shared/stores/partner-table.ts";

/** What the rules of a partner are, or of all: another digest where those of one have changed. One without rules changes nothing. */
export async function digestRules(
  partner: string | undefined,
  partners: Pick<PartnerTable, "getSettings" | "listPartners">,
): Promise<string> {
  const names = partner === undefined ? (await partners.listPartners()).map(({ name }) => name) : [partner];
  const hash = createHash("sha256");
  for (const name of names.sort()) {
    const { rules } = resolveSettings(await partners.getSettings(name));
    if (rules !== undefined) hash.update(`${name} ${rules.digest}\n`);
  }
  return hash.digest("hex");
}
