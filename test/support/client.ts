import { createClient, type Client as TypedClient } from "../../shared/api/create-client.ts";
import { checkAnswer } from "./check-answer.ts";

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Uint8Array;
  readonly text: string;
  /** The body as JSON; throws when it is none. */
  // biome-ignore lint/suspicious/noExplicitAny: a test says what it expects of the answer, the OpenAPI check what it may be.
  json(): any;
}

/**
 * The typed client, which throws what is a problem; and beside it requests that its types would not let through, with the
 * answer as it came.
 */
export interface Client extends TypedClient {
  readonly partner: string;
  readonly key: string;
  send(method: string, path: string, options?: SendOptions): Promise<Reply>;
  /** PUT of a JSON submission, or of a document when `type` is given. */
  put(partnerArticleId: string, body: unknown, options?: SendOptions): Promise<Reply>;
  post(body: unknown, options?: SendOptions): Promise<Reply>;
  get(path: string, options?: SendOptions): Promise<Reply>;
}

export interface SendOptions {
  readonly headers?: Record<string, string>;
  readonly query?: string;
  /** A string or bytes as they are; anything else as JSON. */
  readonly body?: unknown;
  readonly type?: string;
}

/** A client of the API with one key. Every answer that it gets is checked against the OpenAPI document. */
export function openClient(url: string, key: string, partner = ""): Client {
  async function fetchChecked(address: string, init: RequestInit): Promise<Response> {
    const response = await fetch(address, init);
    checkAnswer(init.method ?? "", address.slice(url.length), response, await response.clone().text());
    return response;
  }
  async function send(method: string, path: string, options: SendOptions = {}): Promise<Reply> {
    const isDocument = typeof options.body === "string" || options.body instanceof Uint8Array;
    const body = options.body === undefined || isDocument ? options.body : JSON.stringify(options.body);
    const response = await fetchChecked(`${url}${path}${options.query ?? ""}`, {
      method,
      headers: {
        ...(key !== "" && { Authorization: `Bearer ${key}` }),
        ...(body !== undefined && { "Content-Type": options.type ?? "application/json" }),
        ...options.headers,
      },
      ...(body !== undefined && { body: body as string }),
      redirect: "manual",
    });
    const bytes = new Uint8Array(await response.arrayBuffer());
    const text = new TextDecoder().decode(bytes);
    return { status: response.status, headers: response.headers, bytes, text, json: () => JSON.parse(text) };
  }
  return {
    ...createClient({ url, key, fetch: fetchChecked }),
    partner,
    key,
    send,
    put: (id, body, options) => send("PUT", `/v1/submissions/${encodeURIComponent(id)}`, { ...options, body }),
    post: (body, options) => send("POST", "/v1/submissions", { ...options, body }),
    get: (path, options) => send("GET", path, options),
  };
}
