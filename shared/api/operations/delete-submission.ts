import * as z from "zod";
import { defineOperation } from "../operation.ts";
import { matchHeaders } from "../parameters/match-headers.ts";
import { submissionParams } from "../parameters/submission-params.ts";
import { etag } from "../response-headers.ts";

export const deleteSubmission = defineOperation({
  id: "delete-submission",
  method: "DELETE",
  path: "/v1/submissions/{partnerArticleId+}",
  summary: "Retract an article",
  description:
    "A tombstone stays. To publish it again, submit it with `If-Match` and the ETag of the tombstone; without that, a late retry of an earlier submission cannot bring it back.",
  scope: "submit",
  params: submissionParams,
  query: z.strictObject({}),
  headers: matchHeaders,
  responses: { 204: { description: "Retracted", headers: etag } },
});
