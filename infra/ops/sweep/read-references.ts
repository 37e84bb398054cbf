import type { ErasureTable } from "../../../shared/stores/erasure-table.ts";
import { articleKeys } from "../../../shared/stores/table-keys.ts";

/** Where raw bytes lie that an article refers to, by its current or an earlier revision: `PARTNER/SHA256`. */
export async function* readReferences(
  table: Pick<ErasureTable, "scan">,
  onPage: (items: number) => void,
): AsyncGenerator<string> {
  let article: { readonly pk: string; readonly partner: string } | undefined;
  for await (const items of table.scan()) {
    for (const item of items) {
      if (!item.pk.startsWith("article#")) continue;
      if (item.sk === articleKeys.article("").sk) article = { pk: item.pk, partner: String(item["partner"]) };
      const sha256 = (item["raw"] as { sha256: string } | undefined)?.sha256;
      if (sha256 === undefined) continue;
      // Revisions do not say whose they are, but a scan gives them behind their article.
      if (article?.pk !== item.pk) throw new Error(`${item.pk} has revisions and is not there.`);
      yield `${article.partner}/${sha256}`;
    }
    onPage(items.length);
  }
}
