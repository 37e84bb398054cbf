import type { ArticleWarning } from "../article/article-warning.ts";
import { fitId } from "./fit-id.ts";
import { fitMetadata, type RawMetadata, resolveUrl } from "./fit-metadata.ts";
import { makeDocument } from "./make-document.ts";
import type { ItemImage, SubmitItem } from "./parsed-item.ts";

/** What a format found for one article. */
export interface FoundArticle {
  readonly id: string | undefined;
  readonly content: { readonly form: "html" | "text"; readonly value: string };
  readonly metadata: RawMetadata;
  readonly images?: readonly FoundImage[];
  readonly embargoedUntil?: string | undefined;
  readonly warnings?: readonly ArticleWarning[];
}

export interface FoundImage {
  /** May be relative to the same as the article's address. */
  readonly url: string | undefined;
  readonly mediaType?: string | undefined;
  readonly widthInPixels?: number | undefined;
  readonly heightInPixels?: number | undefined;
  readonly caption?: string | undefined;
}

/** More than this many are a gallery that somebody else should look after. */
const maxImages = 100;

/** Makes an item of what a format found, within the limits of a submission; what did not fit is said in its warnings. */
export function makeItem(found: FoundArticle): SubmitItem {
  const { id, warnings: idWarnings } = fitId(found.id);
  const { metadata, warnings } = fitMetadata(found.metadata);
  const embargoed = found.embargoedUntil === undefined ? {} : describeEmbargo(found.embargoedUntil);
  const all = [...(found.warnings ?? []), ...idWarnings, ...warnings, ...(embargoed.warnings ?? [])];
  return {
    action: "submit",
    ...(id !== undefined && { partnerArticleId: id }),
    metadata,
    document: makeDocument(found.content.form, found.content.value, all),
    images: fitImages(found.images ?? [], [metadata.url, ...(found.metadata.bases ?? [])]),
    ...(embargoed.until !== undefined && { embargoedUntil: embargoed.until }),
  };
}

/** Whether it has passed depends on the time, which whoever takes the item knows. An unreadable one is said, too. */
function describeEmbargo(text: string): { until?: string; warnings?: ArticleWarning[] } {
  const instant = new Date(text);
  const detail = `The article is embargoed until ${text.slice(0, 80)}.`;
  const warnings = [{ code: "embargoed", detail }];
  return Number.isNaN(instant.getTime()) ? { warnings } : { until: instant.toISOString(), warnings };
}

function fitImages(found: readonly FoundImage[], bases: readonly (string | undefined)[]): ItemImage[] {
  const images = new Map<string, ItemImage>();
  for (const { url, mediaType, widthInPixels, heightInPixels, caption } of found) {
    const resolved = url === undefined ? undefined : resolveUrl(url, bases);
    if (resolved === undefined || images.has(resolved) || images.size === maxImages) continue;
    images.set(resolved, {
      url: resolved,
      ...(mediaType !== undefined && { mediaType }),
      ...(isSize(widthInPixels) && { widthInPixels }),
      ...(isSize(heightInPixels) && { heightInPixels }),
      ...(caption !== undefined && caption.trim() !== "" && { caption: caption.trim() }),
    });
  }
  return [...images.values()];
}

function isSize(pixels: number | undefined): pixels is number {
  return pixels !== undefined && Number.isInteger(pixels) && pixels > 0;
}
