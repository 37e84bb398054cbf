import { findImportIds } from "./erase-partner.ts";
import { articleOf, rawKey, rawPrefixes, type Work } from "./erasure-work.ts";
import { watchReferences } from "./find-traces.ts";
import { type Erased, judgeItem } from "./judge-item.ts";
import { judgePartnerItem } from "./judge-partner-item.ts";

/** Counts what is left in every place. */
export async function lookAgain(
  erased: Erased,
  articleIds: ReadonlySet<string>,
  digests: ReadonlySet<string>,
  { target, context }: Work,
): Promise<Map<string, number>> {
  const left = new Map<string, number>();
  const add = (place: string | undefined, items = 1) => {
    if (place !== undefined && items > 0) left.set(place, (left.get(place) ?? 0) + items);
  };
  const references = watchReferences({ articleId: articleOf(target), partner: target.partner, digests });
  for await (const items of context.articleItems.scan()) {
    for (const item of items) {
      references.see(item);
      add(judgeItem(item, erased));
    }
  }
  const sharedDigests = await references.findShared(context.articles);
  const prefixes =
    target.kind === "partner"
      ? rawPrefixes(target.partner)
      : [...digests].filter((digest) => !sharedDigests.has(digest)).map((digest) => rawKey(target.partner, digest));
  for (const prefix of prefixes) {
    for await (const versions of context.rawObjects.list(prefix)) add("raw objects", versions.length);
  }
  if (target.kind === "partner") {
    for await (const items of context.partnerItems.scan()) {
      for (const item of items) add(judgePartnerItem(item, target.partner));
    }
    add("imports", (await findImportIds(target.partner, context)).size);
  }
  for (const place of context.others) add(place.name, await place.count(target, articleIds));
  return left;
}
