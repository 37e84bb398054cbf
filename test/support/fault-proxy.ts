import { once } from "node:events";
import { Agent, createServer, request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
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

type Message = "request" | "answer";
/** The head ends with the empty line. */
type Part = "head" | "body";

/**
 * What happens to a request. `before`: the target never sees it; `after`: the target has done it, and the caller is told
 * otherwise.
 */
export type Fault =
  | { readonly kind: "answer"; readonly when: "before" | "after"; readonly status: number; readonly body: string }
  | { readonly kind: "delay"; readonly milliseconds: number }
  | Cut
  | Drip;

/**
 * Of a message only so much goes out, a share of its head, or the head and a share of the body. Then both connections are
 * reset, are ended, or stay open without a word until the caller has waited long enough.
 */
export interface Cut {
  readonly kind: "reset" | "end" | "hang";
  readonly message: Message;
  readonly part: Part;
  /** From 0 to below 1. */
  readonly share: number;
  /** Hears that so much has gone out. */
  readonly onReached?: () => void;
}

/** A few bytes of a part at a time, so that all of them take so long ("slow loris"). */
interface Drip {
  readonly kind: "drip";
  readonly message: Message;
  readonly part: Part;
  readonly milliseconds: number;
}

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

/** Pieces in which a slow sender sends. */
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
      if (fault !== undefined && "message" in fault) return await passBytes(incoming, body, fault);
      if (fault?.kind === "delay") await sleep(fault.milliseconds);
      if (fault?.kind === "answer") {
        if (fault.when === "after") await forward(incoming, body);
        outgoing.writeHead(fault.status, { "Content-Type": "application/x-amz-json-1.0" }).end(fault.body);
        return;
      }
      const answer = await forward(incoming, body);
      outgoing.writeHead(answer.status, answer.headers).end(answer.body);
    } catch {
      // The caller was killed in the middle of its request, which is what some tests are about; or the target hung up.
      incoming.socket.destroy();
    }
  });

  async function forward({ method, url, headers }: IncomingMessage, body: Buffer) {
    const request = httpRequest({ hostname, port, method, path: url, headers, agent }).end(body);
    const [response] = await once(request, "response");
    return { status: response.statusCode as number, headers: response.headers, body: await buffer(response) };
  }

  /** Passes a request on, and its answer back, over connections that serve for nothing else. */
  async function passBytes(incoming: IncomingMessage, body: Buffer, fault: Cut | Drip): Promise<void> {
    const caller = incoming.socket;
    const onward = connect(Number(port), hostname);
    onward.on("error", () => {});
    caller.once("close", () => onward.destroy());
    const isOfRequest = fault.message === "request";
    await write(onward, writeRequest(incoming, body), isOfRequest ? fault : undefined);
    if (!isOfRequest || fault.kind === "drip") {
      await write(caller, await buffer(onward), isOfRequest ? undefined : fault);
    }
    if (fault.kind === "drip") caller.end();
    else breakOff(fault, [onward, caller]);
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

/** The bytes of a request after which the connection ends. */
function writeRequest({ method, url, rawHeaders }: IncomingMessage, body: Buffer): Buffer {
  const lines = [`${method} ${url} HTTP/1.1`];
  for (let n = 0; n < rawHeaders.length; n += 2) {
    if (!/^(connection|content-length|expect|transfer-encoding)$/i.test(rawHeaders[n] ?? "")) {
      lines.push(`${rawHeaders[n]}: ${rawHeaders[n + 1]}`);
    }
  }
  lines.push(`Content-Length: ${body.length}`, "Connection: close", "", "");
  return Buffer.concat([Buffer.from(lines.join("\r\n"), "latin1"), body]);
}

/** Writes a message as the fault lets it. */
async function write(socket: Socket, message: Buffer, fault: Cut | Drip | undefined): Promise<void> {
  const put = (from: number, to: number) => new Promise((done) => socket.write(message.subarray(from, to), done));
  const headLength = message.indexOf("\r\n\r\n") + 4;
  const [start, end] = fault?.part === "body" ? [headLength, message.length] : [0, headLength];
  if (fault === undefined) await put(0, message.length);
  else if (fault.kind !== "drip") await put(0, start + Math.floor((end - start) * fault.share));
  else {
    const length = Math.ceil((end - start) / drips);
    await put(0, start);
    for (let at = start; at < end; at += length) {
      await put(at, Math.min(at + length, end));
      await sleep(fault.milliseconds / drips);
    }
    await put(end, message.length);
  }
}

function breakOff({ kind, onReached }: Cut, connections: readonly Socket[]): void {
  for (const connection of connections) {
    if (kind === "reset") connection.resetAndDestroy();
    else if (kind === "end") connection.destroy();
  }
  onReached?.();
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
