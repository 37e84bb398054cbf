import { ProblemError } from "./api/problem.ts";
import { excerpt } from "./article/excerpt.ts";
import type { ArticleAddress } from "./article-address.ts";
import type { ParsedItem } from "./formats/parsed-item.ts";

/**
 * Settles which ID counts when an item is put at an address and has an ID of its own. The address does; an item of another
 * format is told so by a warning, since nobody can change the guid that a CMS writes. Our own format is written for us: there
 * two IDs are a mistake.
 *
 * @throws ProblemError `invalid-submission`
 */
export function settleAddress(item: ParsedItem, address: ArticleAddress): ParsedItem {
  const { partnerArticleId } = item;
  const isAgreed = "partnerArticleId" in address && address.partnerArticleId === partnerArticleId;
  if (partnerArticleId === undefined || isAgreed || item.action === "retract") return item;
  if (item.isOwnFormat) {
    const detail = "must be the ID in the path, or be left out";
    throw new ProblemError("invalid-submission", `/partnerArticleId ${detail}. Nothing was stored.`, {
      errors: [{ pointer: "/partnerArticleId", detail }],
    });
  }
  const detail = `The document calls the article “${excerpt(partnerArticleId)}”; the ID in the path counts.`;
  const { document } = item;
  return { ...item, document: { ...document, warnings: [...document.warnings, { code: "id-of-path", detail }] } };
}
