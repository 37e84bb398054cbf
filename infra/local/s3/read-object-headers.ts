import type { S3Request } from "./read-s3-request.ts";
import { S3Error } from "./s3-error.ts";

const keptHeaders = [
  "cache-control",
  "content-disposition",
  "content-encoding",
  "content-language",
  "content-type",
  "expires",
];
const metadataPrefix = "x-amz-meta-";
const maxMetadataBytes = 2048;

/**
 * The headers that are stored with an object and come back with it. User metadata come back byte for byte, also where
 * they are not ASCII, while S3 would encode such values after RFC 2047.
 *
 * @throws S3Error MetadataTooLarge
 */
export function readObjectHeaders(request: S3Request): Readonly<Record<string, string>> {
  const headers: Record<string, string> = { "content-type": "binary/octet-stream" };
  for (const name of keptHeaders) {
    const value = request.headers.get(name);
    if (value) headers[name] = value;
  }
  // aws-chunked belongs to the way of sending and not to the object.
  const encodings = (headers["content-encoding"] ?? "").split(",").map((encoding) => encoding.trim());
  const kept = encodings.filter((encoding) => encoding !== "" && encoding !== "aws-chunked");
  if (kept.length === 0) delete headers["content-encoding"];
  else headers["content-encoding"] = kept.join(",");

  let metadataBytes = 0;
  for (const [name, value] of request.fields) {
    if (!name.startsWith(metadataPrefix)) continue;
    headers[name] = value;
    metadataBytes += name.length - metadataPrefix.length + value.length;
  }
  if (metadataBytes <= maxMetadataBytes) return headers;
  throw new S3Error("MetadataTooLarge", "Your metadata headers exceed the maximum allowed metadata size");
}
