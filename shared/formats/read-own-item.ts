import type * as z from "zod";
import { ProblemError, type ProblemPointer } from "../api/problem.ts";
import { PartnerArticleId, Submission } from "../api/submission.ts";
import { makeDocument } from "./make-document.ts";
import type { SubmitItem } from "./parsed-item.ts";
import type { JsonObject } from "./pick-text.ts";

/** As many as are told of one item; a body of 8 MB has room for a million. */
const maxFaults = 20;
const maxNameCharacters = 200;

/**
 * Reads a submission in our own JSON, to which an item of a batch may add its `partnerArticleId`. Nothing is cut or left
 * out: whoever writes our format can mend it.
 *
 * @throws ProblemError `invalid-submission` with a JSON Pointer to each field at fault
 */
export function readOwnItem(value: JsonObject): SubmitItem {
  const { partnerArticleId, ...rest } = value;
  const id = partnerArticleId === undefined ? undefined : PartnerArticleId.safeParse(partnerArticleId);
  const submission = Submission.safeParse(rest);
  if (id?.success !== false && submission.success) {
    const { html, text, ...metadata } = submission.data;
    const form = html === undefined ? "text" : "html";
    return {
      action: "submit",
      ...(id !== undefined && { partnerArticleId: id.data }),
      metadata,
      document: makeDocument(form, html ?? text ?? ""),
      images: [],
    };
  }
  throw refuseFaults([
    ...(id?.success === false ? listFaults(id.error, "/partnerArticleId") : []),
    ...(submission.success ? [] : listFaults(submission.error, "")),
  ]);
}

function refuseFaults(faults: readonly ProblemPointer[]): ProblemError {
  const errors = faults.slice(0, maxFaults);
  const words = errors.map(({ pointer, detail }) => `${pointer || "The item"} ${detail}`).join("; ");
  const more = faults.length > maxFaults ? `; and ${(faults.length - maxFaults).toLocaleString("en")} more` : "";
  return new ProblemError("invalid-submission", `${words}${more}. Nothing was stored.`, { errors });
}

/** zod tells of all unknown keys in one issue; each is a fault of its own here. */
function listFaults(error: z.ZodError, base: string): ProblemPointer[] {
  return error.issues.flatMap((issue) =>
    issue.code === "unrecognized_keys"
      ? issue.keys.map((key) => ({ pointer: base + toPointer([...issue.path, key]), detail: "is not known here" }))
      : [
          {
            pointer: base + toPointer(issue.path),
            detail: issue.message.charAt(0).toLowerCase() + issue.message.slice(1),
          },
        ],
  );
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
