import type { LiveArticle } from "../../../shared/stores/article-record.ts";

/** An article with what is not in its record. */
export interface ExportRow {
  readonly article: LiveArticle;
  /** Today's original of its cluster, where that is another article. */
  readonly originalId: string | undefined;
  readonly text: string | undefined;
  readonly html: string | undefined;
}

export type ColumnType = "string" | "timestamp" | "integer" | "number" | "strings";

export interface ExportColumn {
  readonly name: string;
  readonly type: ColumnType;
  readonly isRequired?: true;
  /** Times are ISO 8601 here. */
  read(row: ExportRow): string | number | readonly string[] | undefined;
}

/** What can be exported beside the metadata, because it has to be made from the raw bytes. */
export const documentParts = ["text", "html"] as const;
export type DocumentPart = (typeof documentParts)[number];

/** The columns of an export, under the names that the API has for them. */
const metadataColumns: readonly ExportColumn[] = [
  { name: "id", type: "string", isRequired: true, read: ({ article }) => article.id },
  { name: "partner", type: "string", isRequired: true, read: ({ article }) => article.partner },
  { name: "partnerArticleId", type: "string", read: ({ article }) => article.partnerArticleId },
  { name: "revision", type: "integer", isRequired: true, read: ({ article }) => article.revision },
  { name: "title", type: "string", read: ({ article }) => article.title },
  { name: "url", type: "string", read: ({ article }) => article.url },
  { name: "source", type: "string", read: ({ article }) => article.source },
  { name: "language", type: "string", read: ({ article }) => article.language },
  { name: "authors", type: "strings", read: ({ article }) => article.authors ?? [] },
  { name: "tags", type: "strings", read: ({ article }) => article.tags ?? [] },
  { name: "publishedAt", type: "timestamp", read: ({ article }) => article.publishedAt },
  { name: "updatedAt", type: "timestamp", read: ({ article }) => article.updatedAt },
  { name: "ingestedAt", type: "timestamp", isRequired: true, read: ({ article }) => article.ingestedAt },
  { name: "modifiedAt", type: "timestamp", isRequired: true, read: ({ article }) => article.modifiedAt },
  { name: "clusterId", type: "string", isRequired: true, read: ({ article }) => article.clusterId },
  { name: "duplicateOf", type: "string", read: ({ originalId }) => originalId },
  { name: "match", type: "string", read: ({ article }) => article.duplicate?.match },
  { name: "similarity", type: "number", read: ({ article }) => article.duplicate?.similarity },
  { name: "relatedTo", type: "string", read: ({ article }) => article.relatedTo?.clusterId },
  { name: "contentHash", type: "string", read: ({ article }) => article.contentHash },
  { name: "rawSha256", type: "string", isRequired: true, read: ({ article }) => article.raw.sha256 },
  { name: "rawBytes", type: "integer", isRequired: true, read: ({ article }) => article.raw.bytes },
  { name: "contentType", type: "string", isRequired: true, read: ({ article }) => article.raw.contentType },
  { name: "warnings", type: "strings", read: ({ article }) => article.warnings.map(({ code }) => code) },
];

const partColumns: Readonly<Record<DocumentPart, ExportColumn>> = {
  text: { name: "text", type: "string", read: ({ text }) => text },
  html: { name: "html", type: "string", read: ({ html }) => html },
};

export function chooseColumns(parts: readonly DocumentPart[]): readonly ExportColumn[] {
  return [...metadataColumns, ...parts.map((part) => partColumns[part])];
}
