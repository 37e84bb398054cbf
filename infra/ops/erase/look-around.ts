import { eachImportFilePage, findImportIds } from "./erase-partner.ts";
import { articleOf, quarantinePrefix, rawPrefixes, type Work } from "./erasure-work.ts";
import { watchReferences } from "./find-traces.ts";
import { articlePlaces, type Erased, judgeItem } from "./judge-item.ts";
import { judgePartnerItem, partnerPlaces } from "./judge-partner-item.ts";

/** By place, how much is there; places that were looked into and have nothing are in it with 0. */
export type Sight = Map<string, number>;

/** What is known of what is looked for. */
export interface Known {
  readonly erased: Erased;
  readonly articleIds: ReadonlySet<string>;
  /** Of the raw objects of an article. */
  readonly digests: ReadonlySet<string>;
  /** Also of imports that are gone. */
  readonly importIds: ReadonlySet<string>;
}

/** Counts what is there in every place. Raw objects that others share are not counted. */
export async function lookAround(
  { erased, articleIds, digests, importIds }: Known,
  { target, context }: Pick<Work, "target" | "context">,
): Promise<Sight> {
  const sight = seeNothing(articlePlaces);
  const references = watchReferences({ articleId: articleOf(target), partner: target.partner, digests });
  for await (const items of context.articleItems.scan()) {
    for (const item of items) {
      references.see(item);
      see(sight, judgeItem(item, erased));
    }
  }
  const sharedDigests = await references.findShared(context.articles);
  const objects: [place: string, prefixes: readonly string[]][] = [
    ["raw objects", rawPrefixes(target, new Set([...digests].filter((digest) => !sharedDigests.has(digest))))],
    ["quarantine", [quarantinePrefix(target)]],
  ];
  for (const [place, prefixes] of objects) {
    see(sight, place, 0);
    for (const prefix of prefixes) {
      for await (const versions of context.rawObjects.list(prefix)) see(sight, place, versions.length);
    }
  }
  if (target.kind === "partner") {
    for (const place of partnerPlaces) see(sight, place, 0);
    for await (const items of context.partnerItems.scan()) {
      for (const item of items) see(sight, judgePartnerItem(item, target.partner));
    }
    see(sight, "imports", (await findImportIds(target.partner, context)).size);
    see(sight, "import files", 0);
    for await (const files of eachImportFilePage(importIds, context)) see(sight, "import files", files.length);
  }
  for (const place of context.others) see(sight, place.name, await place.count(target, articleIds));
  return sight;
}

export function seeNothing(places: readonly string[]): Sight {
  return new Map(places.map((place) => [place, 0]));
}

export function see(sight: Sight, place: string | undefined, items = 1): void {
  if (place !== undefined) sight.set(place, (sight.get(place) ?? 0) + items);
}
