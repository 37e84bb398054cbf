import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { matchPath } from "../../shared/api/match-path.ts";
import { FunctionFailure, type FunctionPool } from "./function-pool.ts";
import type { LocalRoute } from "./read-stack.ts";

/** API Gateway takes no larger body. */
const maxBodyBytes = 10 * 1024 * 1024;

/** Lambda takes no larger event. */
const maxEventBytes = 6 * 1024 * 1024;

/** Who takes longer to send a request is not waited for. */
const defaultRequestMs = 60_000;

export interface HttpGateway {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves the routes of an HTTP API on 127.0.0.1, with events in payload format 2.0 (API Gateway developer guide, "Create AWS
 * Lambda proxy integrations for HTTP APIs"). What the real gateway answers in words of its own, a body that is too large or
 * a function that fails, is a problem document here too.
 *
 * @param options.port 0 for any free one
 * @param options.requestMs how long a request may take to arrive, head and body; a minute where it is absent
 */
export async function openHttpGateway(options: {
  readonly port: number;
  readonly routes: readonly LocalRoute[];
  readonly pools: ReadonlyMap<string, FunctionPool>;
  readonly onFailure: (line: string) => void;
  readonly requestMs?: number;
}): Promise<HttpGateway> {
  const { requestMs = defaultRequestMs } = options;
  const limits = { headersTimeout: requestMs, requestTimeout: requestMs, connectionsCheckingInterval: requestMs / 2 };
  const server = createServer(limits, (request, response) => {
    const requestId = randomUUID();
    serve(request, response, requestId, options).catch((error: Error) => {
      const { status, title, detail } = explainFailure(error);
      if (status >= 500) options.onFailure(`${requestId} ${request.method} ${error.stack ?? error.message}`);
      answerProblem(response, requestId, { status, title, detail });
    });
  });
  server.listen(options.port, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** What the gateway refuses by itself. */
class GatewayRefusal extends Error {
  readonly status: number;
  readonly title: string;

  constructor(status: number, title: string, detail: string) {
    super(detail);
    this.status = status;
    this.title = title;
  }
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  requestId: string,
  options: { readonly routes: readonly LocalRoute[]; readonly pools: ReadonlyMap<string, FunctionPool> },
): Promise<void> {
  const [rawPath = "/", rawQueryString = ""] = split(request.url ?? "/", "?");
  const path = decodePath(rawPath);
  const { routeKey, functionId, pathParameters } = findRoute(options.routes, request.method ?? "GET", path);
  const body = await readBody(request, response);
  const event = describeEvent(request, { requestId, routeKey, path, rawQueryString, pathParameters, body });
  if (Buffer.byteLength(JSON.stringify(event)) > maxEventBytes) {
    // Base64 adds a third, and the rest of the event takes its part.
    throw tooLarge(body.length, event.isBase64Encoded ? (maxEventBytes / 3) * 2 : maxEventBytes);
  }
  const pool = options.pools.get(functionId);
  if (pool === undefined) throw new Error(`No function ${functionId} for ${routeKey}.`);
  const result = (await pool.invoke(event)) as APIGatewayProxyStructuredResultV2;
  const headers = Object.entries(result.headers ?? {}).map(
    ([name, value]) => [name, String(value)] as [string, string],
  );
  const content = Buffer.from(result.body ?? "", result.isBase64Encoded ? "base64" : "utf8");
  const status = result.statusCode ?? 200;
  response.writeHead(status, [
    ...headers.flat(),
    ...(status === 204 || status === 304 ? [] : ["Content-Length", String(content.length)]),
  ]);
  response.end(request.method === "HEAD" ? undefined : content);
}

function findRoute(routes: readonly LocalRoute[], method: string, path: string) {
  for (const { routeKey, functionId } of routes) {
    const [routeMethod, route] = split(routeKey, " ");
    const pathParameters = route !== undefined && routeMethod === method ? matchPath(route, path) : undefined;
    if (pathParameters !== undefined) return { routeKey, functionId, pathParameters };
  }
  const fallback = routes.find(({ routeKey }) => routeKey === "$default");
  if (fallback === undefined) throw new GatewayRefusal(404, "Not Found", "No route fits.");
  return { ...fallback, pathParameters: {} };
}

/** Reads a body up to the gateway's limit; what lies behind that is not even received. */
async function readBody(request: IncomingMessage, response: ServerResponse): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maxBodyBytes) {
      response.setHeader("Connection", "close");
      throw tooLarge(Number(request.headers["content-length"] ?? length), maxBodyBytes);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function describeEvent(
  request: IncomingMessage,
  parts: {
    readonly requestId: string;
    readonly routeKey: string;
    readonly path: string;
    readonly rawQueryString: string;
    readonly pathParameters: Record<string, string>;
    readonly body: Buffer;
  },
): APIGatewayProxyEventV2 {
  const { requestId, routeKey, path, rawQueryString, pathParameters, body } = parts;
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(",") : value;
  }
  const query: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(rawQueryString)) {
    query[name] = name in query ? `${query[name]},${value}` : value;
  }
  const isText = isPlainText(headers, body);
  const now = new Date();
  return {
    version: "2.0",
    routeKey,
    rawPath: path,
    rawQueryString,
    headers,
    ...(rawQueryString !== "" && { queryStringParameters: query }),
    ...(Object.keys(pathParameters).length > 0 && { pathParameters }),
    requestContext: {
      accountId: "000000000000",
      apiId: "local",
      domainName: "127.0.0.1",
      domainPrefix: "127",
      http: {
        method: request.method ?? "GET",
        path,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: "127.0.0.1",
        userAgent: headers["user-agent"] ?? "",
      },
      requestId,
      routeKey,
      stage: "$default",
      time: now.toUTCString(),
      timeEpoch: now.getTime(),
    },
    ...(body.length > 0 && { body: body.toString(isText ? "utf8" : "base64") }),
    isBase64Encoded: body.length > 0 && !isText,
  };
}

/** The gateway hands on as text what says that it is, and as base64 everything else. */
function isPlainText(headers: Record<string, string>, body: Buffer): boolean {
  const says = /^\s*(?:text\/|application\/(?:[\w.-]+\+)?(?:json|xml|javascript)\b)/i.test(
    headers["content-type"] ?? "",
  );
  if (!says || headers["content-encoding"] !== undefined) return false;
  return Buffer.from(body.toString("utf8")).equals(body);
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw new GatewayRefusal(400, "Bad Request", "The path has a percent sign that begins no UTF-8 character.");
  }
}

function tooLarge(bytes: number, limit: number): GatewayRefusal {
  const detail = `The body has ${bytes.toLocaleString("en")} bytes, and the gateway passes on at most ${limit.toLocaleString("en")} of its kind. Send less at a time, or a file to POST /v1/imports.`;
  return new GatewayRefusal(413, "The body is too large", detail);
}

function explainFailure(error: Error): { status: number; title: string; detail: string } {
  if (error instanceof GatewayRefusal) return { status: error.status, title: error.title, detail: error.message };
  if (error instanceof FunctionFailure) {
    return {
      status: error.reason === "timed out" ? 503 : 500,
      title: `The function ${error.reason}`,
      detail: "A retry is safe.",
    };
  }
  return { status: 500, title: "The gateway failed", detail: "A retry is safe." };
}

function answerProblem(
  response: ServerResponse,
  requestId: string,
  { status, title, detail }: { status: number; title: string; detail: string },
): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const kind =
    status === 413
      ? "body-too-large"
      : status === 400
        ? "invalid-parameter"
        : status === 503
          ? "unavailable"
          : "internal";
  const problem = {
    type: `urn:problem-type:copydesk:${kind}`,
    title,
    status,
    detail,
    instance: `urn:request:${requestId}`,
  };
  response.writeHead(status, { "Content-Type": "application/problem+json", "X-Request-Id": requestId });
  response.end(JSON.stringify(problem));
}

/** Splits at the first separator only. */
function split(value: string, separator: string): [string, string?] {
  const index = value.indexOf(separator);
  return index < 0 ? [value] : [value.slice(0, index), value.slice(index + 1)];
}
