import { groupKeys, type Position, positionBehind } from "./group-keys.ts";
import type { ObjectStore } from "./open-object-store.ts";
import type { Operation } from "./operation.ts";
import { listParameters, readListQuery } from "./read-list-query.ts";
import { queryValue, type S3Request } from "./read-s3-request.ts";
import { S3Error } from "./s3-error.ts";
import { sendXml } from "./send-xml.ts";
import { readVersionId, writeVersionId } from "./version-table.ts";

/**
 * Lists all versions and delete markers, by key and then newest first. The markers of the next page name a place and not
 * a version, so that a sweeper can delete what it has listed and go on.
 */
export const listObjectVersions: Operation = {
  name: "ListObjectVersions",
  method: "GET",
  target: "bucket",
  selector: "versions",
  query: [...listParameters, "key-marker", "version-id-marker"],
  answer({ request, store, response }) {
    const { bucket } = request;
    store.buckets.versioningOf(bucket);
    const { prefix, delimiter, maxKeys, encodingType, encode } = readListQuery(request);
    const keyMarker = queryValue(request, "key-marker") ?? "";
    const versionIdMarker = queryValue(request, "version-id-marker");
    const { rows, commonPrefixes, next } = groupKeys({
      rows: (from, end) => store.versions.versions(bucket, from, end),
      keyOf: (version) => version.key,
      positionOf: ({ key, seq }) => ({ key: Buffer.from(key), seq }),
      prefix,
      delimiter,
      start: readStart({ request, store }, { prefix, delimiter }),
      limit: maxKeys,
    });
    const last = rows.at(-1);
    const lastGroup = commonPrefixes.at(-1);
    const lastIsGroup = lastGroup !== undefined && (!last || Buffer.from(lastGroup).compare(Buffer.from(last.key)) > 0);
    sendXml(response, [
      "ListVersionsResult",
      ["Name", bucket],
      ["Prefix", encode(prefix)],
      ["KeyMarker", encode(keyMarker)],
      ["VersionIdMarker", versionIdMarker ?? ""],
      next && ["NextKeyMarker", encode(lastIsGroup ? lastGroup : (last?.key ?? ""))],
      next && last && !lastIsGroup ? ["NextVersionIdMarker", writeVersionId(last.seq)] : undefined,
      ["MaxKeys", String(maxKeys)],
      delimiter ? ["Delimiter", encode(delimiter)] : undefined,
      encodingType === undefined ? undefined : ["EncodingType", encodingType],
      ["IsTruncated", String(next !== undefined)],
      ...rows.map(
        ({ key, versionId, isLatest, storedAt, blob, body }) =>
          [
            blob === undefined ? "DeleteMarker" : "Version",
            ["Key", encode(key)],
            ["VersionId", versionId],
            ["IsLatest", String(isLatest)],
            ["LastModified", new Date(storedAt).toISOString()],
            ...(blob === undefined
              ? []
              : ([
                  ["ETag", `"${body.md5}"`],
                  ["ChecksumAlgorithm", body.checksum.algorithm.toUpperCase()],
                  ["ChecksumType", "FULL_OBJECT"],
                  ["Size", String(body.size)],
                  ["StorageClass", "STANDARD"],
                ] as const)),
          ] as const,
      ),
      ...commonPrefixes.map((group) => ["CommonPrefixes", ["Prefix", encode(group)]] as const),
    ]);
  },
};

/** @throws S3Error InvalidArgument */
function readStart(
  { request, store }: { readonly request: S3Request; readonly store: ObjectStore },
  { prefix, delimiter }: { readonly prefix: string; readonly delimiter: string },
): Position | undefined {
  const keyMarker = queryValue(request, "key-marker") ?? "";
  const versionIdMarker = queryValue(request, "version-id-marker");
  if (versionIdMarker && keyMarker === "") {
    throw new S3Error("InvalidArgument", "A version-id marker cannot be specified without a key marker.");
  }
  if (keyMarker === "") return undefined;
  if (!versionIdMarker) return positionBehind(keyMarker, prefix, delimiter);
  if (versionIdMarker !== "null") return { key: Buffer.from(keyMarker), seq: readVersionId(versionIdMarker) };
  const seq = store.versions.find(request.bucket, keyMarker, "null")?.seq ?? 0;
  return { key: Buffer.from(keyMarker), seq };
}
