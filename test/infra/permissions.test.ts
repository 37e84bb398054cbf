import { describe, expect, test } from "vitest";
import { partnerKeys, type timelineIndexes, webhookKeys } from "../../shared/stores/table-keys.ts";
import { type Access, findManagedPolicies, findStatements, isAllowed } from "../support/evaluate-policy.ts";
import {
  findByOutput,
  findFunction,
  findFunctions,
  findResources,
  synthesizeTemplate,
} from "../support/synthesize-template.ts";

const template = synthesizeTemplate("prod", { search: "on" });
const functions = findFunctions(template);
const [articlesId] = findByOutput(template, "ArticlesTable");
const [changesId] = findByOutput(template, "ChangesTable");
const [partnersId] = findByOutput(template, "PartnersTable");
const [bucketId] = findByOutput(template, "RawBucket");
const [importsId] = findByOutput(template, "ImportsTable");
const [filesId] = findByOutput(template, "ImportsBucket");
const [queueId] = findByOutput(template, "ImportQueue");
const [deadLettersId] = findByOutput(template, "ImportDeadLetters");
const [searchDeadLettersId] = findByOutput(template, "SearchDeadLetters");
const [collectionId = ""] = findResources(template, "AWS::OpenSearchServerless::Collection")[0] ?? [];
const [busId] = findByOutput(template, "EventBus");
const [webhooksId] = findByOutput(template, "WebhooksTable");
const [deliveriesId] = findByOutput(template, "DeliveryQueue");
const [deliveryDeadLettersId] = findByOutput(template, "DeliveryDeadLetters");

const articles = `<${articlesId}.Arn>`;
const changes = `<${changesId}.Arn>`;
const partners = `<${partnersId}.Arn>`;
const bucket = `<${bucketId}.Arn>`;
const imports = `<${importsId}.Arn>`;
const files = `<${filesId}.Arn>`;
const queue = `<${queueId}.Arn>`;
const bus = `<${busId}.Arn>`;
const webhooks = `<${webhooksId}.Arn>`;
const deliveries = `<${deliveriesId}.Arn>`;
const subscribers = [webhookKeys.subscriber("").pk];
const subscriberSecrets = [webhookKeys.secrets("abc").pk];
const parked = [webhookKeys.parked("abc", "").pk];
const busCursor = [webhookKeys.busCursor().pk];
const index = (name: keyof typeof timelineIndexes) => `${articles}/index/${name}`;
const article = ["article#0123456789abcdef0123456789abcdef"];
const key = [partnerKeys.key("0123456789abcdef").pk];
const secret = [partnerKeys.cursorSecret().pk];
const settings = [partnerKeys.settings("wire").pk];
const quota = [partnerKeys.quota("wire", "2026-11-23").pk];
const subscription = [partnerKeys.subscription("").pk];
const names = [partnerKeys.partner("").pk];

/** What a function might try; the words are the rows of the table below. */
const attempts = {
  "get article": { action: "dynamodb:GetItem", resource: articles, leadingKeys: article },
  "get articles": { action: "dynamodb:BatchGetItem", resource: articles, leadingKeys: article },
  "query articles": { action: "dynamodb:Query", resource: articles, leadingKeys: article },
  "query by day": { action: "dynamodb:Query", resource: index("byDay"), leadingKeys: ["o#2026-11-23#0"] },
  "query by arrival": { action: "dynamodb:Query", resource: index("byArrival"), leadingKeys: ["o#2026-11-23#0"] },
  "query by source": { action: "dynamodb:Query", resource: index("bySource"), leadingKeys: ["o#news.example"] },
  "query by partner": { action: "dynamodb:Query", resource: index("byPartner"), leadingKeys: ["o#wire"] },
  "put article": { action: "dynamodb:PutItem", resource: articles, leadingKeys: article },
  "update article": { action: "dynamodb:UpdateItem", resource: articles, leadingKeys: article },
  "delete article": { action: "dynamodb:DeleteItem", resource: articles, leadingKeys: article },
  "batch-write articles": { action: "dynamodb:BatchWriteItem", resource: articles, leadingKeys: article },
  "scan articles": { action: "dynamodb:Scan", resource: articles },
  "scan by day": { action: "dynamodb:Scan", resource: index("byDay") },
  "scan by source": { action: "dynamodb:Scan", resource: index("bySource") },
  "scan by partner": { action: "dynamodb:Scan", resource: index("byPartner") },
  "run PartiQL on articles": { action: "dynamodb:PartiQLSelect", resource: articles, leadingKeys: article },
  "read the stream of the articles table": { action: "dynamodb:GetRecords", resource: `<${articlesId}.StreamArn>` },
  "delete the articles table": { action: "dynamodb:DeleteTable", resource: articles },
  "change the articles table": { action: "dynamodb:UpdateTable", resource: articles },
  "export the articles table": { action: "dynamodb:ExportTableToPointInTime", resource: articles },

  "get a change": { action: "dynamodb:GetItem", resource: changes, leadingKeys: ["head"] },
  "query changes": { action: "dynamodb:Query", resource: changes, leadingKeys: ["entries#0"] },
  "put a change": { action: "dynamodb:PutItem", resource: changes, leadingKeys: ["entries#0"] },
  "update a change": { action: "dynamodb:UpdateItem", resource: changes, leadingKeys: ["entries#0"] },
  "delete a change": { action: "dynamodb:DeleteItem", resource: changes, leadingKeys: ["entries#0"] },
  "scan changes": { action: "dynamodb:Scan", resource: changes },

  "read the stream of the changes table": { action: "dynamodb:GetRecords", resource: `<${changesId}.StreamArn>` },

  "get subscriber": { action: "dynamodb:GetItem", resource: webhooks, leadingKeys: subscribers },
  "list subscribers": { action: "dynamodb:Query", resource: webhooks, leadingKeys: subscribers },
  "update subscriber": { action: "dynamodb:UpdateItem", resource: webhooks, leadingKeys: subscribers },
  "put subscriber": { action: "dynamodb:PutItem", resource: webhooks, leadingKeys: subscribers },
  "delete subscriber": { action: "dynamodb:DeleteItem", resource: webhooks, leadingKeys: subscribers },
  "get secrets of a subscriber": { action: "dynamodb:GetItem", resource: webhooks, leadingKeys: subscriberSecrets },
  "query secrets of a subscriber": { action: "dynamodb:Query", resource: webhooks, leadingKeys: subscriberSecrets },
  "put secrets of a subscriber": { action: "dynamodb:PutItem", resource: webhooks, leadingKeys: subscriberSecrets },
  "update secrets of a subscriber": {
    action: "dynamodb:UpdateItem",
    resource: webhooks,
    leadingKeys: subscriberSecrets,
  },
  "list parked events": { action: "dynamodb:Query", resource: webhooks, leadingKeys: parked },
  "put parked event": { action: "dynamodb:PutItem", resource: webhooks, leadingKeys: parked },
  "delete parked event": { action: "dynamodb:DeleteItem", resource: webhooks, leadingKeys: parked },
  "get position of the bus": { action: "dynamodb:GetItem", resource: webhooks, leadingKeys: busCursor },
  "put position of the bus": { action: "dynamodb:PutItem", resource: webhooks, leadingKeys: busCursor },
  "scan the table of webhooks": { action: "dynamodb:Scan", resource: webhooks },
  "delete the table of webhooks": { action: "dynamodb:DeleteTable", resource: webhooks },
  "wake a delivery": { action: "sqs:SendMessage", resource: deliveries },
  "be given a delivery": { action: "sqs:ReceiveMessage", resource: deliveries },
  "purge the queue of deliveries": { action: "sqs:PurgeQueue", resource: deliveries },
  "take a dead delivery": { action: "sqs:ReceiveMessage", resource: `<${deliveryDeadLettersId}.Arn>` },
  "tell the bus": { action: "events:PutEvents", resource: bus },
  "tell another bus": { action: "events:PutEvents", resource: "<Other.Arn>" },
  "make a rule": { action: "events:PutRule", resource: bus },
  "delete the bus": { action: "events:DeleteEventBus", resource: bus },

  "get key": { action: "dynamodb:GetItem", resource: partners, leadingKeys: key },
  "get keys": { action: "dynamodb:BatchGetItem", resource: partners, leadingKeys: key },
  "query key": { action: "dynamodb:Query", resource: partners, leadingKeys: key },
  "put key": { action: "dynamodb:PutItem", resource: partners, leadingKeys: key },
  "update key": { action: "dynamodb:UpdateItem", resource: partners, leadingKeys: key },
  "delete key": { action: "dynamodb:DeleteItem", resource: partners, leadingKeys: key },
  "get partner": { action: "dynamodb:GetItem", resource: partners, leadingKeys: names },
  "get key and partner": { action: "dynamodb:GetItem", resource: partners, leadingKeys: [...key, ...names] },
  "list partners": { action: "dynamodb:Query", resource: partners, leadingKeys: names },
  "put partner": { action: "dynamodb:PutItem", resource: partners, leadingKeys: names },
  "scan partners": { action: "dynamodb:Scan", resource: partners },
  "get settings": { action: "dynamodb:GetItem", resource: partners, leadingKeys: settings },
  "put settings": { action: "dynamodb:PutItem", resource: partners, leadingKeys: settings },
  "update settings": { action: "dynamodb:UpdateItem", resource: partners, leadingKeys: settings },
  "count quota": { action: "dynamodb:UpdateItem", resource: partners, leadingKeys: quota },
  "put quota": { action: "dynamodb:PutItem", resource: partners, leadingKeys: quota },
  "delete quota": { action: "dynamodb:DeleteItem", resource: partners, leadingKeys: quota },
  "get subscription": { action: "dynamodb:GetItem", resource: partners, leadingKeys: subscription },
  "list subscriptions": { action: "dynamodb:Query", resource: partners, leadingKeys: subscription },
  "put subscription": { action: "dynamodb:PutItem", resource: partners, leadingKeys: subscription },
  "update subscription": { action: "dynamodb:UpdateItem", resource: partners, leadingKeys: subscription },
  "delete subscription": { action: "dynamodb:DeleteItem", resource: partners, leadingKeys: subscription },
  "get cursor secret": { action: "dynamodb:GetItem", resource: partners, leadingKeys: secret },
  "put cursor secret": { action: "dynamodb:PutItem", resource: partners, leadingKeys: secret },
  "delete cursor secret": { action: "dynamodb:DeleteItem", resource: partners, leadingKeys: secret },
  "get another secret": { action: "dynamodb:GetItem", resource: partners, leadingKeys: ["secret#other"] },
  "delete the partners table": { action: "dynamodb:DeleteTable", resource: partners },

  "put raw": { action: "s3:PutObject", resource: `${bucket}/raw/wire/abc` },
  "get raw": { action: "s3:GetObject", resource: `${bucket}/raw/wire/abc` },
  "get an old raw": { action: "s3:GetObjectVersion", resource: `${bucket}/raw/wire/abc` },
  "delete raw": { action: "s3:DeleteObject", resource: `${bucket}/raw/wire/abc` },
  "delete an old raw": { action: "s3:DeleteObjectVersion", resource: `${bucket}/raw/wire/abc` },
  "make raw public": { action: "s3:PutObjectAcl", resource: `${bucket}/raw/wire/abc` },
  "put into quarantine": { action: "s3:PutObject", resource: `${bucket}/quarantine/wire/abc` },
  "get from quarantine": { action: "s3:GetObject", resource: `${bucket}/quarantine/wire/abc` },
  "put beside raw": { action: "s3:PutObject", resource: `${bucket}/imports/abc` },
  "get beside raw": { action: "s3:GetObject", resource: `${bucket}/imports/abc` },
  "list the bucket": { action: "s3:ListBucket", resource: bucket },
  "change the bucket": { action: "s3:PutBucketPolicy", resource: bucket },

  "get import": { action: "dynamodb:GetItem", resource: imports, leadingKeys: ["import#abc"] },
  "query import": { action: "dynamodb:Query", resource: imports, leadingKeys: ["import#abc"] },
  "put import": { action: "dynamodb:PutItem", resource: imports, leadingKeys: ["import#abc"] },
  "update import": { action: "dynamodb:UpdateItem", resource: imports, leadingKeys: ["import#abc"] },
  "delete import": { action: "dynamodb:DeleteItem", resource: imports, leadingKeys: ["import#abc"] },
  "query open imports": { action: "dynamodb:Query", resource: `${imports}/index/byOpen`, leadingKeys: ["open"] },
  "scan imports of the table": { action: "dynamodb:Scan", resource: imports },
  "put upload": { action: "s3:PutObject", resource: `${files}/uploads/abc` },
  "get upload": { action: "s3:GetObject", resource: `${files}/uploads/abc` },
  "delete upload": { action: "s3:DeleteObject", resource: `${files}/uploads/abc` },
  "put failures": { action: "s3:PutObject", resource: `${files}/failures/abc/1` },
  "get failures": { action: "s3:GetObject", resource: `${files}/failures/abc/1` },
  "put beside uploads": { action: "s3:PutObject", resource: `${files}/abc` },
  "list the bucket of imports": { action: "s3:ListBucket", resource: files },
  "ask for an import": { action: "sqs:SendMessage", resource: queue },
  "be given an import": { action: "sqs:ReceiveMessage", resource: queue },
  "purge the queue": { action: "sqs:PurgeQueue", resource: queue },
  "take a dead letter": { action: "sqs:ReceiveMessage", resource: `<${deadLettersId}.Arn>` },

  "reach the search collection": { action: "aoss:APIAccessAll", resource: `<${collectionId}.Arn>` },
  "reach another search collection": { action: "aoss:APIAccessAll", resource: "<Other.Arn>" },
  "delete the search collection": { action: "aoss:DeleteCollection", resource: `<${collectionId}.Arn>` },
  "change who reaches the search collection": { action: "aoss:UpdateAccessPolicy", resource: `<${collectionId}.Arn>` },
  "tell of what could not be indexed": { action: "sqs:SendMessage", resource: `<${searchDeadLettersId}.Arn>` },

  "put into another bucket": { action: "s3:PutObject", resource: "arn:aws:s3:::other/raw/wire/abc" },
  "get from another table": { action: "dynamodb:GetItem", resource: "<Other.Arn>", leadingKeys: key },
  "call a function": { action: "lambda:InvokeFunction", resource: "<Other.Arn>" },
  "take a role": { action: "sts:AssumeRole", resource: "<Other.Arn>" },
} as const satisfies Record<string, Access>;
type Attempt = keyof typeof attempts;

const ingest: Attempt[] = [
  "get article",
  "get articles",
  "query articles",
  "put article",
  "update article",
  "delete article",
  "get key",
  "get settings",
  "count quota",
  "put raw",
  "put into quarantine",
];
const readDocument: Attempt[] = ["get article", "get key", "get raw"];

/** All that each function may do. Whatever else there is above is refused to it. */
const granted: Record<string, Attempt[]> = {
  "put-submission": ingest,
  "post-submission": ingest,
  "post-batch": ingest,
  "get-submission": ["get article", "get key", "get settings"],
  "delete-submission": ingest.filter(
    (attempt) => !["get article", "count quota", "put raw", "put into quarantine"].includes(attempt),
  ),
  "list-articles": [
    "get article",
    "get articles",
    "query articles",
    "query by day",
    "query by arrival",
    "query by source",
    "query by partner",
    "get key",
    "get cursor secret",
    "put cursor secret",
    "reach the search collection",
  ],
  "get-article": ["get article", "get key"],
  "get-article-html": readDocument,
  "get-article-text": readDocument,
  "get-article-raw": readDocument,
  "list-article-revisions": ["get article", "query articles", "get key", "get cursor secret", "put cursor secret"],
  "get-article-revision": readDocument,
  "get-article-revision-html": readDocument,
  "list-article-duplicates": [
    "get article",
    "get articles",
    "query articles",
    "get key",
    "get cursor secret",
    "put cursor secret",
  ],
  "get-cluster": ["get article", "get articles", "query articles", "get key", "get cursor secret", "put cursor secret"],
  "list-changes": ["get a change", "query changes", "get key", "get cursor secret", "put cursor secret"],
  "log-changes": ["read the stream of the articles table", "get a change", "put a change"],
  "index-articles": [
    "read the stream of the articles table",
    "get raw",
    "reach the search collection",
    "tell of what could not be indexed",
  ],
  "announce-changes": [
    "read the stream of the changes table",
    "get a change",
    "query changes",
    "list subscribers",
    "get position of the bus",
    "put position of the bus",
    "wake a delivery",
    "tell the bus",
  ],
  "deliver-webhooks": [
    "get a change",
    "query changes",
    "get subscriber",
    "update subscriber",
    "get secrets of a subscriber",
    "list parked events",
    "put parked event",
    "delete parked event",
    "wake a delivery",
    "be given a delivery",
  ],
  "confirm-subscription": ["update subscription"],
  "receive-delivery": [...ingest.filter((attempt) => attempt !== "get key"), "get subscription"],
  "post-import": ["get key", "get settings", "put import", "put upload"],
  "get-import": ["get key", "get settings", "get import"],
  "get-import-failures": ["get key", "get settings", "get import", "query import", "get failures"],
  "run-import": [
    ...ingest.filter((attempt) => !["get key", "count quota"].includes(attempt)),
    "get import",
    "put import",
    "update import",
    "delete import",
    "get upload",
    "put failures",
    "ask for an import",
    "be given an import",
  ],
  "get-desk": [],
  "get-openapi": [],
  "get-health": [],
  "answer-unknown-route": [],
};

function findGranted(name: string): Attempt[] {
  const statements = findStatements(template, findFunction(template, name)[0]);
  return (Object.keys(attempts) as Attempt[]).filter((attempt) => isAllowed(statements, attempts[attempt]));
}

test("the table speaks of every function", () => {
  expect(Object.keys(granted).toSorted()).toEqual([...functions.keys()].toSorted());
});

test("each attempt is granted to somebody, or is there to be refused to all", () => {
  const everything = new Set(Object.values(granted).flat());
  const refused = (Object.keys(attempts) as Attempt[]).filter((attempt) => !everything.has(attempt));
  expect(
    refused.filter((attempt) => /scan|partner|another|public|table|bucket|role/.test(attempt)).length,
  ).toBeGreaterThan(15);
});

describe.each(Object.entries(granted))("%s", (name, expected) => {
  const [logicalId, { Properties }] = findFunction(template, name);
  const statements = findStatements(template, logicalId);

  test("may do exactly this", () => {
    expect(findGranted(name).toSorted()).toEqual(expected.toSorted());
  });

  test("names what it may do, and where: nothing by a star", () => {
    for (const { effect, actions, resources } of statements) {
      expect(effect).toBe("Allow");
      expect(actions.filter((action) => action.includes("*"))).toEqual([]);
      expect(
        resources.filter((resource) => /\*/.test(resource.replace(/\/(?:raw|quarantine|uploads|failures)\/\*$/, ""))),
      ).toEqual([]);
    }
  });

  test("may write into its own log, and has no managed policy", () => {
    const group = Properties["LoggingConfig"].LogGroup.Ref;
    expect(statements.filter(({ actions }) => actions.some((action) => action.startsWith("logs:")))).toEqual([
      { effect: "Allow", actions: ["logs:CreateLogStream", "logs:PutLogEvents"], resources: [`<${group}.Arn>`] },
    ]);
    expect(findManagedPolicies(template, logicalId)).toEqual([]);
  });

  test("has the settings that its grants imply, and no others", () => {
    const reaches = (arn: string) =>
      statements.some(({ resources }) => resources.some((resource) => resource.startsWith(arn)));
    expect(Properties["Environment"].Variables).toEqual({
      NODE_OPTIONS: expect.any(String),
      METRICS_NAMESPACE: "copydesk-prod",
      ...(reaches(changes) && { CHANGES_TABLE: { Ref: changesId } }),
      ...(reaches(articles) && { ARTICLES_TABLE: { Ref: articlesId } }),
      ...(reaches(partners) && { PARTNERS_TABLE: { Ref: partnersId } }),
      ...(reaches(bucket) && { RAW_BUCKET: { Ref: bucketId } }),
      ...(reaches(imports) && { IMPORTS_TABLE: { Ref: importsId } }),
      ...(reaches(files) && { IMPORTS_BUCKET: { Ref: filesId } }),
      ...(reaches(queue) && { IMPORT_QUEUE: { Ref: queueId } }),
      ...(reaches(`<${collectionId}.Arn>`) && {
        SEARCH_ENDPOINT: { "Fn::GetAtt": [collectionId, "CollectionEndpoint"] },
      }),
      ...(granted[name]?.includes("put raw") && { NEAR_DUPLICATE_DAYS: "90", TIMELINE_SHARDS: "1" }),
      ...(reaches(webhooks) && { WEBHOOKS_TABLE: { Ref: webhooksId } }),
      ...(reaches(deliveries) && { DELIVERY_QUEUE: { Ref: deliveriesId } }),
      ...(reaches(bus) && { EVENT_BUS: { Ref: busId } }),
    });
  });
});

test("where requests are traced, that is all that a function may do besides", () => {
  const traced = synthesizeTemplate("prod", { search: "on", tracing: "on" });
  for (const [name, [logicalId]] of findFunctions(traced)) {
    const before = findStatements(template, functions.get(name)?.[0] ?? "").map((statement) =>
      JSON.stringify(statement),
    );
    const added = findStatements(traced, logicalId).filter((statement) => !before.includes(JSON.stringify(statement)));
    expect(added).toEqual([
      {
        effect: "Allow",
        actions: expect.toSatisfy((actions: string[]) => {
          return actions.toSorted().join() === "xray:PutTelemetryRecords,xray:PutTraceSegments";
        }),
        // X-Ray knows no resources.
        resources: ["*"],
      },
    ]);
  }
});

test("no two functions share a role", () => {
  const roles = [...functions.values()].map(([, { Properties }]) => Properties["Role"]["Fn::GetAtt"][0]);
  expect(new Set(roles).size).toBe(functions.size);
});

describe("the evaluator itself", () => {
  const onKeys = {
    effect: "Allow",
    actions: ["dynamodb:GetItem"],
    resources: ["<T.Arn>"],
    leadingKeys: ["key#*"],
  } as const;
  const get = { action: "dynamodb:GetItem", resource: "<T.Arn>" };

  test.each([
    ["a fitting key", [onKeys], { ...get, leadingKeys: ["key#1"] }, true],
    ["one key of two", [onKeys], { ...get, leadingKeys: ["key#1", "partners"] }, false],
    ["no key at all", [onKeys], get, true],
    ["another action", [onKeys], { ...get, action: "dynamodb:PutItem", leadingKeys: ["key#1"] }, false],
    ["another table", [onKeys], { ...get, resource: "<U.Arn>", leadingKeys: ["key#1"] }, false],
    ["an action by a star", [{ ...onKeys, actions: ["dynamodb:Get*"] }], { ...get, leadingKeys: ["key#1"] }, true],
    ["an action in other letters", [{ ...onKeys, actions: ["DynamoDB:getitem"] }], get, true],
    ["a dot is a dot", [{ ...onKeys, resources: ["<TxArn>"] }], get, false],
    ["a denial wins", [onKeys, { ...onKeys, effect: "Deny" as const }], get, false],
    ["no statement", [], get, false],
  ])("%s", (_, statements, access, expected) => {
    expect(isAllowed(statements, access)).toBe(expected);
  });
});
