import { ProblemError } from "./api/problem.ts";

/**
 * The problem that a partner is told of when something was thrown. What is not a problem of the partner's is one of ours,
 * and says no more; a fault that passes says when to try again.
 */
export function explainFailure(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  if (isPassing(error)) {
    return new ProblemError("unavailable", "A store did not answer in time. Send it again; nothing is stored twice.", {
      headers: { "Retry-After": "1" },
      cause: error,
    });
  }
  return new ProblemError(
    "internal",
    "This is our fault, and it is in our log under the request ID. A retry is safe.",
    {
      cause: error,
    },
  );
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
