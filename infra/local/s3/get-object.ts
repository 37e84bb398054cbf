import { closeSync, createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { evaluateConditions } from "./evaluate-conditions.ts";
import type { Operation, S3Call } from "./operation.ts";
import { readRange } from "./read-range.ts";
import { queryValue } from "./read-s3-request.ts";
import { S3Error } from "./s3-error.ts";
import type { ObjectVersion } from "./version-table.ts";
import { describeChecksum, describeVersion } from "./write-object-headers.ts";

/**
 * Streams an object, or one range of it. Each answer is of one version from its first header to its last byte: the file
 * is opened in the same turn in which its row is read, and an open file outlives its deletion.
 */
export const getObject: Operation = {
  name: "GetObject",
  method: "GET",
  target: "object",
  query: ["versionId"],
  fields: ["if-match", "if-modified-since", "if-none-match", "if-unmodified-since", "range", "x-amz-checksum-mode"],
  async answer(call) {
    const { request, store, response } = call;
    const version = findObject(call);
    const { size, md5 } = version.body;
    const headers: Record<string, string | number> = {
      ...version.headers,
      ...describeVersion(version, store.buckets.versioningOf(request.bucket)),
      "accept-ranges": "bytes",
      etag: `"${md5}"`,
      "last-modified": new Date(version.storedAt).toUTCString(),
    };
    const verdict = evaluateConditions(request.headers, version);
    if (verdict === "failed") {
      throw new S3Error("PreconditionFailed", "At least one of the pre-conditions you specified did not hold");
    }
    if (verdict === "not-modified") {
      delete headers["content-type"];
      response.writeHead(304, headers).end();
      return;
    }

    const range = readRange(request.headers.get("range"), size);
    const { first, last } = range ?? { first: 0, last: size - 1 };
    headers["content-length"] = last - first + 1;
    if (range) headers["content-range"] = `bytes ${first}-${last}/${size}`;
    // The checksum is of the whole object, so a client that checks what it gets must not have it for a range.
    else if (request.fields.get("x-amz-checksum-mode") === "ENABLED")
      Object.assign(headers, describeChecksum(version.body));

    if (request.method === "HEAD" || version.blob === undefined) {
      response.writeHead(range ? 206 : 200, headers).end();
      return;
    }
    const fd = store.blobs.open(version.blob);
    response.writeHead(range ? 206 : 200, headers);
    if (size === 0) {
      closeSync(fd);
      response.end();
      return;
    }
    await pipeline(createReadStream("", { fd, start: first, end: last, highWaterMark: 256 * 1024 }), response);
  },
};

/** @throws S3Error NoSuchBucket, NoSuchKey, NoSuchVersion; MethodNotAllowed for a delete marker by its ID */
function findObject({ request, store }: S3Call): ObjectVersion {
  const versioning = store.buckets.versioningOf(request.bucket);
  const versionId = queryValue(request, "versionId");
  const version = store.versions.find(request.bucket, request.key, versionId);
  if (version?.blob !== undefined) return version;
  const headers = version ? describeVersion(version, versioning) : {};
  if (versionId === undefined) throw new S3Error("NoSuchKey", "The specified key does not exist.", headers);
  if (version === undefined) throw new S3Error("NoSuchVersion", "The specified version does not exist.");
  throw new S3Error("MethodNotAllowed", "The specified method is not allowed against this resource.", {
    ...headers,
    allow: "DELETE",
    "last-modified": new Date(version.storedAt).toUTCString(),
  });
}
