import { S3Error } from "./s3-error.ts";

/** Byte positions, both inclusive. */
export type ByteRange = { readonly first: number; readonly last: number };

/**
 * Reads a Range header (RFC 9110, section 14.2) for an object of `size` bytes. As with S3, anything but one well-formed
 * range of bytes counts as no range at all.
 *
 * @throws S3Error InvalidRange when it begins behind the end
 */
export function readRange(header: string | undefined, size: number): ByteRange | undefined {
  const match = /^bytes=(?:([0-9]{1,15})-([0-9]{1,15})?|-([0-9]{1,15}))$/.exec(header?.trim() ?? "");
  if (match === null) return undefined;
  const suffix = match[3] === undefined ? undefined : Number(match[3]);
  const first = suffix === undefined ? Number(match[1]) : Math.max(size - suffix, 0);
  const last = match[2] === undefined ? size - 1 : Math.min(Number(match[2]), size - 1);
  if (match[2] !== undefined && Number(match[2]) < first) return undefined;
  if (first < size && suffix !== 0) return { first, last };
  throw new S3Error("InvalidRange", "The requested range is not satisfiable", { "content-range": `bytes */${size}` });
}
