import { once } from "node:events";
import { Agent, createServer, request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { Writable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";

/** One request, as the proxy sees it. */
export interface SeenRequest {
  /** `TransactWriteItems`, `BatchGetItem` … or, for S3 and the API, `PUT`, `GET` … */
  readonly action: string;
  /** The logical ID of the function that asks; empty when somebody else does. */
  readonly caller: string;
  readonly body: Buffer;
}

/**
 * What happens to a request. `before`: the target never sees it; `after`: the target has done it, and the caller does not
 * hear of it.
 */
export type Fault =
  | { readonly kind: "reset"; readonly when: "before" | "after" }
  | { readonly kind: "answer"; readonly when: "before" | "after"; readonly status: number; readonly body: string }
  /** Calls back, and then lets the caller wait until it has waited long enough. */
  | { readonly kind: "hang"; readonly when: "before" | "after"; readonly onReached?: () => void }
  /** The connection ends in the middle of the request, or of its answer. */
  | { readonly kind: "truncate"; readonly what: "request" | "answer" }
  | { readonly kind: "delay"; readonly milliseconds: number }
  /** A few bytes at a time, so that all of them take so long ("slow loris"). */
  | { readonly kind: "drip"; readonly what: "request" | "answer"; readonly milliseconds: number };

export interface FaultProxy {
  readonly endpoint: string;
  /** All requests so far, in order, without their bodies: there may be many. */
  readonly seen: Omit<SeenRequest, "body">[];
  /** Decides the fate of each request; undefined lets it through. */
  decide: (request: SeenRequest) => Fault | undefined;
  close(): Promise<void>;
}

/** The log of changes is written behind the submissions, whenever the stream comes to it. */
function isOfChanges(headers: IncomingHttpHeaders, body: Buffer): boolean {
  return (
    String(headers["x-amz-target"]).startsWith("DynamoDBStreams") || /"TableName":"\w*Changes/.test(body.toString())
  );
}

function readCaller(headers: IncomingHttpHeaders): string {
  return /\bapp\/(\S+)/.exec(headers["user-agent"] ?? "")?.[1] ?? "";
}

/** Parts in which a slow sender sends. */
const drips = 10;

/**
 * Stands between the functions and a store, or a client and the API, and breaks what it is told to break. Signatures stay
 * valid: it keeps the Host.
 *
 * @param options.sparesChanges false to see and break also what follows the stream of changes and writes their log
 */
export async function startFaultProxy(
  target: string,
  { sparesChanges = true }: { readonly sparesChanges?: boolean } = {},
): Promise<FaultProxy> {
  const { hostname, port } = new URL(target);
  // Node's own keeps connections open for the next request; one that was reset must not be handed on.
  const agent = new Agent({ keepAlive: true });
  const server = createServer(async (incoming, outgoing) => {
    try {
      const body = await buffer(incoming);
      const action = String(incoming.headers["x-amz-target"] ?? incoming.method)
        .split(".")
        .at(-1) as string;
      const isSpared = sparesChanges && isOfChanges(incoming.headers, body);
      const caller = readCaller(incoming.headers);
      if (!isSpared) proxy.seen.push({ action, caller });
      const fault = isSpared ? undefined : proxy.decide({ action, caller, body });
      if (fault?.kind === "delay") await sleep(fault.milliseconds);
      const isBefore = fault !== undefined && "when" in fault && fault.when === "before";
      const answer = isBefore ? undefined : await forward(incoming, body, fault);
      if (answer !== undefined && (fault === undefined || fault.kind === "delay")) {
        outgoing.writeHead(answer.status, answer.headers).end(answer.body);
      } else if (answer !== undefined && fault?.kind === "drip") {
        outgoing.writeHead(answer.status, answer.headers);
        await writeSlowly(outgoing, answer.body, fault.what === "answer" ? fault.milliseconds : 0);
      } else if (answer !== undefined && fault?.kind === "truncate") {
        outgoing.writeHead(answer.status, answer.headers);
        outgoing.write(answer.body.subarray(0, answer.body.length >> 1), () => incoming.socket.destroy());
      } else if (fault?.kind === "answer") {
        outgoing.writeHead(fault.status, { "Content-Type": "application/x-amz-json-1.0" }).end(fault.body);
      } else if (fault?.kind === "hang") {
        fault.onReached?.();
      } else {
        incoming.socket.destroy();
      }
    } catch {
      // The caller was killed in the middle of its request, which is what some tests are about; or the target hung up.
      incoming.socket.destroy();
    }
  });

  /** What the target answers; undefined when it was not sent the whole request. */
  async function forward(incoming: IncomingMessage, body: Buffer, fault: Fault | undefined) {
    const { method, url, headers } = incoming;
    const request = httpRequest({ hostname, port, method, path: url, headers, agent });
    if (fault?.kind === "truncate" && fault.what === "request") {
      request.on("error", () => {});
      request.write(body.subarray(0, body.length >> 1), () => request.destroy());
      return undefined;
    }
    const responding = once(request, "response");
    const slowness = fault?.kind === "drip" && fault.what === "request" ? fault.milliseconds : 0;
    await Promise.all([writeSlowly(request, body, slowness), responding]);
    const [response] = await responding;
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
      agent.destroy();
      await closed;
    },
  };
  return proxy;
}

/** Ends the message with the body, at once where it may take no time. */
async function writeSlowly(stream: Writable, body: Buffer, milliseconds: number): Promise<void> {
  const length = Math.ceil(body.length / drips);
  for (let n = 0; milliseconds > 0 && n < drips; n++) {
    stream.write(body.subarray(n * length, (n + 1) * length));
    await sleep(milliseconds / drips);
  }
  stream.end(milliseconds > 0 ? undefined : body);
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
