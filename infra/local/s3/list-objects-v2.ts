import { behindAll, groupKeys, type Position, positionBehind } from "./group-keys.ts";
import type { Operation } from "./operation.ts";
import { listParameters, readListQuery } from "./read-list-query.ts";
import { queryValue } from "./read-s3-request.ts";
import { S3Error } from "./s3-error.ts";
import { sendXml } from "./send-xml.ts";

/**
 * Lists the objects that are there now, by the bytes of their keys. A continuation token holds the place itself, not a
 * number of entries, so that a page follows on whatever was stored or deleted in between.
 */
export const listObjectsV2: Operation = {
  name: "ListObjectsV2",
  method: "GET",
  target: "bucket",
  selector: "list-type",
  query: [...listParameters, "continuation-token", "start-after"],
  answer({ request, store, response }) {
    const { bucket } = request;
    store.buckets.versioningOf(bucket);
    if (queryValue(request, "list-type") !== "2")
      throw new S3Error("NotImplemented", "Only list type 2 is implemented.");
    const { prefix, delimiter, maxKeys, encodingType, encode } = readListQuery(request);
    const startAfter = queryValue(request, "start-after");
    const token = queryValue(request, "continuation-token");
    const { rows, commonPrefixes, next } = groupKeys({
      rows: (from, end) => store.versions.objects(bucket, from, end),
      keyOf: (version) => version.key,
      positionOf: (version) => ({ key: Buffer.from(version.key), seq: behindAll }),
      prefix,
      delimiter,
      start:
        token !== undefined ? readToken(token) : startAfter ? positionBehind(startAfter, prefix, delimiter) : undefined,
      limit: maxKeys,
    });
    sendXml(response, [
      "ListBucketResult",
      ["Name", bucket],
      ["Prefix", encode(prefix)],
      startAfter ? ["StartAfter", encode(startAfter)] : undefined,
      token === undefined ? undefined : ["ContinuationToken", token],
      next && ["NextContinuationToken", writeToken(next)],
      ["KeyCount", String(rows.length + commonPrefixes.length)],
      ["MaxKeys", String(maxKeys)],
      delimiter ? ["Delimiter", encode(delimiter)] : undefined,
      encodingType === undefined ? undefined : ["EncodingType", encodingType],
      ["IsTruncated", String(next !== undefined)],
      ...rows.map(
        ({ key, storedAt, body }) =>
          [
            "Contents",
            ["Key", encode(key)],
            ["LastModified", new Date(storedAt).toISOString()],
            ["ETag", `"${body.md5}"`],
            ["ChecksumAlgorithm", body.checksum.algorithm.toUpperCase()],
            ["ChecksumType", "FULL_OBJECT"],
            ["Size", String(body.size)],
            ["StorageClass", "STANDARD"],
          ] as const,
      ),
      ...commonPrefixes.map((group) => ["CommonPrefixes", ["Prefix", encode(group)]] as const),
    ]);
  },
};

function writeToken({ key, seq }: Position): string {
  return `${seq.toString(36)}.${key.toString("base64url")}`;
}

function readToken(token: string): Position {
  const match = /^([0-9a-z]{1,11})\.([\w-]*)$/.exec(token);
  const position = { key: Buffer.from(match?.[2] ?? "", "base64url"), seq: Number.parseInt(match?.[1] ?? "", 36) };
  if (match && writeToken(position) === token) return position;
  throw new S3Error("InvalidArgument", "The continuation token provided is incorrect");
}
