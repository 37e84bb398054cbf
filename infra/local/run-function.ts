import { createRequire } from "node:module";
import { join } from "node:path";

/**
 * The inside of a function's process: loads the handler as Lambda's runtime does and handles one event at a time. It ends
 * with its parent, however that ends.
 */
export interface Invocation {
  readonly id: string;
  readonly event: unknown;
  readonly timeoutMs: number;
}

export type InvocationResult =
  | { readonly id: string; readonly result: unknown }
  | { readonly id: string; readonly error: string };

const [assetDirectory = "", handlerName = ""] = process.argv.slice(2);
const [file = "", exportName = ""] = handlerName.split(".");
const require = createRequire(import.meta.url);
const handler: unknown = require(join(assetDirectory, `${file}.js`))[exportName];
if (typeof handler !== "function") throw new Error(`${file} has no export ${exportName}.`);

process.on("disconnect", () => process.exit(0));
process.on("message", async ({ id, event, timeoutMs }: Invocation) => {
  const deadline = Date.now() + timeoutMs;
  const context = {
    awsRequestId: id,
    functionName: process.env["AWS_LAMBDA_FUNCTION_NAME"],
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
  let answer: InvocationResult;
  try {
    answer = { id, result: await handler(event, context) };
  } catch (error) {
    answer = { id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
  process.send?.(answer);
});
process.send?.({ ready: true });
