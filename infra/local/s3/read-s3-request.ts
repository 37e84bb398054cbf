import { isUtf8 } from "node:buffer";
import type { IncomingMessage } from "node:http";
import { S3Error } from "./s3-error.ts";

/**
 * A request as S3 sees it. `path` is the whole decoded path, `bucket` and `key` its two parts (empty when absent);
 * `query` holds decoded names and values in the order in which they came. `fields` are the headers by lower-case name
 * and, for a presigned URL, also its `x-amz-…` parameters: signers move headers there, and S3 reads them as headers.
 */
export type S3Request = {
  readonly method: string;
  readonly path: string;
  readonly bucket: string;
  readonly key: string;
  readonly query: readonly (readonly [name: string, value: string])[];
  readonly headers: ReadonlyMap<string, string>;
  readonly fields: ReadonlyMap<string, string>;
  readonly message: IncomingMessage;
};

const maxKeyBytes = 1024;

/**
 * Reads path-style addresses only: `/bucket/key`. The raw target is taken apart by hand, because a URL parser would
 * resolve `..` and `//`, which are ordinary parts of an S3 key.
 *
 * @throws S3Error InvalidURI, KeyTooLongError
 */
export function readS3Request(message: IncomingMessage): S3Request {
  const target = message.url ?? "/";
  const queryAt = target.indexOf("?");
  const path = decodePercent(queryAt === -1 ? target : target.slice(0, queryAt));
  if (!path.startsWith("/")) throw new S3Error("InvalidURI", "Couldn't parse the specified URI.");
  const keyAt = path.indexOf("/", 1);
  const bucket = path.slice(1, keyAt === -1 ? undefined : keyAt);
  const key = keyAt === -1 ? "" : path.slice(keyAt + 1);
  if (Buffer.byteLength(key) > maxKeyBytes) throw new S3Error("KeyTooLongError", "Your key is too long.");

  const query = queryAt === -1 ? [] : readQuery(target.slice(queryAt + 1));
  const headers = new Map<string, string>();
  for (const [name, values] of Object.entries(message.headersDistinct)) headers.set(name, (values ?? []).join(","));
  const fields = new Map(headers);
  for (const [name, value] of query) {
    if (name.startsWith("x-amz-") && !fields.has(name)) fields.set(name, value);
  }
  return { method: message.method ?? "GET", path, bucket, key, query, headers, fields, message };
}

/** The value of the first query parameter with this name. */
export function queryValue(request: S3Request, name: string): string | undefined {
  return request.query.find(([candidate]) => candidate === name)?.[1];
}

function readQuery(text: string): [string, string][] {
  return text
    .split("&")
    .filter((part) => part !== "")
    .map((part) => {
      const equalsAt = part.indexOf("=");
      const name = equalsAt === -1 ? part : part.slice(0, equalsAt);
      const value = equalsAt === -1 ? "" : part.slice(equalsAt + 1);
      return [decodePercent(name.replaceAll("+", " ")), decodePercent(value.replaceAll("+", " "))];
    });
}

function decodePercent(text: string): string {
  if (/%(?![0-9a-f]{2})/i.test(text)) throw new S3Error("InvalidURI", "Couldn't parse the specified URI.");
  const bytes = Buffer.from(
    text.replace(/%(..)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    "latin1",
  );
  if (!isUtf8(bytes)) throw new S3Error("InvalidURI", "The specified URI is not valid UTF-8.");
  return bytes.toString();
}
