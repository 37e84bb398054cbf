import { defineOperation } from "../operation.ts";
import { matchHeaders } from "../parameters/match-headers.ts";
import { submissionParams } from "../parameters/submission-params.ts";
import { submissionQuery } from "../parameters/submission-query.ts";
import { submissionBody } from "../submission-body.ts";
import { bodyLimits, oneArticle, submissionResponses } from "../submission-operation.ts";

export const putSubmission = defineOperation({
  id: "put-submission",
  method: "PUT",
  path: "/v1/submissions/{partnerArticleId+}",
  summary: "Submit an article under the partner's own ID",
  description: `Sent again, the same request changes nothing. ${oneArticle} The ID in the path counts, whatever the document calls itself; our own JSON must not name another one. ${bodyLimits}`,
  scope: "submit",
  takesQuota: true,
  params: submissionParams,
  query: submissionQuery,
  headers: matchHeaders,
  body: submissionBody,
  responses: submissionResponses,
});
