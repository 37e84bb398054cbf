import type { ProblemError } from "../api/problem.ts";
import type { SubmissionMetadata } from "../api/submission.ts";
import type { ArticleWarning } from "../article/article-warning.ts";

/** An article's content as it stood in a document, in the shape that the pipeline takes. */
export interface ItemDocument {
  readonly form: "html" | "text";
  readonly content: string;
  /** `content` as UTF-8, or for a web page the bytes as they came: what is stored and hashed. */
  readonly bytes: Uint8Array;
  /** For example `text/html; charset=utf-8`. */
  readonly contentType: string;
  readonly charset: string;
  /** What was found while decoding and mapping, for the answer to this item. */
  readonly warnings: readonly ArticleWarning[];
}

/** A picture that a format names beside the content. Absolute, http or https. */
export interface ItemImage {
  readonly url: string;
  readonly mediaType?: string;
  readonly widthInPixels?: number;
  readonly heightInPixels?: number;
  readonly caption?: string;
}

/** An article that is to be taken in. */
export interface SubmitItem {
  readonly action: "submit";
  /** As the partner names it: guid, id, uri or our own field. Absent, URL or text identify the article. */
  readonly partnerArticleId?: string;
  /** Our own format: whoever wrote the ID wrote it for us, and can mend it. */
  readonly isOwnFormat?: true;
  readonly metadata: SubmissionMetadata;
  readonly document: ItemDocument;
  readonly images: readonly ItemImage[];
  /** Before this instant the partner does not want it published (ISO 8601, UTC). There is a warning about it as well. */
  readonly embargoedUntil?: string;
}

/** An article that is to be taken back. */
export interface RetractItem {
  readonly action: "retract";
  readonly partnerArticleId: string;
}

export type ParsedItem = SubmitItem | RetractItem;

/** Where an item stands in its document. */
export interface ItemPlace {
  /** From 0, counting items and not lines. */
  readonly index: number;
  /** From 1; only in NDJSON. */
  readonly line?: number;
  /**
   * What to put before the pointers of a problem to get from the item to the document: a JSON Pointer (`/items/3`), or for
   * XML an XPath (`/rss/channel/item[4]`). Empty where the document, or the line, is the item.
   */
  readonly pointerBase: string;
}

/**
 * One item of a document: read, or with what is wrong with it, and with its ID where that much could be read. Pointers are
 * relative to the item.
 */
export type ReadItem = ItemPlace &
  ({ readonly item: ParsedItem } | { readonly problem: ProblemError; readonly partnerArticleId?: string });

/** Media type of a body, without parameters and in lower case, and its charset parameter. */
export interface ItemMediaType {
  readonly mediaType: string;
  readonly charset?: string | undefined;
}
