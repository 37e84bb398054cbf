import * as z from "zod";
import { defineOperation } from "../operation.ts";
import { submissionQuery } from "../parameters/submission-query.ts";
import { submissionBody } from "../submission-body.ts";
import { bodyLimits, oneArticle, submissionResponses } from "../submission-operation.ts";

export const postSubmission = defineOperation({
  id: "post-submission",
  method: "POST",
  path: "/v1/submissions",
  summary: "Submit an article under the ID in the document, or without one",
  description: `The ID in the document identifies it, or else its URL, or else the text: sent again, it changes nothing. ${oneArticle} ${bodyLimits}`,
  scope: "submit",
  takesQuota: true,
  params: z.strictObject({}),
  query: submissionQuery,
  headers: z.object({}),
  body: submissionBody,
  responses: submissionResponses,
});
