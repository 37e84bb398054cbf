import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { HttpHandler } from "../../functions/http/http-function.ts";
import { operations } from "../../shared/api/operations.ts";
import { invoke, makeTestKey } from "../support/run-chain.ts";

/** Stands where AWS is; counts who comes, has nothing for anybody, and so no condition holds. */
let arrived: string[] = [];
const aws = createServer((request, response) => {
  arrived.push(`${request.method} ${request.headers["x-amz-target"] ?? request.url}`);
  const isUpdate = String(request.headers["x-amz-target"]).endsWith(".UpdateItem");
  const answer = isUpdate ? { __type: "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException" } : {};
  request.resume().on("end", () => {
    response.writeHead(isUpdate ? 400 : 200, { "Content-Type": "application/x-amz-json-1.0" });
    response.end(JSON.stringify(answer));
  });
});

beforeAll(async () => {
  await new Promise<void>((listening) => aws.listen(0, "127.0.0.1", listening));
  const endpoint = `http://127.0.0.1:${(aws.address() as AddressInfo).port}`;
  Object.assign(process.env, {
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "none",
    AWS_SECRET_ACCESS_KEY: "none",
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
    AWS_ENDPOINT_URL_S3: endpoint,
    AWS_ENDPOINT_URL_SQS: endpoint,
    ARTICLES_TABLE: "articles",
    CHANGES_TABLE: "changes",
    PARTNERS_TABLE: "partners",
    RAW_BUCKET: "raw",
    NEAR_DUPLICATE_DAYS: "90",
    TIMELINE_SHARDS: "1",
    IMPORTS_TABLE: "imports",
    IMPORTS_BUCKET: "imports",
    IMPORT_QUEUE: "https://sqs.example/1/imports",
  });
});

afterAll(() => {
  aws.closeAllConnections();
  aws.close();
});

/** The deployed function itself; it reads its settings when it is loaded. */
async function load(name: string): Promise<HttpHandler> {
  return (await import(`../../functions/${name}.ts`)).handler;
}

const params = { subscription: "0".repeat(32), id: "0123456789abcdef0123456789abcdef", partnerArticleId: "a" };

function send(
  handler: HttpHandler,
  operation: (typeof operations)[number],
  headers: Record<string, string> = {},
  query = "",
) {
  arrived = [];
  const path = operation.path.replace(/\{(\w+)\+?\}/g, (_, name: keyof typeof params) => params[name]);
  const names = [...operation.path.matchAll(/\{(\w+)\+?\}/g)].map(([, name = ""]) => name);
  return invoke(handler, {
    method: operation.method,
    path,
    query,
    params: Object.fromEntries(Object.entries(params).filter(([name]) => names.includes(name))),
    headers: { "Content-Type": "text/plain", ...headers },
    ...(operation.body && { body: "Der Hafen öffnet." }),
  });
}

const keyed = operations.filter(({ scope }) => scope !== undefined);
/** A hub has no key: it knows an address that cannot be guessed, and signs what it delivers with a secret of its own. */
const ofHubs = operations.filter(({ path }) => path.startsWith("/v1/websub/"));
const open = operations.filter((operation) => operation.scope === undefined && !ofHubs.includes(operation));

test("only the page, the description and the health check are open to all", () => {
  expect(open.map(({ id }) => id)).toEqual(["get-desk", "get-openapi", "get-health"]);
});

test("two operations are for hubs: they ask for one subscription, and know no other", async () => {
  expect(ofHubs.map(({ id }) => id)).toEqual(["confirm-subscription", "receive-delivery"]);
  const asked: string[][] = [];
  for (const operation of ofHubs) {
    const query = "hub.mode=subscribe&hub.topic=t&hub.challenge=c&hub.lease_seconds=1";
    const reply = await send(await load(operation.id), operation, {}, query);
    expect(reply.problem().status).toBe(404);
    asked.push(arrived);
  }
  expect(asked).toEqual([["POST DynamoDB_20120810.UpdateItem"], ["POST DynamoDB_20120810.GetItem"]]);
});

describe.each(keyed.map((operation) => [operation.id, operation] as const))("%s", (id, operation) => {
  test.each([
    ["without a key", {}],
    ["with something that is no key", { Authorization: "Bearer let-me-in" }],
    ["with another scheme", { Authorization: "Basic YTpi" }],
  ])("refuses %s, and asks nobody", async (_, headers) => {
    const reply = await send(await load(id), operation, headers as Record<string, string>);
    expect(reply.problem()).toMatchObject({ status: 401, type: "urn:problem-type:copydesk:unauthenticated" });
    expect(arrived).toEqual([]);
  });

  test("refuses a key that nobody was given, and asks for that key alone", async () => {
    const reply = await send(await load(id), operation, makeTestKey(1).headers);
    expect(reply.status).toBe(401);
    expect(arrived).toEqual(["POST DynamoDB_20120810.GetItem"]);
  });

  test("logs under its own name", async () => {
    const { log } = await send(await load(id), operation);
    expect(log).toMatchObject([{ operation: id, status: 401, problem: "unauthenticated" }]);
  });
});

describe.each(open.map((operation) => [operation.id, operation] as const))("%s", (id, operation) => {
  test("answers without a key, and asks nobody", async () => {
    const reply = await send(await load(id), operation);
    expect(reply.status).toBe(200);
    expect(arrived).toEqual([]);
  });
});

describe("answer-unknown-route", () => {
  test.each([
    ["POST", "/", 405, "GET"],
    ["GET", "/desk.js", 404, undefined],
    ["GET", "/v1", 404, undefined],
    ["GET", "/v1/articles/", 404, undefined],
    ["GET", "/v1/articles/x/y/z", 404, undefined],
    ["GET", "/v2/articles", 404, undefined],
    ["GET", "/v1/submissions/", 404, undefined],
    ["POST", "/v1/articles", 405, "GET"],
    ["HEAD", "/v1/articles/0123", 405, "GET"],
    ["PATCH", "/v1/submissions/a", 405, "PUT, GET, DELETE"],
    ["GET", "/v1/submissions", 405, "POST"],
    ["DELETE", "/v1/submissions", 405, "POST"],
    ["POST", "/v1/submissions/a/b", 405, "PUT, GET, DELETE"],
    ["OPTIONS", "/healthz", 405, "GET"],
  ])("%s %s: %i, Allow: %s", async (method, path, status, allow) => {
    const reply = await invoke(await load("answer-unknown-route"), { method, path, query: "a=b&a=c" });
    expect(reply.problem().status).toBe(status);
    expect(reply.headers["allow"]).toBe(allow);
  });
});

test("get-openapi serves the document that is kept in the repository", async () => {
  const { default: kept } = await import("../../shared/api/openapi.json", { with: { type: "json" } });
  const reply = await invoke(await load("get-openapi"), { path: "/v1/openapi.json" });
  expect(reply.json()).toEqual(kept);
});

test.each([
  "ARTICLES_TABLE",
  "CHANGES_TABLE",
  "PARTNERS_TABLE",
  "RAW_BUCKET",
  "IMPORTS_TABLE",
  "IMPORTS_BUCKET",
  "IMPORT_QUEUE",
] as const)("without %s nothing is guessed", async (name) => {
  const { readSetting } = await import("../../functions/http/read-setting.ts");
  const value = process.env[name];
  for (const missing of [undefined, ""]) {
    if (missing === undefined) delete process.env[name];
    else process.env[name] = missing;
    expect(() => readSetting(name)).toThrow(`The setting ${name} is missing.`);
  }
  process.env[name] = value;
  expect(readSetting(name)).toBe(value);
});
