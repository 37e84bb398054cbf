import { ProblemError } from "../../shared/api/problem.ts";
import { embedMetrics, type MetricSet } from "./embed-metrics.ts";

/** A line of JSON in the log, for what no request has a line of; with metrics where some of its members are measured. */
export function logEvent(level: "info" | "error", more: object, metrics: readonly MetricSet[] = []): void {
  const now = new Date();
  const line = { level, time: now.toISOString(), ...more };
  process.stdout.write(`${JSON.stringify({ ...line, ...embedMetrics(line, metrics, now.getTime()) })}\n`);
}

/** A line about what is our fault, with its cause. */
export function logFailure(subject: object, error: unknown, metrics: readonly MetricSet[] = []): void {
  logEvent("error", { ...subject, ...describeFault(error) }, metrics);
}

/**
 * An error of ours: its name and message, and where it was thrown. The problem that a fault is answered as says the same of all
 * faults, so what it was made from is told in its place. Messages of the stores hold names of tables and conditions, never content.
 */
export function describeFault(thrown: unknown): {
  error: string;
  stack?: string | undefined;
  cause?: string | undefined;
} {
  const error = thrown instanceof ProblemError && thrown.cause !== undefined ? thrown.cause : thrown;
  const { stack, cause } = error instanceof Error ? error : {};
  return {
    error: nameFault(error),
    // A message may have lines of its own, which are no places.
    stack: stack
      ?.match(/^ {4}at .*/gm)
      ?.slice(0, 8)
      .join("\n"),
    cause: cause === undefined ? undefined : nameFault(cause),
  };
}

function nameFault(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
