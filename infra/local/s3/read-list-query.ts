import { queryValue, type S3Request } from "./read-s3-request.ts";
import { S3Error } from "./s3-error.ts";

/** What both listings understand; `encode` writes names as the client asked for them. */
export type ListQuery = {
  readonly prefix: string;
  readonly delimiter: string;
  readonly maxKeys: number;
  readonly encodingType: string | undefined;
  readonly encode: (name: string) => string;
};

export const listParameters: readonly string[] = ["prefix", "delimiter", "max-keys", "encoding-type"];
const maxMaxKeys = 1000;

/** @throws S3Error InvalidArgument */
export function readListQuery(request: S3Request): ListQuery {
  const maxKeys = queryValue(request, "max-keys") ?? String(maxMaxKeys);
  if (!/^[0-9]{1,10}$/.test(maxKeys) || Number(maxKeys) > 0x7fffffff) {
    throw new S3Error("InvalidArgument", "Argument maxKeys must be an integer between 0 and 2147483647");
  }
  const encodingType = queryValue(request, "encoding-type");
  if (encodingType !== undefined && encodingType !== "url") {
    throw new S3Error("InvalidArgument", "Invalid Encoding Method specified in Request");
  }
  return {
    prefix: queryValue(request, "prefix") ?? "",
    delimiter: queryValue(request, "delimiter") ?? "",
    maxKeys: Math.min(Number(maxKeys), maxMaxKeys),
    encodingType,
    encode: encodingType === undefined ? (name) => name : (name) => encodeURIComponent(name).replaceAll("%2F", "/"),
  };
}
