import type { OutcomeCounts } from "../../shared/api/item-answer.ts";
import { type LatencyClass, latencyClassOf } from "../../shared/api/latency-class.ts";
import { embedMetrics, type MetricSet } from "./embed-metrics.ts";
import type { HttpLink, HttpRequest, LogMembers } from "./http-function.ts";
import { describeFault } from "./log-event.ts";
import { itemMetrics, type MeasureItems, openItemMeter } from "./measure-items.ts";

/** The metrics of a request. */
const metrics: readonly MetricSet[] = [
  { dimensions: ["class"], metrics: ["durationMs"] },
  { dimensions: [], metrics: [...itemMetrics.metrics, "quotaRefusals", "refusedKeys"] },
];

/**
 * The outermost link: one line of JSON for every request, with what is needed to find it again and to see how it went, and
 * for CloudWatch to take its metrics from. Never a key, never a body, never a query: they are not even looked at here.
 */
export function logRequest(operation: string): HttpLink {
  const write = openWriter(operation, latencyClassOf({ id: operation }), openItemMeter());
  return {
    before(request) {
      request.context.state = { startedAt: performance.now(), noted: {} };
    },
    after: write,
    onError: write,
  };
}

function openWriter(operation: string, latencyClass: LatencyClass, measureItems: MeasureItems) {
  return (request: HttpRequest): void => {
    const { noted, answer } = request.context.state;
    const log = { ...noted, ...answer?.log };
    const line = describeRequest(operation, request, log);
    const measured = {
      ...line,
      class: latencyClass,
      ...measureItems(line.partner, countOutcomes(log)),
      ...measureRefusals(log),
    };
    process.stdout.write(`${JSON.stringify({ ...measured, ...embedMetrics(measured, metrics, Date.now()) })}\n`);
    if (process.env["AWS_LAMBDA_LOG_LEVEL"] === "DEBUG") writeDebugLine(operation, request);
  };
}

function describeRequest(operation: string, request: HttpRequest, log: LogMembers) {
  const { state } = request.context;
  const status = state.answer?.status ?? 500;
  // That our sanitizer failed its own check is a problem for the partner and a fault of ours.
  const isOurs = status >= 500 || log["problem"] === "unsafe-content";
  return {
    level: isOurs ? "error" : "info",
    time: new Date().toISOString(),
    requestId: request.event.requestContext.requestId,
    operation,
    partner: state.caller?.partner,
    keyId: state.caller?.keyId,
    status,
    durationMs: Math.round(performance.now() - state.startedAt),
    ...log,
    ...(isOurs && request.error && describeFault(request.error)),
  };
}

/** What was taken in: of one article by its outcome, of a batch by its counts. A dry run takes in nothing. */
function countOutcomes({ validateOnly, outcome, ...log }: LogMembers): Parameters<MeasureItems>[1] {
  if (validateOnly) return {};
  return outcome ? { [outcome]: 1 } : (log as Partial<OutcomeCounts>);
}

/** What metrics count of what was refused, the items of a batch aside: each of them that is our fault has a line of its own. */
function measureRefusals({ problem, beyondQuota }: LogMembers) {
  const isRefusedKey = problem === "unauthenticated" || problem === "invalid-signature";
  return {
    quotaRefusals: problem === "quota-exceeded" ? 1 : beyondQuota,
    refusedKeys: isRefusedKey ? 1 : undefined,
    unsafeContent: problem === "unsafe-content" ? 1 : undefined,
  };
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
