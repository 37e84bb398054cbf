import { etag, location } from "./response-headers.ts";
import { submissionLimits } from "./submission.ts";
import { SubmissionResult } from "./submission-result.ts";

/** For the descriptions of the operations that take a submission. */
export const oneArticle =
  "The document may have any of the formats, and has to be one article: our own JSON, ninjs, a JSON Feed or NDJSON of one item, a page, plain text. RSS and Atom go to `POST /v1/batches`.";

/** For the descriptions of the operations that take a submission. */
export const bodyLimits = `A body may have ${submissionLimits.maxBodyBytes / 1024 ** 2} MB as received and ${submissionLimits.maxUnpackedBytes / 1024 ** 2} MB unpacked.`;

/** What the operations answer that take a submission. */
export const submissionResponses = {
  200: {
    description: "Updated, unchanged, or validated only",
    schema: SubmissionResult,
    headers: { ...etag, ...location },
  },
  201: {
    description: "A new article, or a new copy of a known one",
    schema: SubmissionResult,
    headers: { ...etag, ...location },
  },
  204: { description: "Retracted: the document says that the article is canceled", headers: etag },
} as const;
