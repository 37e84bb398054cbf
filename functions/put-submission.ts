import { putSubmission } from "../shared/api/operations/put-submission.ts";
import { parseAddress } from "../shared/article-address.ts";
import { connectIngest } from "./http/connect-ingest.ts";
import { httpFunction } from "./http/http-function.ts";
import { submit } from "./http/submit.ts";

const { context, keys, quotas } = connectIngest();

export const handler = httpFunction(
  putSubmission,
  (request, { partner, policy, event }) =>
    submit(context, event, {
      partner,
      policy,
      query: request.query,
      accepted: Object.keys(putSubmission.body),
      address: parseAddress(request.params.partnerArticleId),
      ifMatch: request.headers["if-match"],
    }),
  { keys, quotas },
);
