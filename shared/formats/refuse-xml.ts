import { ProblemError } from "../api/problem.ts";

/** The problem of a document, or an item of it, that is not the XML that it should be. */
export function refuseXml(detail: string, cause?: unknown): ProblemError {
  return new ProblemError("malformed-xml", `The XML ${detail}. Nothing was stored.`, {
    errors: [{ pointer: "", detail }],
    cause,
  });
}
