import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from "zod-openapi";
import { policyVersion } from "../article/policy.ts";
import { Webhook } from "./event.ts";
import type { Operation } from "./operation.ts";
import { operations } from "./operations.ts";
import { problemKinds } from "./problem.ts";
import { Problem } from "./problem-document.ts";

const everyHeader = { "X-Request-Id": { description: "Also in the log", schema: { type: "string" as const } } };

/** Of every answer that comes after the quota was looked up, refusals too. */
const quotaHeaders = {
  "RateLimit-Policy": {
    description: "The quotas, after draft-ietf-httpapi-ratelimit-headers; the unit is an article",
    schema: { type: "string" as const },
  },
  RateLimit: { description: "What is left of them, and until when", schema: { type: "string" as const } },
};

/** The OpenAPI 3.1 document, made from the operations. */
export function describeApi() {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {};
  for (const operation of operations) {
    const path = operation.path.replace("+}", "}");
    paths[path] = { ...paths[path], [operation.method.toLowerCase()]: describeOperation(operation) };
  }
  return createDocument({
    openapi: "3.1.0",
    info: {
      title: "Copydesk",
      version: "1",
      description: `Takes in news articles, makes them safe, recognises copies, and answers queries. Sanitizing policy: version ${policyVersion}.`,
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/" }],
    components: {
      securitySchemes: {
        key: {
          type: "http",
          scheme: "bearer",
          description:
            "A partner's key. Where it was agreed with the partner, each request with the scope `submit` is signed as well, after Standard Webhooks: `webhook-id`, `webhook-timestamp`, `webhook-signature`.",
        },
      },
    },
    paths: paths as ZodOpenApiPathsObject,
    webhooks: { article: { post: describeWebhook() } },
  });
}

/** What subscribers are sent. */
function describeWebhook(): ZodOpenApiOperationObject {
  const header = (name: string, description: string) => ({
    in: "header" as const,
    name,
    required: true,
    description,
    schema: { type: "string" as const },
  });
  return {
    operationId: "article-event",
    summary: "Something has happened to an article",
    description:
      "Sent to subscribers, after Standard Webhooks. The events of an article come in order; each comes at least once, and again until it is answered with 2xx within ten seconds. 410 ends it.",
    parameters: [
      header("webhook-id", "The `eventId`: whoever has dealt with it may pass over what comes with it again"),
      header("webhook-timestamp", "When it was sent, in seconds since 1970"),
      header(
        "webhook-signature",
        "`v1,` and HMAC-SHA256 of `ID.TIMESTAMP.BODY` in base64; two, with a space between, while the secret changes",
      ),
    ],
    requestBody: { required: true, content: { "application/json": { schema: Webhook } } },
    responses: {
      "2XX": { description: "It was received" },
      "410": { description: "Nothing more is wanted: the subscriber is paused" },
      "429": { description: "Later, after `Retry-After` seconds" },
    },
  };
}

function describeOperation(operation: Operation): ZodOpenApiOperationObject {
  const { id, summary, description, scope, takesQuota, params, query, headers, body, responses } = operation;
  const commonHeaders = { ...everyHeader, ...(takesQuota && quotaHeaders) };
  const scopeNote = scope === undefined ? "" : `Needs a key with the scope \`${scope}\`.`;
  const words = [description, scopeNote].filter(Boolean).join(" ");
  return {
    operationId: id,
    summary,
    ...(words !== "" && { description: words }),
    ...(scope !== undefined && { security: [{ key: [] }] }),
    requestParams: { path: params, query, header: headers },
    ...(body !== undefined && {
      requestBody: {
        required: true,
        content: Object.fromEntries(Object.entries(body).map(([type, schema]) => [type, { schema }])),
      },
    }),
    responses: {
      ...Object.fromEntries(
        Object.entries(responses).map(([status, spec]) => [status, describeResponse(spec, commonHeaders)]),
      ),
      default: {
        description: `A problem (RFC 9457): ${Object.keys(problemKinds).join(", ")}`,
        headers: commonHeaders,
        content: { "application/problem+json": { schema: Problem } },
      },
    },
  };
}

function describeResponse(spec: Operation["responses"][number], commonHeaders: typeof everyHeader) {
  const headers = Object.entries(spec.headers ?? {}).map(([name, description]) => [
    name,
    { description, schema: { type: "string" as const } },
  ]);
  const json = spec.schema === undefined ? [] : [["application/json", { schema: spec.schema }] as const];
  const documents = (spec.mediaTypes ?? []).map((type) => [type, { schema: { type: "string" as const } }] as const);
  const content = [...json, ...documents];
  return {
    description: spec.description,
    headers: { ...commonHeaders, ...Object.fromEntries(headers) },
    ...(content.length > 0 && { content: Object.fromEntries(content) }),
  };
}
