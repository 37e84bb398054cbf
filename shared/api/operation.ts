import type * as z from "zod";

/** What a key may be used for. */
export type Scope = "submit" | "read";

export interface ResponseSpec {
  readonly description: string;
  /** Schema of a JSON answer; absent where the answer has another media type or no body. */
  readonly schema?: z.ZodType;
  /** Media types of an answer that is not JSON. */
  readonly mediaTypes?: readonly string[];
  /** Headers beside the ones that every answer has, by name, with their description. */
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * One operation of the API as a value. Validation, routes, grants, documentation and types all come from it: nothing else
 * says what an operation takes or gives.
 */
export interface Operation {
  /** Also the name of its file under `functions/`. */
  readonly id: string;
  readonly method: "GET" | "PUT" | "POST" | "DELETE";
  /** With `{name}` for parameters; `{name+}` takes the rest of the path, slashes included. */
  readonly path: string;
  readonly summary: string;
  readonly description?: string;
  /** Absent: no key is needed. */
  readonly scope?: Scope;
  /** Each request takes one article of the partner's quota, whatever becomes of it, and is refused where there is none. */
  readonly takesQuota?: true;
  readonly params: z.ZodObject;
  readonly query: z.ZodObject;
  readonly headers: z.ZodObject;
  /** Body schemas by media type; absent: a body is ignored. */
  readonly body?: Readonly<Record<string, z.ZodType>>;
  readonly responses: Readonly<Record<number, ResponseSpec>>;
}

/** What a handler gets: every part parsed. */
export interface RequestOf<O extends Operation> {
  readonly params: z.output<O["params"]>;
  readonly query: z.output<O["query"]>;
  readonly headers: z.output<O["headers"]>;
}

type BodyOf<R extends ResponseSpec> = R extends { schema: infer S extends z.ZodType }
  ? { readonly json: z.input<S> }
  : R extends { mediaTypes: readonly string[] }
    ? { readonly bytes: Uint8Array | string; readonly contentType: string }
    : object;

/** What a handler may answer: one of the declared statuses, with the body that belongs to it. */
export type ResponseOf<O extends Operation> = {
  [S in keyof O["responses"] & number]: {
    readonly status: S;
    readonly headers?: Readonly<Record<string, string>>;
  } & BodyOf<O["responses"][S]>;
}[keyof O["responses"] & number];

/** Keeps the exact type of an operation, so that handlers are checked against it. */
export function defineOperation<const O extends Operation>(operation: O): O {
  return operation;
}
