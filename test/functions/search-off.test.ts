import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { marshall } from "@aws-sdk/util-dynamodb";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { HttpHandler } from "../../functions/http/http-function.ts";
import { partnerKeys } from "../../shared/stores/table-keys.ts";
import { invoke, makeTestKey } from "../support/run-chain.ts";

const key = makeTestKey(1);

/** Stands where DynamoDB is, and knows one key. */
const dynamoDb = createServer((request, response) => {
  request.resume().on("end", () => {
    response.writeHead(200, { "Content-Type": "application/x-amz-json-1.0" });
    response.end(JSON.stringify({ Item: marshall({ ...partnerKeys.key(key.keyId), ...key.record }) }));
  });
});
let handler: HttpHandler;

beforeAll(async () => {
  await new Promise<void>((listening) => dynamoDb.listen(0, "127.0.0.1", listening));
  Object.assign(process.env, {
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "none",
    AWS_SECRET_ACCESS_KEY: "none",
    AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${(dynamoDb.address() as AddressInfo).port}`,
    ARTICLES_TABLE: "articles",
    PARTNERS_TABLE: "partners",
  });
  ({ handler } = await import("../../functions/list-articles.ts"));
});
afterAll(() => {
  dynamoDb.closeAllConnections();
  dynamoDb.close();
});

test("where there is no search, q is answered with the way to turn it on", async () => {
  const reply = await invoke(handler, { path: "/v1/articles", query: "q=harbour", headers: key.headers });
  expect(reply.problem()).toMatchObject({
    type: "urn:problem-type:copydesk:search-off",
    status: 501,
    detail: expect.stringMatching(/`cdk deploy -c search=on`.*`ops search rebuild`/),
    errors: [{ pointer: "query:q" }],
  });
});
