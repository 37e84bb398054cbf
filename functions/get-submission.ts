import { getSubmission } from "../shared/api/operations/get-submission.ts";
import { ProblemError } from "../shared/api/problem.ts";
import { parseAddress, resolveAddress } from "../shared/article-address.ts";
import { describeResult } from "../shared/ingest-article.ts";
import { makeEtag } from "../shared/precondition.ts";
import { openArticleTable } from "../shared/stores/article-table.ts";
import { connectDynamoDb } from "../shared/stores/aws-clients.ts";
import { openPartnerTable } from "../shared/stores/partner-table.ts";
import { httpFunction } from "./http/http-function.ts";
import { readSetting } from "./http/read-setting.ts";

const dynamoDb = connectDynamoDb();
const articles = openArticleTable(dynamoDb, readSetting("ARTICLES_TABLE"));

export const handler = httpFunction(
  getSubmission,
  async ({ params }, { partner }) => {
    const id = resolveAddress(partner, parseAddress(params.partnerArticleId));
    const article = await articles.getArticle(id);
    // Somebody else's article and none at all are the same answer.
    if (article?.partner !== partner) throw new ProblemError("not-found", "You have no article with this ID.");
    const headers = { ETag: makeEtag(article) };
    if (article.status === "retracted") {
      throw new ProblemError("retracted", `You retracted this article at ${article.modifiedAt}.`, { headers });
    }
    return { status: 200, headers, json: describeResult(article), log: { articleId: id } };
  },
  { keys: openPartnerTable(dynamoDb, readSetting("PARTNERS_TABLE")) },
);
