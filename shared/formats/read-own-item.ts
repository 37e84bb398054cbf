import type * as z from "zod";
import { listFaults } from "../api/list-faults.ts";
import { ProblemError } from "../api/problem.ts";
import { Article } from "../api/submission.ts";
import { makeDocument } from "./make-document.ts";
import type { SubmitItem } from "./parsed-item.ts";
import type { JsonObject } from "./pick-text.ts";

/** As many as are told of one item; a body of 8 MB has room for a million. */
const maxFaults = 20;
const maxNameCharacters = 200;

/**
 * Reads a submission in our own JSON, with or without its `partnerArticleId`. Nothing is cut or left
 * out: whoever writes our format can mend it.
 *
 * @throws ProblemError `invalid-submission` with a JSON Pointer to each field at fault
 */
export function readOwnItem(value: JsonObject): SubmitItem {
  const parsed = Article.safeParse(value);
  if (!parsed.success) throw refuseFaults(parsed.error);
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

function refuseFaults(error: z.ZodError): ProblemError {
  const faults = listFaults(error);
  const errors = faults.slice(0, maxFaults).map(({ path, detail }) => ({ pointer: toPointer(path), detail }));
  const words = errors.map(({ pointer, detail }) => `${pointer || "The item"} ${detail}`).join("; ");
  const more = faults.length > maxFaults ? `; and ${(faults.length - maxFaults).toLocaleString("en")} more` : "";
  return new ProblemError("invalid-submission", `${words}${more}. Nothing was stored.`, { errors });
}

/** JSON Pointer (RFC 6901); a name of absurd length is cut off. */
function toPointer(path: readonly PropertyKey[]): string {
  return path
    .map((step) => {
      const name = String(step);
      const shown = name.length > maxNameCharacters ? `${name.slice(0, maxNameCharacters).toWellFormed()}…` : name;
      return `/${shown.replace(/~/g, "~0").replace(/\//g, "~1")}`;
    })
    .join("");
}
