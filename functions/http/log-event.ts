/** A line of JSON in the log, for functions that no request calls. */
export function logEvent(level: "info" | "error", more: object): void {
  process.stdout.write(`${JSON.stringify({ level, time: new Date().toISOString(), ...more })}\n`);
}

/** A line about what is our fault, with its cause. */
export function logFailure(subject: object, error: unknown): void {
  logEvent("error", { ...subject, ...describeError(error) });
}

function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { error: String(error) };
  const { cause } = error;
  return {
    error: `${error.name}: ${error.message}`,
    ...(cause instanceof Error && { cause: `${cause.name}: ${cause.message}` }),
  };
}
