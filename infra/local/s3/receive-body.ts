import { createHash } from "node:crypto";
import { type ChecksumAlgorithm, checksumAlgorithms, isChecksumAlgorithm } from "./checksum-algorithms.ts";
import { decodeAwsChunked } from "./decode-aws-chunked.ts";
import type { S3Request } from "./read-s3-request.ts";
import { S3Error } from "./s3-error.ts";
import type { Authorization } from "./verify-signature.ts";

/** What is known of a body that came whole and unharmed: bytes, MD5 in hex, the additional checksum in base64. */
export type ReceivedBody = {
  readonly size: number;
  readonly md5: string;
  readonly checksum: { readonly algorithm: ChecksumAlgorithm; readonly value: string };
};

const streamingModes: readonly string[] = [
  "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
  "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
  "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
];
const checksumPrefix = "x-amz-checksum-";

/**
 * Streams the body to `write`, one piece at a time, and then checks everything that the client said of it: length,
 * SHA-256 of the signature, Content-MD5, additional checksum in a header or a trailer. Without an additional checksum
 * CRC-64/NVME is taken, as S3 does since December 2024. The pieces are written before the checks can be made, so the
 * caller must throw away what it wrote when this throws.
 *
 * @throws S3Error BadDigest, EntityTooLarge, IncompleteBody, Invalid…, MissingContentLength, SignatureDoesNotMatch,
 *   XAmzContentSHA256Mismatch
 */
export async function receiveBody(
  request: S3Request,
  { authorization, maxBytes }: { readonly authorization: Authorization; readonly maxBytes: number },
  write: (piece: Buffer) => Promise<unknown> | unknown,
): Promise<ReceivedBody> {
  const { payloadHash } = authorization;
  const streaming = payloadHash.startsWith("STREAMING-");
  if (streaming && !streamingModes.includes(payloadHash)) throw notUnderstood("x-amz-content-sha256");
  if (!streaming && payloadHash !== "UNSIGNED-PAYLOAD" && !/^[0-9a-f]{64}$/.test(payloadHash)) {
    throw new S3Error(
      "InvalidArgument",
      "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-…, or a valid sha256 value.",
    );
  }
  const length = readLength(request, streaming);
  if (length > maxBytes) throw new S3Error("EntityTooLarge", "Your proposed upload exceeds the maximum allowed size");
  const expectedMd5 = readContentMd5(request);
  const claim = readChecksumClaim(request);

  const md5 = createHash("md5");
  const sha256 = streaming || payloadHash === "UNSIGNED-PAYLOAD" ? undefined : createHash("sha256");
  const checksum = checksumAlgorithms[claim.algorithm].start();
  const trailers = new Map<string, string>();
  // The iterator must not destroy the request when we stop early: the client still has to read why.
  const raw: AsyncIterableIterator<Buffer> = request.message.iterator({ destroyOnReturn: false });
  const source = rethrowAsIncomplete(raw);
  let size = 0;
  try {
    for await (const piece of streaming ? decodeAwsChunked(source, authorization, trailers) : source) {
      size += piece.length;
      if (size > length) throw incomplete();
      md5.update(piece);
      sha256?.update(piece);
      checksum.update(piece);
      await write(piece);
    }
  } finally {
    // An iterator that is left open holds the request back, and the rest of it could not be drained.
    await source.return(undefined);
  }

  if (size !== length) throw incomplete();
  if (sha256 && sha256.digest("hex") !== payloadHash) {
    throw new S3Error(
      "XAmzContentSHA256Mismatch",
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
    );
  }
  const actualMd5 = md5.digest();
  if (expectedMd5 && !expectedMd5.equals(actualMd5)) {
    throw new S3Error("BadDigest", "The Content-MD5 you specified did not match what we received.");
  }
  const value = checksum.digest().toString("base64");
  const claimed = claim.trailer === undefined ? claim.value : (trailers.get(claim.trailer) ?? "");
  if (claimed !== undefined && claimed !== value) {
    const name = claim.algorithm.toUpperCase();
    throw new S3Error("BadDigest", `The ${name} you specified did not match the calculated checksum.`);
  }
  return { size, md5: actualMd5.toString("hex"), checksum: { algorithm: claim.algorithm, value } };
}

async function* rethrowAsIncomplete(source: AsyncIterableIterator<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* source;
  } catch {
    throw incomplete();
  }
}

function readLength(request: S3Request, streaming: boolean): number {
  const text = request.fields.get(streaming ? "x-amz-decoded-content-length" : "content-length");
  if (text === undefined) throw new S3Error("MissingContentLength", "You must provide the Content-Length HTTP header.");
  if (!/^[0-9]{1,15}$/.test(text)) throw new S3Error("InvalidArgument", "The content length is not a number of bytes.");
  return Number(text);
}

function readContentMd5(request: S3Request): Buffer | undefined {
  const text = request.headers.get("content-md5");
  if (text === undefined) return undefined;
  const bytes = Buffer.from(text, "base64");
  if (bytes.length === 16 && bytes.toString("base64") === text) return bytes;
  throw new S3Error("InvalidDigest", "The Content-MD5 you specified was invalid.");
}

type ChecksumClaim = { readonly algorithm: ChecksumAlgorithm; readonly value?: string; readonly trailer?: string };

function readChecksumClaim(request: S3Request): ChecksumClaim {
  const trailer = request.fields.get("x-amz-trailer");
  const given = [...request.fields].filter(
    ([name]) => name.startsWith(checksumPrefix) && isChecksumAlgorithm(name.slice(checksumPrefix.length)),
  );
  if (given.length + (trailer === undefined ? 0 : 1) > 1) {
    throw new S3Error(
      "InvalidRequest",
      "Expecting a single x-amz-checksum- header. Multiple checksum types are not allowed.",
    );
  }
  const [name, value] = given[0] ?? [trailer?.toLowerCase()];
  if (name === undefined) {
    if (!request.fields.has("x-amz-sdk-checksum-algorithm")) return { algorithm: "crc64nvme" };
    throw new S3Error(
      "InvalidRequest",
      "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.",
    );
  }
  const algorithm = name.slice(checksumPrefix.length);
  if (!name.startsWith(checksumPrefix) || !isChecksumAlgorithm(algorithm)) throw notUnderstood(name);
  if (value === undefined) return { algorithm, trailer: name };
  if (Buffer.from(value, "base64").length !== checksumAlgorithms[algorithm].bytes) {
    throw new S3Error("InvalidRequest", `Value for ${name} header is invalid.`);
  }
  return { algorithm, value };
}

function incomplete(): S3Error {
  return new S3Error(
    "IncompleteBody",
    "You did not provide the number of bytes specified by the Content-Length HTTP header.",
  );
}

function notUnderstood(name: string): S3Error {
  return new S3Error("NotImplemented", `A header you provided implies functionality that is not implemented: ${name}`);
}
