import type * as z from "zod";
import type { Operation, ResponseSpec } from "./operation.ts";
import { ProblemAnswer } from "./problem-answer.ts";
import { type Operations, routes } from "./routes.ts";

/** One function for each operation, typed by it. */
export type Client = { readonly [Name in keyof Operations]: Call<Operations[Name]> };

export interface ClientOptions {
  /** Where the API is; what stands behind the host is kept. */
  readonly url: string;
  /** Absent for operations that need none. */
  readonly key?: string | undefined;
  /** To check answers, to count, or to test without a network. */
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>;
}

type Call<O extends Operation> =
  Record<never, never> extends RequestOf<O>
    ? <const H extends HeadersOf<O>>(request?: RequestOf<O> & { readonly headers?: H }) => Promise<AnswerTo<O, H>>
    : <const H extends HeadersOf<O>>(request: RequestOf<O> & { readonly headers?: H }) => Promise<AnswerTo<O, H>>;

/** Parameters of path and query side by side, and what belongs to the message. */
type RequestOf<O extends Operation> = Parameters<O["params"]> &
  Parameters<O["query"]> &
  BodyOf<O> & { readonly signal?: AbortSignal };

/** As they are written; where the schema takes anything, and for a boolean, as they are read; of a list, also a single value. */
type Parameters<S extends z.ZodObject> = {
  readonly [Name in keyof z.input<S> as Declared<Name>]: ParameterValue<
    z.input<S>[Name],
    z.output<S>[Name & keyof z.output<S>]
  >;
};
type Single<Input> = Input extends readonly (infer Value)[] ? Value : never;
/** An object without properties is a record of anything to zod. */
type Declared<Name> = string extends Name ? never : Name;
type ParameterValue<Input, Output> = unknown extends Input
  ? Output | undefined
  : Input | Single<Input> | Extract<Output, boolean> | ([undefined] extends [Input] ? undefined : never);

type HeadersOf<O extends Operation> = Parameters<O["headers"]> & Readonly<Record<string, string>>;

type BodyOf<O extends Operation> =
  O["body"] extends Readonly<Record<string, z.ZodType>>
    ? { [Type in keyof O["body"]]: TypedBody<Type & string, O["body"][Type]> }[keyof O["body"]]
    : { readonly body?: never; readonly contentType?: never };
type TypedBody<Type extends string, Schema> = Schema extends z.ZodType
  ? // A body that is already bytes or text is sent as it is, whatever it holds: the server is the judge of it.
      | { readonly body: Uint8Array | string; readonly contentType: Type | `${Type};${string}` }
      | (Type extends "application/json" ? { readonly body: z.input<Schema>; readonly contentType?: never } : never)
  : never;

/** One of the declared statuses. Without `If-None-Match` there is no 304. */
type AnswerTo<O extends Operation, H> = H extends { "if-none-match": string }
  ? AnswerOf<O>
  : Exclude<AnswerOf<O>, { status: 304 }>;

type AnswerOf<O extends Operation> = {
  [Status in keyof O["responses"] & number]: { readonly status: Status; readonly headers: Headers } & ContentOf<
    O["responses"][Status]
  >;
}[keyof O["responses"] & number];

type ContentOf<Spec extends ResponseSpec> = Spec extends { schema: infer Schema extends z.ZodType }
  ? { readonly json: z.output<Schema> }
  : Spec extends { mediaTypes: readonly string[] }
    ? { readonly bytes: Uint8Array; readonly text: string }
    : object;

/**
 * Makes a client of the API, for Node and for browsers. What an answer has depends on its status: `json`, or `bytes` and
 * `text`, or neither.
 *
 * Its functions throw `ProblemAnswer` for a status that the operation does not declare, and what `fetch` throws when there is
 * no answer or only a part of one. They do not send again.
 */
export function createClient({ url, key, fetch = globalThis.fetch }: ClientOptions): Client {
  const base = url.replace(/\/+$/, "");
  const calls = Object.entries(routes).map(([name, route]) => {
    const [method = "", path = ""] = route.split(" ");
    const call = async (request: LooseRequest = {}) => {
      const { body, contentType, headers, signal, ...parameters } = request;
      const isDocument = typeof body === "string" || body instanceof Uint8Array;
      const response = await fetch(base + address(path, parameters), {
        method,
        headers: {
          ...(key !== undefined && { Authorization: `Bearer ${key}` }),
          ...(body !== undefined && { "Content-Type": contentType ?? "application/json" }),
          ...headers,
        },
        // A redirect would turn a POST into a GET, and could carry the key to another host.
        redirect: "manual",
        ...(body !== undefined && { body: isDocument ? (body as BodyInit) : JSON.stringify(body) }),
        ...(signal !== undefined && { signal }),
      });
      return readAnswer(response);
    };
    return [name, call];
  });
  return Object.fromEntries(calls) as Client;
}

interface LooseRequest extends Readonly<Record<string, unknown>> {
  readonly body?: unknown;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** Fills the parameters into the path; those that have no place there are the query, a list as its name repeated. */
function address(path: string, parameters: Readonly<Record<string, unknown>>): string {
  const query = new URLSearchParams();
  const inPath = new Set<string>();
  const filled = path.replace(/\{([^+}]+)\+?\}/g, (_, name: string) => {
    inPath.add(name);
    return encodeURIComponent(String(parameters[name]));
  });
  for (const [name, value] of Object.entries(parameters)) {
    if (value === undefined || inPath.has(name)) continue;
    for (const single of Array.isArray(value) ? value : [value]) query.append(name, String(single));
  }
  return query.size === 0 ? filled : `${filled}?${query}`;
}

async function readAnswer(response: Response) {
  const { status, headers } = response;
  const bytes = new Uint8Array(await response.arrayBuffer());
  const mediaType = headers.get("content-type")?.split(";")[0];
  const text = new TextDecoder().decode(bytes);
  // Every operation declares some of 200, 201, 202, 204 and 304; whatever else comes is a problem.
  const isDeclared = (response.ok || status === 304) && headers.has("x-request-id");
  if (!isDeclared || mediaType === "application/problem+json") throw new ProblemAnswer(response, text);
  if (bytes.length === 0) return { status, headers };
  if (mediaType === "application/json") return { status, headers, json: JSON.parse(text) as unknown };
  return { status, headers, bytes, text };
}
