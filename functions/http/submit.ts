import type { APIGatewayProxyEventV2 } from "aws-lambda";
import type { ResponseOf } from "../../shared/api/operation.ts";
import type { putSubmission } from "../../shared/api/operations/put-submission.ts";
import type { SubmissionMetadata } from "../../shared/api/submission.ts";
import type { ArticleAddress } from "../../shared/article-address.ts";
import type { IngestContext } from "../../shared/ingest-article.ts";
import type { PartnerPolicy } from "../../shared/partner-policy.ts";
import { settleAddress } from "../../shared/settle-address.ts";
import { submitItem } from "../../shared/submit-item.ts";
import type { Answer } from "./http-function.ts";
import { readSubmission } from "./read-submission.ts";

/** Takes in the submission of a request and answers it, for PUT and POST alike. */
export async function submit(
  context: IngestContext,
  event: APIGatewayProxyEventV2,
  request: {
    readonly partner: string;
    readonly policy: PartnerPolicy | undefined;
    readonly query: SubmissionMetadata & { validateOnly: boolean };
    readonly accepted: readonly string[];
    readonly address?: ArticleAddress;
    readonly ifMatch?: string | undefined;
  },
): Promise<ResponseOf<typeof putSubmission> & Pick<Answer, "log">> {
  const { partner, policy, query, accepted, address, ifMatch } = request;
  const { validateOnly } = query;
  const read = await readSubmission(event, accepted, query);
  const item = address === undefined ? read : settleAddress(read, address);
  const submitted = await submitItem(item, { partner, rules: policy?.rules, address, ifMatch, validateOnly }, context);
  const dryRun = { validateOnly: validateOnly ? "true" : undefined };
  if (submitted.status === 204) {
    return { status: 204, headers: { ETag: submitted.etag }, log: { outcome: "retracted", ...dryRun } };
  }
  const { status, result, etag } = submitted;
  const { id, outcome, partnerArticleId } = result;
  return {
    status,
    headers: validateOnly ? {} : { ETag: etag, Location: locate(id, partnerArticleId) },
    json: result,
    log: { outcome, articleId: id, ...dryRun },
  };
}

/** Where the partner asks what became of its submission. */
function locate(id: string, partnerArticleId: string | undefined): string {
  return `/v1/submissions/${partnerArticleId === undefined ? `~${id}` : encodeURIComponent(partnerArticleId)}`;
}
