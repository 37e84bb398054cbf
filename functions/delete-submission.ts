import { deleteSubmission } from "../shared/api/operations/delete-submission.ts";
import { parseAddress } from "../shared/article-address.ts";
import { pauseBeforeRound } from "../shared/pause.ts";
import { retractArticle } from "../shared/retract-article.ts";
import { openArticleTable } from "../shared/stores/article-table.ts";
import { connectDynamoDb } from "../shared/stores/aws-clients.ts";
import { openPartnerTable } from "../shared/stores/partner-table.ts";
import { httpFunction } from "./http/http-function.ts";
import { readSetting } from "./http/read-setting.ts";

const dynamoDb = connectDynamoDb();
const articles = openArticleTable(dynamoDb, readSetting("ARTICLES_TABLE"));

export const handler = httpFunction(
  deleteSubmission,
  async ({ params, headers }, { partner }) => {
    const etag = await retractArticle(
      { partner, address: parseAddress(params.partnerArticleId), ifMatch: headers["if-match"] },
      { articles, now: () => new Date(), pause: pauseBeforeRound },
    );
    return { status: 204, headers: { ETag: etag }, log: { outcome: "retracted" } };
  },
  { keys: openPartnerTable(dynamoDb, readSetting("PARTNERS_TABLE")) },
);
