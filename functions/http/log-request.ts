import { type LatencyClass, latencyClassOf } from "../../shared/api/latency-class.ts";
import { embedMetrics, type MetricSet } from "./embed-metrics.ts";
import type { Answer, HttpLink, HttpRequest } from "./http-function.ts";
import { type DuplicateWatch, watchDuplicates } from "./watch-duplicates.ts";

/** The metrics of a request. Each costs by the month, and once more for each value of a dimension. */
const metrics: readonly MetricSet[] = [
  { dimensions: ["class"], metrics: ["durationMs"] },
  {
    dimensions: [],
    metrics: ["articles", "duplicates", "quotaRefusals", "refusedKeys", "unsafeContent", "onlyDuplicates"],
  },
];

/**
 * The outermost link: one line of JSON for every request, with what is needed to find it again and to see how it went, and
 * for CloudWatch to take its metrics from. Never a key, never a body, never a query: they are not even looked at here.
 */
export function logRequest(operation: string): HttpLink {
  const write = openWriter(operation, latencyClassOf({ id: operation }), watchDuplicates());
  return {
    before(request) {
      request.context.state = { startedAt: performance.now() };
    },
    after: write,
    onError: write,
  };
}

function openWriter(operation: string, latencyClass: LatencyClass, watch: DuplicateWatch) {
  return (request: HttpRequest): void => {
    const line = describeRequest(operation, request);
    const counts = countForMetrics(request.context.state.answer);
    const { articles = 0, duplicates = 0 } = counts;
    const measured = {
      ...line,
      class: latencyClass,
      ...counts,
      ...(line.partner !== undefined &&
        articles > 0 && { onlyDuplicates: watch.count(line.partner, { articles, duplicates }) }),
    };
    process.stdout.write(`${JSON.stringify({ ...measured, ...embedMetrics(measured, metrics, Date.now()) })}\n`);
    if (process.env["AWS_LAMBDA_LOG_LEVEL"] === "DEBUG") writeDebugLine(operation, request);
  };
}

function describeRequest(operation: string, request: HttpRequest) {
  const { state } = request.context;
  const status = state.answer?.status ?? 500;
  // That our sanitizer failed its own check is a problem for the partner and a fault of ours.
  const isOurs = status >= 500 || state.answer?.log?.["problem"] === "unsafe-content";
  return {
    level: isOurs ? "error" : "info",
    time: new Date().toISOString(),
    requestId: request.event.requestContext.requestId,
    operation,
    partner: state.caller?.partner,
    keyId: state.caller?.keyId,
    status,
    durationMs: Math.round(performance.now() - state.startedAt),
    ...state.answer?.log,
    ...(isOurs && request.error && describeError(request.error)),
  };
}

/** What metrics count, from what the log says of an answer: of one article by its outcome, of a batch by its counts. */
function countForMetrics(answer: Answer | undefined) {
  const { outcome, items, duplicate, problem, validateOnly, beyondQuota } = answer?.log ?? {};
  const isBatch = outcome === undefined && duplicate !== undefined;
  const articles = validateOnly !== undefined ? 0 : isBatch ? asCount(items) : outcome === undefined ? 0 : 1;
  const refused = problem === "quota-exceeded" ? 1 : asCount(beyondQuota);
  return {
    ...(articles > 0 && { articles, duplicates: isBatch ? asCount(duplicate) : Number(outcome === "duplicate") }),
    ...(refused > 0 && { quotaRefusals: refused }),
    ...((problem === "unauthenticated" || problem === "invalid-signature") && { refusedKeys: 1 }),
    ...(problem === "unsafe-content" && { unsafeContent: 1 }),
  };
}

function asCount(value: string | number | undefined): number {
  return typeof value === "number" ? value : 0;
}

/** With `-c logLevel=debug`: what a slow or a large request may come from, and still nothing of what it says. */
function writeDebugLine(operation: string, { event, context, response }: HttpRequest): void {
  const line = {
    level: "debug",
    time: new Date().toISOString(),
    requestId: event.requestContext.requestId,
    operation,
    requestCharacters: event.body?.length ?? 0,
    responseCharacters: (response as { readonly body?: string } | null | undefined)?.body?.length ?? 0,
    remainingMs: context.getRemainingTimeInMillis(),
    heapMb: Math.round(process.memoryUsage().heapUsed / 1024 / 1024),
    processSeconds: Math.round(process.uptime()),
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

/** A line for an item of a request that met a failure of ours, while the request goes on. */
export function logItemFault(
  operation: string,
  item: { readonly requestId: string; readonly partner: string; readonly index: number },
  error: unknown,
): void {
  const line = {
    level: "error",
    time: new Date().toISOString(),
    operation,
    ...item,
    ...(error instanceof Error ? describeError(error) : { error: String(error) }),
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

/** Errors of ours, with their cause; messages of the stores hold names of tables and conditions, never content. */
function describeError(error: Error): { error: string; stack: string | undefined; cause?: string } {
  const { cause } = error;
  return {
    error: `${error.name}: ${error.message}`,
    stack: error.stack?.split("\n").slice(1, 8).join("\n"),
    ...(cause instanceof Error && { cause: `${cause.name}: ${cause.message}` }),
  };
}
