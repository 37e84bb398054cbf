import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import type { Operation } from "../../shared/api/operation.ts";
import { ProblemError } from "../../shared/api/problem.ts";
import { matchesEtag } from "../../shared/precondition.ts";
import { answerProblem } from "./answer-problems.ts";
import type { Answer, HttpLink, HttpRequest } from "./http-function.ts";
import { describeQuota } from "./limit-articles.ts";

/** Smaller answers are not worth the time. */
const minCompressedBytes = 2048;

/** What Lambda lets through is 6 MB with headers, and with the third that base64 adds. */
const maxEncodedBytes = 5_900_000;

/** Encodes every answer, also those of errors: schema, ETag, compression, headers. */
export function encodeAnswer(operation: Operation): HttpLink {
  const encode = (request: HttpRequest) => {
    const answer = request.response as Answer;
    const { event, context } = request;
    const checked = answer.json === undefined ? answer : { ...answer, bytes: serialize(operation, answer) };
    const told = { ...checked, headers: { ...describeQuota(context.state.quota), ...checked.headers } };
    const encoded = pack(event, revalidate(event, operation, told));
    context.state.answer = encoded.answer;
    request.response = encoded.result;
  };
  return { after: encode, onError: encode };
}

/** Parsed by its schema, so that it holds what is declared and nothing else. */
function serialize(operation: Operation, answer: Answer): string {
  const schema = operation.responses[answer.status]?.schema;
  if (schema === undefined) throw new Error(`${operation.id} declares no answer with status ${answer.status}.`);
  return JSON.stringify(schema.parse(answer.json));
}

/** Adds the ETag of an answer that has none, and leaves the body out for a reader that has it (RFC 9110, section 13.1.2). */
function revalidate(event: APIGatewayProxyEventV2, operation: Operation, answer: Answer): Answer {
  if (answer.status !== 200 || operation.responses[304] === undefined || answer.bytes === undefined) return answer;
  const etag =
    answer.headers?.["ETag"] ?? `"${createHash("sha256").update(answer.bytes).digest("base64url").slice(0, 22)}"`;
  const headers = { ...answer.headers, ETag: etag };
  const { bytes: _bytes, json: _json, ...withoutBody } = answer;
  const known = event.headers["if-none-match"];
  if (known !== undefined && matchesEtag(known, etag)) return { ...withoutBody, status: 304, headers };
  return { ...answer, headers };
}

function pack(
  event: APIGatewayProxyEventV2,
  answer: Answer,
): { answer: Answer; result: APIGatewayProxyStructuredResultV2 } {
  const requestId = event.requestContext.requestId;
  const plain = answer.bytes === undefined || answer.status === 304 ? undefined : Buffer.from(answer.bytes);
  const isCompressed =
    plain !== undefined && plain.length >= minCompressedBytes && acceptsGzip(event.headers["accept-encoding"]);
  const content = isCompressed ? gzipSync(plain, { level: 5 }) : plain;
  const isBinary = isCompressed || answer.bytes instanceof Uint8Array;
  const body = content?.toString(isBinary ? "base64" : "utf8");
  if (body !== undefined && measureAsJson(body, isBinary) > maxEncodedBytes) {
    const detail = isCompressed
      ? "The answer is too large for one response, even compressed."
      : "The answer is too large for one response. Ask with Accept-Encoding: gzip.";
    return pack(event, answerProblem(new ProblemError("not-acceptable", detail), requestId));
  }
  const headers: Record<string, string> = {
    "Cache-Control": "private, no-cache",
    ...answer.headers,
    ...(content !== undefined && { "Content-Type": answer.contentType ?? "application/json" }),
    ...(isCompressed && { "Content-Encoding": "gzip" }),
    ...(answer.bytes instanceof Uint8Array && content !== undefined && { "Content-Digest": digest(content) }),
    Vary: "Accept-Encoding, Authorization",
    "X-Content-Type-Options": "nosniff",
    "X-Request-Id": requestId,
  };
  // A strong ETag promises equal bytes, and these are others.
  if (isCompressed && headers["ETag"]?.startsWith('"')) headers["ETag"] = `W/${headers["ETag"]}`;
  return {
    answer,
    result: { statusCode: answer.status, headers, ...(body !== undefined && { body, isBase64Encoded: isBinary }) },
  };
}

/** Bytes of a body inside the JSON that Lambda hands to the gateway: quotes, backslashes and line ends take two. */
function measureAsJson(body: string, isBase64: boolean): number {
  return isBase64 ? body.length : Buffer.byteLength(JSON.stringify(body));
}

/** RFC 9530. */
function digest(content: Uint8Array): string {
  return `sha-256=:${createHash("sha256").update(content).digest("base64")}:`;
}

/** RFC 9110, section 12.5.3: a coding that is named counts before `*`, and a weight of 0 refuses it. */
function acceptsGzip(header: string | undefined): boolean {
  const weights = new Map<string, number>();
  for (const entry of (header ?? "").split(",")) {
    const [name = "", ...parameters] = entry.split(";").map((part) => part.trim().toLowerCase());
    const weight = parameters.find((parameter) => parameter.startsWith("q="))?.slice(2);
    weights.set(name, weight === undefined ? 1 : Number(weight));
  }
  return (weights.get("gzip") ?? weights.get("*") ?? 0) > 0;
}
