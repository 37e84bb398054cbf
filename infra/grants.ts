/** DynamoDB actions on the articles table and its indexes; a transaction needs those of its single writes. */
type ArticlesAction = "GetItem" | "BatchGetItem" | "Query" | "PutItem" | "UpdateItem" | "DeleteItem";

/** What one function may do, and so which settings it gets. What is not named here is denied. */
export interface Grants {
  readonly articles?: readonly ArticlesAction[];
  /** Query on the indexes of the articles table. */
  readonly indexes?: boolean;
  /** The log of changes: nobody may change what stands there. */
  readonly changes?: "read" | "append";
  /** On objects below `raw/`; who may put there may also put below `quarantine/`. */
  readonly raw?: readonly ("PutObject" | "GetObject")[];
  /**
   * `keys`: read single keys, never list them; `settings`: read what ops has set for a single partner; `quota`: count what a
   * partner has used up; `cursor`: read and, once, make the secret of the cursors; `subscriptions`: read single ones, never list
   * them; `confirm`: keep what a hub says of them.
   */
  readonly partners?: readonly ("keys" | "settings" | "quota" | "cursor" | "subscriptions" | "confirm")[];
  /** Documents of the search index, where there is one; who may write may also make the index. */
  readonly search?: "read" | "write";
  /** On the imports table; a transaction needs those of its single writes. */
  readonly imports?: readonly ("GetItem" | "Query" | "PutItem" | "UpdateItem" | "DeleteItem")[];
  /** In the bucket of imports: files come to `uploads/`, and what failed of them goes to `failures/`. */
  readonly importObjects?: readonly ("put uploads" | "get uploads" | "put failures" | "get failures")[];
  /** `send`: ask for the rest of an import; `receive`: be given what was asked for. */
  readonly importQueue?: readonly ("send" | "receive")[];
  /**
   * On the webhooks table. `list subscribers`: with their state, never their secrets; `bus cursor`: how far the event bus has
   * been told; `tell subscribers`: all that a subscriber is told by, with its secrets, but no other subscriber is made.
   */
  readonly webhooks?: readonly ("list subscribers" | "bus cursor" | "tell subscribers")[];
  /** `send`: say that there may be something to do for a subscriber; `receive`: be told so. */
  readonly deliveryQueue?: readonly ("send" | "receive")[];
  readonly eventBus?: readonly "put"[];
}

const ingest: Grants = {
  articles: ["GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", "DeleteItem"],
  raw: ["PutObject"],
  partners: ["keys", "settings", "quota"],
};
const readDocument: Grants = { articles: ["GetItem"], raw: ["GetObject"], partners: ["keys"] };

/** The grants of each function, by the name of its file. */
export const grants: Readonly<Record<string, Grants>> = {
  "put-submission": ingest,
  "post-submission": ingest,
  "post-batch": ingest,
  "get-submission": { articles: ["GetItem"], partners: ["keys", "settings"] },
  "delete-submission": {
    articles: ["BatchGetItem", "Query", "PutItem", "UpdateItem", "DeleteItem"],
    partners: ["keys", "settings"],
  },
  "list-articles": {
    articles: ["GetItem", "BatchGetItem", "Query"],
    indexes: true,
    partners: ["keys", "cursor"],
    search: "read",
  },
  "get-article": { articles: ["GetItem"], partners: ["keys"] },
  "get-article-html": readDocument,
  "get-article-text": readDocument,
  "get-article-raw": readDocument,
  "list-article-revisions": { articles: ["GetItem", "Query"], partners: ["keys", "cursor"] },
  "get-article-revision": readDocument,
  "get-article-revision-html": readDocument,
  "list-article-duplicates": { articles: ["GetItem", "BatchGetItem", "Query"], partners: ["keys", "cursor"] },
  "get-cluster": { articles: ["GetItem", "BatchGetItem", "Query"], partners: ["keys", "cursor"] },
  "list-changes": { changes: "read", partners: ["keys", "cursor"] },
  "log-changes": { changes: "append" },
  "index-articles": { raw: ["GetObject"], search: "write" },
  "announce-changes": {
    changes: "read",
    webhooks: ["list subscribers", "bus cursor"],
    deliveryQueue: ["send"],
    eventBus: ["put"],
  },
  "deliver-webhooks": { changes: "read", webhooks: ["tell subscribers"], deliveryQueue: ["send", "receive"] },
  "confirm-subscription": { partners: ["confirm"] },
  "receive-delivery": { ...ingest, partners: ["settings", "quota", "subscriptions"] },
  "post-import": { partners: ["keys", "settings"], imports: ["PutItem"], importObjects: ["put uploads"] },
  "get-import": { partners: ["keys", "settings"], imports: ["GetItem"] },
  "get-import-failures": {
    partners: ["keys", "settings"],
    imports: ["GetItem", "Query"],
    importObjects: ["get failures"],
  },
  "run-import": {
    articles: ingest.articles ?? [],
    raw: ["PutObject"],
    partners: ["settings"],
    // What is deleted is where a failure lay that is none any more.
    imports: ["GetItem", "PutItem", "UpdateItem", "DeleteItem"],
    importObjects: ["get uploads", "put failures"],
    importQueue: ["send", "receive"],
  },
  "get-desk": {},
  "get-openapi": {},
  "get-health": {},
  "answer-unknown-route": {},
};
