import type { ArticleWarning } from "../article/article-warning.ts";
import type { ItemDocument } from "./parsed-item.ts";

/** Makes the document of content that was a field of something else, and so has no bytes of its own: they are its UTF-8. */
export function makeDocument(
  form: "html" | "text",
  content: string,
  warnings: readonly ArticleWarning[] = [],
): ItemDocument {
  const wellFormed = content.toWellFormed();
  return {
    form,
    content: wellFormed,
    bytes: Buffer.from(wellFormed),
    contentType: `text/${form === "html" ? "html" : "plain"}; charset=utf-8`,
    charset: "utf-8",
    warnings,
  };
}
