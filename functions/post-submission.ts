import { postSubmission } from "../shared/api/operations/post-submission.ts";
import { connectIngest } from "./http/connect-ingest.ts";
import { httpFunction } from "./http/http-function.ts";
import { submit } from "./http/submit.ts";

const { context, keys, quotas } = connectIngest();

export const handler = httpFunction(
  postSubmission,
  (request, { partner, policy, event }) =>
    submit(context, event, { partner, policy, query: request.query, accepted: Object.keys(postSubmission.body) }),
  { keys, quotas },
);
