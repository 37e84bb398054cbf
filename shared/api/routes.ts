import type { operationsByName } from "./operations.ts";

/** The type of every operation by its name. */
export type Operations = typeof operationsByName;

/**
 * Method and path of every operation: all that a client has to know of it at run time, so that a browser loads neither
 * schemas nor zod. The compiler compares each line with the operation.
 */
export const routes: {
  readonly [Name in keyof Operations]: `${Operations[Name]["method"]} ${Operations[Name]["path"]}`;
} = {
  putSubmission: "PUT /v1/submissions/{partnerArticleId+}",
  postSubmission: "POST /v1/submissions",
  postBatch: "POST /v1/batches",
  getSubmission: "GET /v1/submissions/{partnerArticleId+}",
  deleteSubmission: "DELETE /v1/submissions/{partnerArticleId+}",
  listArticles: "GET /v1/articles",
  getArticle: "GET /v1/articles/{id}",
  getArticleHtml: "GET /v1/articles/{id}/html",
  getArticleText: "GET /v1/articles/{id}/text",
  getArticleRaw: "GET /v1/articles/{id}/raw",
  listArticleRevisions: "GET /v1/articles/{id}/revisions",
  getArticleRevision: "GET /v1/articles/{id}/revisions/{revisions}",
  getArticleRevisionHtml: "GET /v1/articles/{id}/revisions/{revisions}/html",
  listArticleDuplicates: "GET /v1/articles/{id}/duplicates",
  getCluster: "GET /v1/clusters/{id}",
  listChanges: "GET /v1/changes",
  confirmSubscription: "GET /v1/websub/{subscription}",
  receiveDelivery: "POST /v1/websub/{subscription}",
  postImport: "POST /v1/imports",
  getImport: "GET /v1/imports/{id}",
  getImportFailures: "GET /v1/imports/{id}/failures",
  getDesk: "GET /",
  getOpenapi: "GET /v1/openapi.json",
  getHealth: "GET /healthz",
};
