import { open } from "node:fs/promises";
import { checksumFields } from "./checksum-algorithms.ts";
import type { Operation, S3Call } from "./operation.ts";
import { readObjectHeaders } from "./read-object-headers.ts";
import { type ReceivedBody, receiveBody } from "./receive-body.ts";
import { S3Error } from "./s3-error.ts";
import { describeChecksum } from "./write-object-headers.ts";

/** S3's limit for one PUT. */
const maxObjectBytes = 5 * 1024 ** 3;

/**
 * Stores an object. The body streams into a file of its own, which becomes the object only when it has come whole and
 * every digest is right. `If-None-Match: *` is looked at twice: first to refuse before the upload what is refused anyway,
 * and at the end, where it counts.
 */
export const putObject: Operation = {
  name: "PutObject",
  method: "PUT",
  target: "object",
  fields: ["if-none-match", ...checksumFields, "x-amz-decoded-content-length", "x-amz-meta-", "x-amz-trailer"],
  async answer(call) {
    const { request, store, response, onCreated } = call;
    const { bucket, key } = request;
    store.buckets.versioningOf(bucket);
    const condition = request.headers.get("if-none-match");
    if (condition !== undefined && condition !== "*") {
      throw new S3Error(
        "NotImplemented",
        "A header you provided implies functionality that is not implemented: If-None-Match",
      );
    }
    const onlyIfAbsent = condition === "*";
    if (onlyIfAbsent && store.versions.find(bucket, key)?.blob !== undefined) {
      throw new S3Error("PreconditionFailed", "At least one of the pre-conditions you specified did not hold");
    }
    const headers = readObjectHeaders(request);

    const { blob, path } = store.blobs.create();
    try {
      const body = await receiveFile(call, path);
      const version = store.versions.put(bucket, key, { blob, body, headers, onlyIfAbsent });
      onCreated({ bucket, key, size: body.size });
      if (store.buckets.versioningOf(bucket) !== "") response.setHeader("x-amz-version-id", version.versionId);
      response.writeHead(200, { etag: `"${body.md5}"`, ...describeChecksum(body), "content-length": 0 }).end();
    } catch (error) {
      // The file has an owner when only the answer failed; it must stay then.
      if (store.versions.find(bucket, key)?.blob !== blob) store.blobs.remove([blob]);
      throw error;
    }
  },
};

async function receiveFile({ request, authorization }: S3Call, path: string): Promise<ReceivedBody> {
  const file = await open(path, "wx");
  try {
    return await receiveBody(request, { authorization, maxBytes: maxObjectBytes }, (piece) => file.writeFile(piece));
  } finally {
    await file.close();
  }
}
