import { createHash, createHmac } from "node:crypto";
import { S3Error } from "./s3-error.ts";
import { type Authorization, requireSignature } from "./verify-signature.ts";

const maxLineBytes = 8192;
const maxTrailers = 16;
const emptyHash = createHash("sha256").digest("hex");

/**
 * Takes the aws-chunked framing off a body and gives its data piece by piece as they come; what comes after the last
 * chunk is put into `trailers` by lower-case name. With `STREAMING-AWS4-HMAC-SHA256-…` the signature of each chunk and
 * of the trailers is checked; a chunk's data go out before its end is known, so a consumer must keep nothing when this
 * throws. Written after the AWS S3 API reference, "Transferring Payload in Multiple Chunks" and "Including Trailing
 * Headers".
 *
 * @throws S3Error IncompleteBody, InvalidRequest, SignatureDoesNotMatch
 */
export async function* decodeAwsChunked(
  source: AsyncIterator<Buffer>,
  authorization: Authorization,
  trailers: Map<string, string>,
): AsyncGenerator<Buffer> {
  const { payloadHash, signingKey, longDate, scope } = authorization;
  const signed = payloadHash.startsWith("STREAMING-AWS4-HMAC-SHA256-PAYLOAD");
  const trailing = payloadHash.endsWith("-TRAILER");
  let previous = authorization.signature;
  let buffered: Buffer = Buffer.alloc(0);

  async function readMore(): Promise<void> {
    const next = await source.next();
    if (next.done) throw new S3Error("IncompleteBody", "The request body terminated unexpectedly.");
    buffered = buffered.length === 0 ? next.value : Buffer.concat([buffered, next.value]);
  }
  async function readLine(): Promise<string> {
    for (;;) {
      const end = buffered.indexOf("\r\n");
      if (end > maxLineBytes || (end === -1 && buffered.length > maxLineBytes)) throw malformed();
      if (end !== -1) {
        const line = buffered.toString("latin1", 0, end);
        buffered = buffered.subarray(end + 2);
        return line;
      }
      await readMore();
    }
  }
  function requireChained(kind: string, hashes: readonly string[], given: string): void {
    const stringToSign = [kind, longDate, scope, previous, ...hashes].join("\n");
    previous = createHmac("sha256", signingKey).update(stringToSign).digest("hex");
    requireSignature(previous, given);
  }

  for (let size = -1; size !== 0; ) {
    const match = /^([0-9a-f]{1,12})(?:;chunk-signature=([0-9a-f]{64}))?$/i.exec(await readLine());
    if (match?.[1] === undefined) throw malformed();
    size = Number.parseInt(match[1], 16);
    const hash = signed ? createHash("sha256") : undefined;
    for (let left = size; left > 0; ) {
      if (buffered.length === 0) await readMore();
      const piece = buffered.subarray(0, left);
      buffered = buffered.subarray(piece.length);
      left -= piece.length;
      hash?.update(piece);
      yield piece;
    }
    if (size > 0 && (await readLine()) !== "") throw malformed();
    if (hash) requireChained("AWS4-HMAC-SHA256-PAYLOAD", [emptyHash, hash.digest("hex")], match[2] ?? "");
  }

  let canonicalTrailers = "";
  let trailerSignature = "";
  for (let line = await readLine(); line !== ""; line = await readLine()) {
    const colonAt = line.indexOf(":");
    if (!trailing || colonAt < 1 || trailers.size >= maxTrailers) throw malformed();
    const [name, value] = [line.slice(0, colonAt).trim().toLowerCase(), line.slice(colonAt + 1).trim()];
    if (trailers.has(name) || trailerSignature !== "") throw malformed();
    if (name === "x-amz-trailer-signature") {
      trailerSignature = value;
    } else {
      trailers.set(name, value);
      canonicalTrailers += `${name}:${value}\n`;
    }
  }
  if (signed && trailing) {
    const hash = createHash("sha256").update(canonicalTrailers).digest("hex");
    requireChained("AWS4-HMAC-SHA256-TRAILER", [hash], trailerSignature);
  }
  if (buffered.length > 0 || !(await source.next()).done) throw malformed();
}

function malformed(): S3Error {
  return new S3Error("InvalidRequest", "The body is not well-formed aws-chunked.");
}
