import * as z from "zod";
import {
  ArticleDetail,
  ArticleId,
  ArticleStatus,
  ArticleSummary,
  ClusterId,
  ClusterMember,
  Explanation,
  ListedArticle,
  Revision,
  RevisionDetail,
  RevisionDiff,
  SubmissionResult,
} from "./article.ts";
import { Change } from "./change.ts";
import { getImport, getImportFailures, postImport } from "./import-operations.ts";
import { ItemAnswer, OutcomeCounts } from "./item-answer.ts";
import { defineOperation, type Operation } from "./operation.ts";
import {
  Article,
  batchLimits,
  JsonFeed,
  Ninjs,
  PartnerArticleId,
  SubmissionMetadata,
  submissionLimits,
} from "./submission.ts";

const none = z.strictObject({});
const etag = { ETag: "Version of what is answered; for `If-Match` and `If-None-Match`" };
const location = { Location: "Where to ask what became of the submission" };

/** Query of every list. */
const page = {
  limit: z.coerce.number().int().min(1).max(200).default(20),
  cursor: z.string().min(1).optional(),
};
const nextPage = { Link: '`rel="next"`: the address of the next page' };

const documentText = z.string().meta({ description: "The document itself, in the charset that Content-Type names" });
const lines = z.string().meta({ description: "JSON with an article on each line" });
const xml = z.string().meta({ description: "RSS 2.0 or 1.0, Atom, or a single Atom entry" });
const submissionBody = {
  "application/json": z.union([Article, Ninjs, JsonFeed]),
  "application/feed+json": JsonFeed,
  "application/x-ndjson": lines,
  "application/ndjson": lines,
  "application/jsonl": lines,
  "text/html": documentText,
  "text/plain": documentText,
  "application/rss+xml": xml,
  "application/atom+xml": xml,
  "application/rdf+xml": xml,
  "application/xml": xml,
  "text/xml": xml,
};

const flag = z
  .stringbool({ truthy: ["true"], falsy: ["false"], case: "sensitive" })
  .default(false)
  .meta({ override: { type: "string", enum: ["true", "false"], default: "false" } });
const validateOnly = flag.describe("`true`: give the full answer and store nothing");

/** A document that is not JSON has its metadata in the query; `authors` and `tags` may be repeated. */
const submissionQuery = z.strictObject({
  validateOnly,
  ...SubmissionMetadata.shape,
});

const ifMatch = z.string().optional().describe("Only if the article still has this ETag");
const matchHeaders = z.object({ "if-match": ifMatch });
const cacheHeaders = z.object({ "if-none-match": z.string().optional().describe("ETags that the reader already has") });

const submissionParams = z.strictObject({
  partnerArticleId: PartnerArticleId.describe(
    "The partner's own ID, percent-encoded. `~` and an article ID addresses an article that was submitted without one.",
  ),
});
const articleParams = z.strictObject({ id: ArticleId });

const bodyLimits = `A body may have ${submissionLimits.maxBodyBytes / 1024 ** 2} MB as received and ${submissionLimits.maxUnpackedBytes / 1024 ** 2} MB unpacked.`;

const submissionResponses = {
  200: {
    description: "Updated, unchanged, or validated only",
    schema: SubmissionResult,
    headers: { ...etag, ...location },
  },
  201: {
    description: "A new article, or a new copy of a known one",
    schema: SubmissionResult,
    headers: { ...etag, ...location },
  },
  204: { description: "Retracted: the document says that the article is canceled", headers: etag },
} as const;

const oneArticle =
  "The document may have any of the formats, and has to be one article: our own JSON, ninjs, a JSON Feed or NDJSON of one item, a page, plain text. RSS and Atom go to `POST /v1/batches`.";

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

export const postSubmission = defineOperation({
  id: "post-submission",
  method: "POST",
  path: "/v1/submissions",
  summary: "Submit an article under the ID in the document, or without one",
  description: `The ID in the document identifies it, or else its URL, or else the text: sent again, it changes nothing. ${oneArticle} ${bodyLimits}`,
  scope: "submit",
  takesQuota: true,
  params: none,
  query: submissionQuery,
  headers: z.object({}),
  body: submissionBody,
  responses: submissionResponses,
});

export const postBatch = defineOperation({
  id: "post-batch",
  method: "POST",
  path: "/v1/batches",
  summary: "Submit many articles: a feed, a list, lines of JSON",
  description: `Takes in the items of a document, of any format, in their order. The answer is 200 with one answer per item, which has the status and body that the item would have had alone; one bad item never harms another. What there was no time for is \`deferred\`: send those items again. A batch may have ${batchLimits.maxItems} items, ${batchLimits.maxBodyBytes / 1024 ** 2} MB as received (${submissionLimits.maxBodyBytes / 1024 ** 2} MB where the gateway hands it on as base64: gzip, NDJSON and text that is not UTF-8) and ${batchLimits.maxUnpackedBytes / 1024 ** 2} MB unpacked.`,
  scope: "submit",
  takesQuota: true,
  params: none,
  query: z.strictObject({ validateOnly }),
  headers: z.object({}),
  body: {
    ...submissionBody,
    "application/json": z.union([Article, Ninjs, JsonFeed, z.array(z.union([Article, Ninjs]))]),
  },
  responses: {
    200: {
      description: "What became of each item, in order",
      schema: z.object({ items: z.array(ItemAnswer), counts: OutcomeCounts }).meta({ id: "BatchAnswer" }),
    },
  },
});

export const getSubmission = defineOperation({
  id: "get-submission",
  method: "GET",
  path: "/v1/submissions/{partnerArticleId+}",
  summary: "Tell what became of a submission",
  scope: "submit",
  params: submissionParams,
  query: none,
  headers: cacheHeaders,
  responses: {
    200: { description: "What became of it", schema: SubmissionResult, headers: etag },
    304: { description: "Nothing has changed", headers: etag },
  },
});

export const deleteSubmission = defineOperation({
  id: "delete-submission",
  method: "DELETE",
  path: "/v1/submissions/{partnerArticleId+}",
  summary: "Retract an article",
  description:
    "A tombstone stays. To publish it again, submit it with `If-Match` and the ETag of the tombstone; without that, a late retry of an earlier submission cannot bring it back.",
  scope: "submit",
  params: submissionParams,
  query: none,
  headers: matchHeaders,
  responses: { 204: { description: "Retracted", headers: etag } },
});

const instantParameter = z
  .union([z.iso.datetime({ offset: true }), z.iso.date()])
  .refine((value) => !Number.isNaN(Date.parse(value)), "must be a date that exists")
  .overwrite((value) => (Number.isNaN(Date.parse(value)) ? value : new Date(value).toISOString()));

/** A filter that may be repeated: it is met by any of its values. */
const anyOf = <T extends z.ZodType>(value: T) => z.array(value).min(1).max(10).optional();
const word = z.string().min(1);
const summaryFields = Object.keys(ArticleSummary.shape);

export const listArticles = defineOperation({
  id: "list-articles",
  method: "GET",
  path: "/v1/articles",
  summary: "List articles, newest first",
  description:
    "Filters combine; one that is repeated (`tag=a&tag=b`) is met by any of its values, up to ten. A page may be shorter than `limit`, even empty, while `nextCursor` is there: go on with it until it is absent. With `q` the best come first; a search finds what was taken in some seconds ago.",
  scope: "read",
  params: none,
  query: z.strictObject({
    q: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .describe(
        'Full text, in title and text: words that are all to be found, `"words in quotes"` that stand side by side, `begin*` for words that begin so. Case, accents and umlauts do not matter (`Müller` finds `Mueller`).',
      ),
    partner: anyOf(word),
    source: anyOf(word),
    language: anyOf(z.string().min(2).max(35)).describe("`de` also finds `de-AT`"),
    tag: anyOf(word),
    author: anyOf(word),
    publishedFrom: instantParameter.optional().describe("At or after; a time with its zone, or a day in UTC"),
    publishedTo: instantParameter.optional().describe("Before"),
    status: z.array(ArticleStatus).min(1).max(2).default(["live"]),
    cluster: word.optional(),
    duplicates: z
      .enum(["exclude", "include", "only"])
      .optional()
      .describe("`exclude` where it is absent, but `include` with `cluster`"),
    sort: z
      .enum(["publishedAt", "-publishedAt", "ingestedAt", "-ingestedAt"])
      .optional()
      .describe(
        "Ascending, or with a minus descending; `-publishedAt` where it is absent, but as they joined with `cluster`. What was published in the future counts as published when it arrived.",
      ),
    fields: z
      .string()
      .transform((list) => list.split(","))
      .refine(
        (list) => list.every((name) => summaryFields.includes(name)),
        `must be some of ${summaryFields.join(",")}`,
      )
      .optional()
      .describe("What to give of each article beside its ID, with commas between; everything where it is absent")
      .meta({ override: { type: "string", examples: ["title,source,publishedAt"] } }),
    explain: flag.describe("`true`: tell how the page was read, and what that cost"),
    ...page,
  }),
  headers: z.object({}),
  responses: {
    200: {
      description: "A page",
      schema: z
        .object({ items: z.array(ListedArticle), nextCursor: z.string().optional(), explain: Explanation.optional() })
        .meta({ id: "ArticleList" }),
      headers: nextPage,
    },
  },
});

export const getArticle = defineOperation({
  id: "get-article",
  method: "GET",
  path: "/v1/articles/{id}",
  summary: "Get an article's metadata",
  scope: "read",
  params: articleParams,
  query: none,
  headers: cacheHeaders,
  responses: {
    200: { description: "The article", schema: ArticleDetail, headers: etag },
    304: { description: "Nothing has changed", headers: etag },
  },
});

export const getArticleHtml = defineOperation({
  id: "get-article-html",
  method: "GET",
  path: "/v1/articles/{id}/html",
  summary: "Get an article's sanitized HTML",
  description: "Derived from the raw HTML on every read, so that a better policy protects the whole archive at once.",
  scope: "read",
  params: articleParams,
  query: none,
  headers: cacheHeaders,
  responses: {
    200: { description: "A fragment of sanitized HTML", mediaTypes: ["text/html"], headers: etag },
    304: { description: "Nothing has changed", headers: etag },
  },
});

export const getArticleText = defineOperation({
  id: "get-article-text",
  method: "GET",
  path: "/v1/articles/{id}/text",
  summary: "Get an article's text",
  scope: "read",
  params: articleParams,
  query: none,
  headers: cacheHeaders,
  responses: {
    200: { description: "Plain text, a line for each block", mediaTypes: ["text/plain"], headers: etag },
    304: { description: "Nothing has changed", headers: etag },
  },
});

export const getArticleRaw = defineOperation({
  id: "get-article-raw",
  method: "GET",
  path: "/v1/articles/{id}/raw",
  summary: "Get what the partner sent, byte for byte",
  description: "Hostile as it came: it is answered as an attachment, in a sandbox. `Content-Digest` is after RFC 9530.",
  scope: "read",
  params: articleParams,
  query: none,
  headers: cacheHeaders,
  responses: {
    200: {
      description: "The raw HTML or text",
      mediaTypes: ["text/html", "text/plain"],
      headers: { ...etag, "Content-Digest": "SHA-256 of the answer's content" },
    },
    304: { description: "Nothing has changed", headers: etag },
  },
});

export const listArticleRevisions = defineOperation({
  id: "list-article-revisions",
  method: "GET",
  path: "/v1/articles/{id}/revisions",
  summary: "List an article's revisions, newest first",
  scope: "read",
  params: articleParams,
  query: z.strictObject(page),
  headers: z.object({}),
  responses: {
    200: {
      description: "A page",
      schema: z.object({ items: z.array(Revision), nextCursor: z.string().optional() }).meta({ id: "RevisionList" }),
      headers: nextPage,
    },
  },
});

/** `3` is a revision, `1..3` is what has changed from the first to the third. */
const revisionParams = z.strictObject({
  id: ArticleId,
  revisions: z
    .string()
    .regex(/^[1-9]\d{0,5}(?:\.\.[1-9]\d{0,5})?$/, "must be a revision (3) or two of them (1..3)")
    .transform((revisions) => revisions.split("..").map(Number)),
});

export const getArticleRevision = defineOperation({
  id: "get-article-revision",
  method: "GET",
  path: "/v1/articles/{id}/revisions/{revisions}",
  summary: "Get a revision's text, or what has changed from one to another",
  description: "`3` gives the third revision, `1..3` compares the first with it, line by line and word by word.",
  scope: "read",
  params: revisionParams,
  query: none,
  headers: cacheHeaders,
  responses: {
    200: {
      description: "The revision, or the difference",
      schema: z.union([RevisionDiff, RevisionDetail]),
      headers: etag,
    },
    304: { description: "Nothing has changed", headers: etag },
  },
});

export const getArticleRevisionHtml = defineOperation({
  id: "get-article-revision-html",
  method: "GET",
  path: "/v1/articles/{id}/revisions/{revisions}/html",
  summary: "Get a revision's sanitized HTML, or a page that shows what has changed",
  scope: "read",
  params: revisionParams,
  query: none,
  headers: cacheHeaders,
  responses: {
    200: { description: "Sanitized HTML, or a page to read", mediaTypes: ["text/html"], headers: etag },
    304: { description: "Nothing has changed", headers: etag },
  },
});

export const listArticleDuplicates = defineOperation({
  id: "list-article-duplicates",
  method: "GET",
  path: "/v1/articles/{id}/duplicates",
  summary: "List the other articles of the same story",
  description: "The original first, where it is another one; then its duplicates in the order in which they came.",
  scope: "read",
  params: articleParams,
  query: z.strictObject(page),
  headers: z.object({}),
  responses: {
    200: {
      description: "A page",
      schema: z
        .object({ items: z.array(ClusterMember), nextCursor: z.string().optional() })
        .meta({ id: "DuplicateList" }),
      headers: nextPage,
    },
  },
});

export const getCluster = defineOperation({
  id: "get-cluster",
  method: "GET",
  path: "/v1/clusters/{id}",
  summary: "Get a story: its original, its duplicates, and what is related",
  description: "The ID of a cluster that went over to another one answers with that one.",
  scope: "read",
  params: z.strictObject({ id: ClusterId }),
  query: z.strictObject(page),
  headers: z.object({}),
  responses: {
    200: {
      description: "A page of its members, the original first",
      schema: z
        .object({
          id: z.string().describe("Of the cluster that answers"),
          originalId: z.string().optional().describe("Absent where all of its articles were retracted or have left"),
          duplicates: z.int().min(0),
          sources: z
            .array(z.object({ source: z.string(), articles: z.int().min(1) }))
            .describe("How many of its articles each source has, of the first 500; on the first page"),
          items: z.array(ClusterMember),
          related: z.array(ArticleSummary).describe("The same story in other words, the latest 20; on the first page"),
          nextCursor: z.string().optional(),
        })
        .meta({ id: "Cluster" }),
      headers: nextPage,
    },
  },
});

export const listChanges = defineOperation({
  id: "list-changes",
  method: "GET",
  path: "/v1/changes",
  summary: "List what has changed, oldest first",
  description:
    "Every creation, update, retraction and change of role, in one order that never changes. Go on with `nextCursor`, which is always there: an empty page means that nothing has happened since. A change can come twice, never not at all; it appears a second or two after it was accepted.",
  scope: "read",
  params: none,
  query: z.strictObject({
    start: z
      .enum(["beginning", "now"])
      .default("beginning")
      .describe("Where to begin without a cursor; `now` gives an empty page and the cursor to go on with"),
    ...page,
  }),
  headers: z.object({}),
  responses: {
    200: {
      description: "A page",
      schema: z.object({ items: z.array(Change), nextCursor: z.string() }).meta({ id: "ChangeList" }),
      headers: nextPage,
    },
  },
});

const subscriptionParams = z.strictObject({
  subscription: z.string().regex(/^[0-9a-f]{32}$/, "must be the ID of a subscription"),
});

/** Hubs may say more than is understood here. */
const hubQuery = z.looseObject({
  "hub.mode": z.enum(["subscribe", "unsubscribe", "denied"]),
  "hub.topic": z.string().max(2048),
  "hub.challenge": z
    .string()
    .regex(/^[\x21-\x7e]{1,1000}$/, "must be 1 to 1,000 printable characters")
    .optional(),
  "hub.lease_seconds": z.coerce.number().int().min(1).max(315_360_000).optional(),
  "hub.reason": z
    .string()
    .overwrite((reason) => reason.slice(0, 500).toWellFormed())
    .default(""),
});

export const confirmSubscription = defineOperation({
  id: "confirm-subscription",
  method: "GET",
  path: "/v1/websub/{subscription}",
  summary: "For WebSub hubs: verify that a subscription is meant",
  description: "The address is the credential: only the hub knows it. What nobody has asked for is a 404.",
  params: subscriptionParams,
  query: hubQuery,
  headers: z.object({}),
  responses: {
    200: { description: "It is: the challenge", mediaTypes: ["text/plain"] },
    204: { description: "That the hub denies the subscription is noted" },
  },
});

export const receiveDelivery = defineOperation({
  id: "receive-delivery",
  method: "POST",
  path: "/v1/websub/{subscription}",
  summary: "For WebSub hubs: deliver a feed document",
  description: `Signed by \`X-Hub-Signature\` with sha256, sha384 or sha512; what is not signed so is acknowledged and dropped. The limits are those of a batch. 429 and 503 ask for the delivery to be repeated.`,
  params: subscriptionParams,
  query: z.looseObject({}),
  headers: z.object({}),
  body: postBatch.body,
  responses: { 202: { description: "Received" } },
});

export const getDesk = defineOperation({
  id: "get-desk",
  method: "GET",
  path: "/",
  summary: "Get the desk: a page to read what came in",
  description:
    "It asks for a key with the scope `read`. Its query says what it shows, and is read in the browser alone.",
  params: none,
  query: z.looseObject({}),
  headers: cacheHeaders,
  responses: {
    200: { description: "The page", mediaTypes: ["text/html"], headers: etag },
    304: { description: "Nothing has changed", headers: etag },
  },
});

export const getOpenapi = defineOperation({
  id: "get-openapi",
  method: "GET",
  path: "/v1/openapi.json",
  summary: "Get this description",
  params: none,
  query: none,
  headers: z.object({}),
  responses: { 200: { description: "An OpenAPI 3.1 document", schema: z.looseObject({ openapi: z.string() }) } },
});

export const getHealth = defineOperation({
  id: "get-health",
  method: "GET",
  path: "/healthz",
  summary: "Tell whether the service answers",
  params: none,
  query: none,
  headers: z.object({}),
  responses: { 200: { description: "It does", schema: z.object({ status: z.literal("ok") }) } },
});

/** Every operation, in the order of the documentation. */
export const operations: readonly Operation[] = [
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
];
