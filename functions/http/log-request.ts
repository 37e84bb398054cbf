import type { HttpLink, HttpRequest } from "./http-function.ts";

/**
 * The outermost link: one line of JSON for every request, with what is needed to find it again and to see how it went. Never
 * a key, never a body, never a query: they are not even looked at here.
 */
export function logRequest(operation: string): HttpLink {
  return {
    before(request) {
      request.context.state = { startedAt: performance.now() };
    },
    after: (request) => writeLine(operation, request),
    onError: (request) => writeLine(operation, request),
  };
}

function writeLine(operation: string, request: HttpRequest): void {
  const { state } = request.context;
  const status = state.answer?.status ?? 500;
  // That our sanitizer failed its own check is a problem for the partner and a fault of ours.
  const isOurs = status >= 500 || state.answer?.log?.["problem"] === "unsafe-content";
  const line = {
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
