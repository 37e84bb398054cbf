import { refuseFaults } from "../api/refuse-faults.ts";
import { Article } from "../api/submission.ts";
import { makeDocument } from "./make-document.ts";
import type { SubmitItem } from "./parsed-item.ts";
import type { JsonObject } from "./pick-text.ts";

/**
 * Reads a submission in our own JSON, with or without its `partnerArticleId`. Nothing is cut or left
 * out: whoever writes our format can mend it.
 *
 * @throws ProblemError `invalid-submission` with a JSON Pointer to each field at fault
 */
export function readOwnItem(value: JsonObject): SubmitItem {
  const parsed = Article.safeParse(value);
  if (!parsed.success) throw refuseFaults(parsed.error, "The item");
  const { partnerArticleId, html, text, ...metadata } = parsed.data;
  const form = html === undefined ? "text" : "html";
  return {
    action: "submit",
    isOwnFormat: true,
    ...(partnerArticleId !== undefined && { partnerArticleId }),
    metadata,
    document: makeDocument(form, html ?? text ?? ""),
    images: [],
  };
}
