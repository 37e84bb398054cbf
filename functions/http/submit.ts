import type { APIGatewayProxyEventV2 } from "aws-lambda";
import type { ResponseOf } from "../../shared/api/operation.ts";
import type { putSubmission } from "../../shared/api/operations.ts";
import type { SubmissionMetadata } from "../../shared/api/submission.ts";
import type { ArticleAddress } from "../../shared/article-address.ts";
import { type IngestContext, ingestArticle } from "../../shared/ingest-article.ts";
import type { Answer } from "./http-function.ts";
import { readSubmission } from "./read-submission.ts";

/** Takes in the submission of a request and answers it, for PUT and POST alike. */
export async function submit(
  context: IngestContext,
  event: APIGatewayProxyEventV2,
  request: {
    readonly partner: string;
    readonly query: SubmissionMetadata & { validateOnly: boolean };
    readonly accepted: readonly string[];
    readonly address?: ArticleAddress;
    readonly ifMatch?: string | undefined;
  },
): Promise<ResponseOf<typeof putSubmission> & Pick<Answer, "log">> {
  const { partner, query, address, ifMatch } = request;
  const { validateOnly } = query;
  const submission = readSubmission(event, request.accepted, query);
  const { result, etag } = await ingestArticle({ ...submission, partner, address, ifMatch, validateOnly }, context);
  const isNew = result.outcome === "created" || result.outcome === "duplicate";
  const { id, outcome, partnerArticleId } = result;
  return {
    status: isNew && !validateOnly ? 201 : 200,
    headers: validateOnly ? {} : { ETag: etag, Location: locate(id, partnerArticleId) },
    json: result,
    log: { outcome, articleId: id, validateOnly: validateOnly ? "true" : undefined },
  };
}

/** Where the partner asks what became of its submission. */
function locate(id: string, partnerArticleId: string | undefined): string {
  return `/v1/submissions/${partnerArticleId === undefined ? `~${id}` : encodeURIComponent(partnerArticleId)}`;
}
