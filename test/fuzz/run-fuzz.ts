import { once } from "node:events";
import { Agent, request as httpRequest, type IncomingMessage } from "node:http";
import { buffer } from "node:stream/consumers";
import { gunzipSync } from "node:zlib";
import { checkAnswer } from "../support/check-answer.ts";
import { openRandom } from "../support/random.ts";
import { type FuzzedRequest, generateRequest, type Lore } from "./generate-request.ts";
import { loadDocuments } from "./mutate-document.ts";

export interface Failure {
  /** Of the generator; with what was learned from answers before it, it makes the request. */
  readonly index: number;
  readonly request: FuzzedRequest;
  readonly what: string;
}

export interface FuzzReport {
  /** Answers by operation and status. */
  readonly statuses: ReadonlyMap<string, ReadonlyMap<number, number>>;
  readonly failures: readonly Failure[];
  readonly slowestMs: number;
}

/** Longer than the time-out of any function: who waits this long hangs. */
const maxMs = 35_000;

/** So much is remembered of what answers have told. */
const maxLore = 200;

/**
 * Sends generated requests to every operation, and looks at each answer: it must come, must not be our fault, and must be one
 * that the OpenAPI document declares.
 *
 * @param options.keys the first two may submit and read
 */
export async function runFuzz(options: {
  readonly url: string;
  readonly keys: readonly string[];
  readonly requests: number;
  readonly seed: number;
  readonly concurrency: number;
  readonly onProgress?: (done: number, failures: number) => void;
}): Promise<FuzzReport> {
  const { url, requests, seed, concurrency } = options;
  const documents = loadDocuments();
  const lore: Lore = { ids: [], cursors: [], etags: [], keys: options.keys };
  const statuses = new Map<string, Map<number, number>>();
  const failures: Failure[] = [];
  const agent = new Agent({ keepAlive: true });
  let slowestMs = 0;
  let next = 0;

  async function sendNext(): Promise<void> {
    const index = next;
    next += 1;
    const request = generateRequest(openRandom(seed * 1_000_003 + index), lore, documents);
    const startedAt = Date.now();
    try {
      const { status, headers, text } = await send(url, request, agent);
      const ofOperation = statuses.get(request.operation) ?? new Map<number, number>();
      statuses.set(request.operation, ofOperation.set(status, (ofOperation.get(status) ?? 0) + 1));
      if (status >= 500) throw new Error(`${status} ${text.slice(0, 500)}`);
      const hasBody = text !== "" && status !== 204 && status !== 304;
      // To HEAD there is never a body, and no operation is declared for it.
      if (request.method !== "HEAD") {
        checkAnswer(request.method, request.path, new Response(hasBody ? text : null, { status, headers }), text);
      }
      learn(lore, headers, text);
    } catch (error) {
      failures.push({ index, request, what: (error as Error).message });
    }
    slowestMs = Math.max(slowestMs, Date.now() - startedAt);
    options.onProgress?.(next, failures.length);
  }

  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      while (next < requests) await sendNext();
    }),
  );
  agent.destroy();
  return { statuses, failures, slowestMs };
}

/** By `node:http`, for `fetch` tidies up what it is given. */
async function send(url: string, { method, path, headers, body: sent }: FuzzedRequest, agent: Agent) {
  const { hostname, port } = new URL(url);
  const signal = AbortSignal.timeout(maxMs);
  const length = sent === undefined ? {} : { "content-length": String(sent.length) };
  const request = httpRequest({ hostname, port, method, path, headers: { ...headers, ...length }, agent, signal });
  request.end(sent);
  const [response] = (await once(request, "response")) as [IncomingMessage];
  const body = await buffer(response);
  const text = (response.headers["content-encoding"] === "gzip" ? gunzipSync(body) : body).toString();
  const pairs = Object.entries(response.headers).map(([name, value]) => [name, String(value)] as [string, string]);
  return { status: response.statusCode ?? 0, headers: new Headers(pairs), text };
}

function learn(lore: Lore, headers: Headers, text: string): void {
  const add = (list: string[], value: string | null | undefined) => {
    if (value === null || value === undefined || list.includes(value)) return;
    if (list.length >= maxLore) list.shift();
    list.push(value);
  };
  add(lore.etags, headers.get("etag"));
  add(lore.ids, /"(?:id|clusterId)":\s*"([0-9a-f]{32})/.exec(text)?.[1]);
  add(lore.cursors, /"nextCursor":\s*"([^"]+)"/.exec(text)?.[1]);
}
