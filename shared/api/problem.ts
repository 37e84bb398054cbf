import type { Problem, ProblemPointer } from "./problem-document.ts";

/** Every kind of problem that Copydesk answers. The README documents each; a test compares. */
export const problemKinds = {
  "malformed-json": { status: 400, title: "The body is not valid JSON" },
  "malformed-xml": { status: 400, title: "The XML cannot be read" },
  "malformed-encoding": { status: 400, title: "The body does not match its declared encoding" },
  "invalid-parameter": { status: 400, title: "A parameter is not valid" },
  "invalid-cursor": { status: 400, title: "The cursor does not belong to this query" },
  unauthenticated: { status: 401, title: "A valid key is needed" },
  "invalid-signature": { status: 401, title: "A valid signature is needed" },
  forbidden: { status: 403, title: "The key lacks the scope" },
  "not-found": { status: 404, title: "There is nothing here" },
  "method-not-allowed": { status: 405, title: "The method is not allowed here" },
  "not-acceptable": { status: 406, title: "The answer fits only when compressed" },
  retracted: { status: 410, title: "The article was retracted" },
  "precondition-failed": { status: 412, title: "The article has changed since you read it" },
  "body-too-large": { status: 413, title: "The body is too large" },
  "unsupported-media-type": { status: 415, title: "The media type is not supported" },
  "invalid-submission": { status: 422, title: "The submission is not valid" },
  "unsafe-content": { status: 422, title: "The HTML could not be made safe" },
  "quota-exceeded": { status: 429, title: "The quota is used up" },
  internal: { status: 500, title: "Something went wrong on our side" },
  "search-off": { status: 501, title: "Full text search is off" },
  deferred: { status: 503, title: "This item was not taken in yet" },
  unavailable: { status: 503, title: "Try again in a moment" },
} as const satisfies Record<string, { status: number; title: string }>;
export type ProblemKind = keyof typeof problemKinds;

/** `type` member of a problem document. */
export function problemType(kind: ProblemKind): string {
  return `urn:problem-type:copydesk:${kind}`;
}

/**
 * Thrown anywhere, answered as a problem document by the HTTP chain. `headers` are added to the answer
 * (`Allow`, `Accept`, `Retry-After`, `WWW-Authenticate`).
 */
export class ProblemError extends Error {
  readonly kind: ProblemKind;
  readonly errors: readonly ProblemPointer[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    kind: ProblemKind,
    detail: string,
    more: { errors?: readonly ProblemPointer[]; headers?: Record<string, string>; cause?: unknown } = {},
  ) {
    super(detail, { cause: more.cause });
    this.kind = kind;
    this.errors = more.errors ?? [];
    this.headers = more.headers ?? {};
  }
}

/**
 * The problem document that stands for a problem.
 *
 * @param instance names the occurrence, for example `urn:request:` and the ID of the request
 */
export function describeProblem({ kind, message, errors, headers }: ProblemError, instance: string): Problem {
  const { status, title } = problemKinds[kind];
  const retryAfter = headers["Retry-After"];
  return {
    type: problemType(kind),
    title,
    status,
    detail: message,
    instance,
    ...(errors.length > 0 && { errors: [...errors] }),
    ...(retryAfter !== undefined && { retryAfterSeconds: Number(retryAfter) }),
  };
}
