import { createHash } from "node:crypto";
import { PartnerArticleId } from "../api/submission.ts";
import type { ArticleWarning } from "../article/article-warning.ts";

/**
 * Makes a partner's article ID of a guid, an id or a uri. One that is too long, has control characters or begins with
 * `~`, which is kept for our IDs, is replaced by its SHA-256: cutting could make two articles one, and leaving it out would make one article two when its address changes.
 *
 * @returns undefined when there is none
 */
export function fitId(raw: string | undefined): { readonly id?: string; readonly warnings: readonly ArticleWarning[] } {
  const id = raw?.trim().toWellFormed();
  if (id === undefined || id === "") return { warnings: [] };
  if (PartnerArticleId.safeParse(id).success && !id.startsWith("~")) return { id, warnings: [] };
  const hashed = `sha256:${createHash("sha256").update(id).digest("hex")}`;
  const detail = `The ID cannot be used as it is (${id.length.toLocaleString("en")} characters); it became ${hashed}.`;
  return { id: hashed, warnings: [{ code: "id-hashed", detail }] };
}
