import type { Problem, ProblemKind } from "../../shared/api/problem.ts";
import { ProblemError, problemKinds, problemType } from "../../shared/api/problem.ts";
import type { Answer, HttpLink } from "./http-function.ts";
import { unknownName } from "./parse-request.ts";

/** Turns whatever was thrown into a problem document. What is not a problem of the partner's is one of ours, and says no more. */
export function answerProblems(): HttpLink {
  return {
    onError(request) {
      const problem = toProblemError(request.error);
      request.response = describeProblem(problem, request.event.requestContext.requestId);
    },
  };
}

/** The answer that stands for a problem. */
export function describeProblem(problem: ProblemError, requestId: string): Answer {
  const { status, title } = problemKinds[problem.kind];
  const [first] = problem.errors;
  const document: Problem = {
    type: problemType(problem.kind),
    title,
    status,
    detail: problem.message,
    instance: `urn:request:${requestId}`,
    ...(problem.errors.length > 0 && { errors: [...problem.errors] }),
  };
  return {
    status,
    headers: problem.headers,
    bytes: JSON.stringify(document),
    contentType: "application/problem+json",
    // A name that the partner made up is a part of its request, and might be a key in the wrong place: it is not logged.
    log: { problem: problem.kind, pointer: first?.detail === unknownName ? undefined : first?.pointer },
  };
}

function toProblemError(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  if (isPassing(error)) {
    return new ProblemError("unavailable", "A store did not answer in time. Send it again; nothing is stored twice.", {
      headers: { "Retry-After": "1" },
      cause: error,
    });
  }
  const kind: ProblemKind = "internal";
  return new ProblemError(kind, "This is our fault, and it is in our log under the request ID. A retry is safe.", {
    cause: error,
  });
}

const throttlingErrors: ReadonlySet<string> = new Set([
  "ProvisionedThroughputExceededException",
  "RequestLimitExceeded",
  "ThrottlingException",
  "ThrottlingError",
  "ProvisionedThroughputExceeded",
  "SlowDown",
  "TransactionInProgressException",
  "TimeoutError",
]);

const networkErrors: ReadonlySet<string> = new Set([
  "ECONNRESET",
  "ECONNREFUSED",
  "EPIPE",
  "ETIMEDOUT",
  "ENOTFOUND",
  "EAI_AGAIN",
]);

/** Says whether an error of a store goes away by itself: throttling, a fault on its side, or of the network between. */
function isPassing(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { name, code, $metadata, $fault, CancellationReasons } = error as Error & {
    code?: string;
    CancellationReasons?: readonly { Code?: string }[];
    $metadata?: { httpStatusCode?: number };
    $fault?: string;
  };
  return (
    throttlingErrors.has(name) ||
    CancellationReasons?.some(({ Code }) => throttlingErrors.has(Code ?? "")) ||
    (code !== undefined && networkErrors.has(code)) ||
    $fault === "server" ||
    ($metadata?.httpStatusCode ?? 0) >= 500
  );
}
