import type { APIGatewayProxyEventV2, Context } from "aws-lambda";

export interface EventOptions {
  readonly method?: string;
  /** Decoded, as the gateway gives it. */
  readonly path?: string;
  readonly params?: Record<string, string>;
  /** Without the question mark. */
  readonly query?: string;
  /** By any case; the gateway makes them small. */
  readonly headers?: Record<string, string>;
  /** A string goes as text, bytes go as base64. */
  readonly body?: string | Uint8Array;
  readonly requestId?: string;
}

/** An event as an HTTP API of API Gateway hands it to Lambda, payload format 2.0. */
export function makeEvent(options: EventOptions = {}): APIGatewayProxyEventV2 {
  const { method = "GET", path = "/", params, query = "", headers = {}, body, requestId = "request-1" } = options;
  return {
    version: "2.0",
    routeKey: `${method} ${path}`,
    rawPath: path,
    rawQueryString: query,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
    requestContext: {
      accountId: "123456789012",
      apiId: "api",
      domainName: "api.example",
      domainPrefix: "api",
      http: { method, path, protocol: "HTTP/1.1", sourceIp: "127.0.0.1", userAgent: "test" },
      requestId,
      routeKey: `${method} ${path}`,
      stage: "$default",
      time: "23/Nov/2026:09:00:00 +0000",
      timeEpoch: 1_795_424_400_000,
    },
    ...(params && { pathParameters: params }),
    ...(body !== undefined && { body: typeof body === "string" ? body : Buffer.from(body).toString("base64") }),
    isBase64Encoded: body !== undefined && typeof body !== "string",
  };
}

/** Lambda's context, as far as the functions look at it. */
export function makeContext(remainingMs = 20_000): Context {
  const endsAt = performance.now() + remainingMs;
  return { getRemainingTimeInMillis: () => Math.max(0, endsAt - performance.now()) } as Context;
}
