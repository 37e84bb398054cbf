import * as z from "zod";
import { SubmissionMetadata } from "../submission.ts";
import { flag } from "./flag.ts";

export const validateOnly = flag.describe("`true`: give the full answer and store nothing");

/** A document that is not JSON has its metadata in the query; `authors` and `tags` may be repeated. */
export const submissionQuery = z.strictObject({
  validateOnly,
  ...SubmissionMetadata.shape,
});
