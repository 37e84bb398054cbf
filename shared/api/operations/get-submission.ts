import * as z from "zod";
import { defineOperation } from "../operation.ts";
import { cacheHeaders } from "../parameters/cache-headers.ts";
import { submissionParams } from "../parameters/submission-params.ts";
import { etag } from "../response-headers.ts";
import { SubmissionResult } from "../submission-result.ts";

export const getSubmission = defineOperation({
  id: "get-submission",
  method: "GET",
  path: "/v1/submissions/{partnerArticleId+}",
  summary: "Tell what became of a submission",
  scope: "submit",
  params: submissionParams,
  query: z.strictObject({}),
  headers: cacheHeaders,
  responses: {
    200: { description: "What became of it", schema: SubmissionResult, headers: etag },
    304: { description: "Nothing has changed", headers: etag },
  },
});
