import { once } from "node:events";
import { createServer, request as httpRequest, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

/** One request to a store, as the proxy sees it. */
export interface StoreRequest {
  /** `TransactWriteItems`, `BatchGetItem` … or, for S3, `PUT`, `GET` … */
  readonly action: string;
}

/**
 * What happens to a request. `before`: the store never sees it; `after`: the store has done it, and the caller does not hear
 * of it.
 */
export type Fault =
  | { readonly kind: "reset"; readonly when: "before" | "after" }
  | { readonly kind: "answer"; readonly when: "before" | "after"; readonly status: number; readonly body: string }
  /** Calls back, and then lets the caller wait for ever. */
  | { readonly kind: "hang"; readonly when: "before" | "after"; readonly onReached: () => void };

export interface FaultProxy {
  readonly endpoint: string;
  /** Actions of all requests so far, in order. */
  readonly seen: string[];
  /** Decides the fate of each request; undefined lets it through. */
  decide: (request: StoreRequest) => Fault | undefined;
  close(): Promise<void>;
}

/** The log of changes is written behind the submissions, whenever the stream comes to it. */
function isOfChanges(headers: IncomingHttpHeaders, body: Buffer): boolean {
  return (
    String(headers["x-amz-target"]).startsWith("DynamoDBStreams") || /"TableName":"\w*Changes/.test(body.toString())
  );
}

/** Stands between the functions and a store and breaks what it is told to break. Signatures stay valid: it keeps the Host. */
export async function startFaultProxy(target: string): Promise<FaultProxy> {
  const { hostname, port } = new URL(target);
  const server = createServer(async (incoming, outgoing) => {
    try {
      const body = await buffer(incoming);
      const action = String(incoming.headers["x-amz-target"] ?? incoming.method)
        .split(".")
        .at(-1) as string;
      const isOfSubmission = !isOfChanges(incoming.headers, body);
      if (isOfSubmission) proxy.seen.push(action);
      const fault = isOfSubmission ? proxy.decide({ action }) : undefined;
      const answer =
        fault?.when === "before"
          ? undefined
          : await forward(incoming.method ?? "GET", incoming.url ?? "/", incoming.headers, body);
      if (fault === undefined) {
        outgoing.writeHead(answer?.status ?? 500, answer?.headers).end(answer?.body);
      } else if (fault.kind === "answer") {
        outgoing.writeHead(fault.status, { "Content-Type": "application/x-amz-json-1.0" }).end(fault.body);
      } else if (fault.kind === "reset") {
        incoming.socket.destroy();
      } else {
        fault.onReached();
      }
    } catch {
      // The caller was killed in the middle of its request, which is what some tests are about.
      incoming.socket.destroy();
    }
  });

  async function forward(method: string, path: string, headers: IncomingHttpHeaders, body: Buffer) {
    const request = httpRequest({ hostname, port, method, path, headers });
    request.end(body);
    const [response] = await once(request, "response");
    return { status: response.statusCode as number, headers: response.headers, body: await buffer(response) };
  }

  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const proxy: FaultProxy = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen: [],
    decide: () => undefined,
    async close() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
  return proxy;
}

export const throttled = {
  status: 400,
  body: JSON.stringify({
    __type: "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException",
    message: "slow down",
  }),
} as const;

export const failed = {
  status: 500,
  body: JSON.stringify({ __type: "InternalServerError", message: "boom" }),
} as const;
