import type { Operation } from "./operation.ts";
import { confirmSubscription } from "./operations/confirm-subscription.ts";
import { deleteSubmission } from "./operations/delete-submission.ts";
import { getArticle } from "./operations/get-article.ts";
import { getArticleHtml } from "./operations/get-article-html.ts";
import { getArticleRaw } from "./operations/get-article-raw.ts";
import { getArticleRevision } from "./operations/get-article-revision.ts";
import { getArticleRevisionHtml } from "./operations/get-article-revision-html.ts";
import { getArticleText } from "./operations/get-article-text.ts";
import { getCluster } from "./operations/get-cluster.ts";
import { getDesk } from "./operations/get-desk.ts";
import { getHealth } from "./operations/get-health.ts";
import { getImport } from "./operations/get-import.ts";
import { getImportFailures } from "./operations/get-import-failures.ts";
import { getOpenapi } from "./operations/get-openapi.ts";
import { getSubmission } from "./operations/get-submission.ts";
import { listArticleDuplicates } from "./operations/list-article-duplicates.ts";
import { listArticleRevisions } from "./operations/list-article-revisions.ts";
import { listArticles } from "./operations/list-articles.ts";
import { listChanges } from "./operations/list-changes.ts";
import { postBatch } from "./operations/post-batch.ts";
import { postImport } from "./operations/post-import.ts";
import { postSubmission } from "./operations/post-submission.ts";
import { putSubmission } from "./operations/put-submission.ts";
import { receiveDelivery } from "./operations/receive-delivery.ts";

/**
 * Every operation by its name, in the order of the documentation. A function imports its own alone, from `operations/`: schemas
 * are made when they are loaded, and all of them take as long as half the SDK.
 */
export const operationsByName = {
  putSubmission,
  postSubmission,
  postBatch,
  getSubmission,
  deleteSubmission,
  listArticles,
  getArticle,
  getArticleHtml,
  getArticleText,
  getArticleRaw,
  listArticleRevisions,
  getArticleRevision,
  getArticleRevisionHtml,
  listArticleDuplicates,
  getCluster,
  listChanges,
  confirmSubscription,
  receiveDelivery,
  postImport,
  getImport,
  getImportFailures,
  getDesk,
  getOpenapi,
  getHealth,
};

export const operations: readonly Operation[] = Object.values(operationsByName);
