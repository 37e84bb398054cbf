import type { Operation } from "./operation.ts";
import { operations } from "./operations.ts";
import type { S3Request } from "./read-s3-request.ts";
import { S3Error } from "./s3-error.ts";

/** Understood everywhere: what signing needs, and the name that the SDK adds for logs. */
const commonFields = ["x-amz-content-sha256", "x-amz-date", "x-amz-user-agent"];
const commonQuery = ["x-id"];
const signingQuery = /^X-Amz-(Algorithm|Content-Sha256|Credential|Date|Expires|Signature|SignedHeaders)$/;
/** Headers that change what a request means; the others are kept, or harmless. */
const meaningful = /^(x-amz-.*|if-.*|range)$/;

/**
 * Finds the operation that a request asks for.
 *
 * @throws S3Error NotImplemented when there is none, or when the request has a parameter or header that it does not know
 */
export function selectOperation(request: S3Request): Operation {
  const target = request.bucket === "" ? "service" : request.key === "" ? "bucket" : "object";
  const fitting = operations.filter(
    (operation) =>
      operation.method === request.method &&
      operation.target === target &&
      (operation.selector === undefined || request.query.some(([name]) => name === operation.selector)),
  );
  const operation = fitting.find((candidate) => candidate.selector !== undefined) ?? fitting[0];
  if (operation === undefined) throw notImplemented(`${request.method} on a ${target}`);
  const query = [...commonQuery, ...(operation.query ?? []), operation.selector];
  for (const [name] of request.query) {
    const known = query.includes(name) || signingQuery.test(name) || name.startsWith("x-amz-");
    if (!known) throw notImplemented(`${operation.name} with the parameter ${name}`);
  }
  const fields = [...commonFields, ...(operation.fields ?? [])];
  for (const name of request.fields.keys()) {
    const known = fields.some((field) => (field.endsWith("-") ? name.startsWith(field) : name === field));
    if (meaningful.test(name) && !known) throw notImplemented(`${operation.name} with the header ${name}`);
  }
  return operation;
}

function notImplemented(what: string): S3Error {
  return new S3Error("NotImplemented", `A functionality that is not implemented was asked for: ${what}`);
}
