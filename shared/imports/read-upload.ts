import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { importLimits } from "../api/import.ts";
import { ProblemError } from "../api/problem.ts";
import type { ImportBucket } from "../stores/import-bucket.ts";
import type { ImportRecord } from "../stores/import-record.ts";

/** Read at a time: a connection that stays open while its bytes are worked off would be cut. */
const rangeBytes = 8 * 1024 * 1024;

/**
 * The uploaded file, unpacked, in pieces.
 *
 * @param from first byte; a packed file begins at its beginning
 * @throws ProblemError `malformed-encoding` when it is not what was said of it, `body-too-large` when it unpacks to too much,
 * `not-found` when it is gone
 */
export async function* readUpload(
  record: Pick<ImportRecord, "id" | "contentLength" | "contentEncoding">,
  from: number,
  {
    bucket,
    maxUnpackedBytes,
  }: { readonly bucket: Pick<ImportBucket, "readUpload">; readonly maxUnpackedBytes: number },
): AsyncGenerator<Uint8Array, void, void> {
  const packed = readRanges(record, from, bucket);
  yield* record.contentEncoding === "gzip" ? unpack(packed, maxUnpackedBytes) : refusePacked(packed, from);
}

async function* readRanges(
  record: Pick<ImportRecord, "id" | "contentLength">,
  from: number,
  bucket: Pick<ImportBucket, "readUpload">,
): AsyncGenerator<Uint8Array> {
  for (let start = from; start < record.contentLength; start += rangeBytes) {
    const end = Math.min(start + rangeBytes, record.contentLength);
    try {
      const bytes = await bucket.readUpload(record.id, start, end);
      // A file that ends early would be taken for a shorter one.
      if (bytes.length !== end - start)
        throw new Error(`The bytes ${start} to ${end} were asked for, not ${bytes.length}.`);
      yield bytes;
    } catch (error) {
      if ((error as Error).name !== "NoSuchKey") throw error;
      const detail = `The uploaded file is gone: it is kept for ${importLimits.keptDays} days. Start a new import.`;
      throw new ProblemError("not-found", detail, { cause: error });
    }
  }
}

async function* refusePacked(chunks: AsyncIterable<Uint8Array>, from: number): AsyncGenerator<Uint8Array> {
  let isFirst = from === 0;
  for await (const chunk of chunks) {
    if (isFirst && chunk[0] === 0x1f && chunk[1] === 0x8b) {
      throw malformed("The file is gzip, and was announced without contentEncoding. Start a new import that names it.");
    }
    isFirst = false;
    yield chunk;
  }
}

async function* unpack(packed: AsyncIterable<Uint8Array>, maxUnpackedBytes: number): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip({ chunkSize: 256 * 1024 });
  // What goes wrong on either side comes out of the other end; the callback is there because it has to be.
  pipeline(Readable.from(packed, { highWaterMark: 1 }), gunzip, () => {});
  let unpackedBytes = 0;
  try {
    for await (const chunk of gunzip) {
      unpackedBytes += chunk.length;
      if (unpackedBytes > maxUnpackedBytes) {
        const limit = maxUnpackedBytes.toLocaleString("en");
        throw new ProblemError("body-too-large", `The file unpacks to more than ${limit} bytes.`);
      }
      yield chunk;
    }
  } catch (error) {
    if (!String((error as NodeJS.ErrnoException).code).startsWith("Z_")) throw error;
    throw malformed(`The file is not valid gzip: ${(error as Error).message}. It may be cut off.`, error);
  }
}

function malformed(detail: string, cause?: unknown): ProblemError {
  return new ProblemError("malformed-encoding", detail, { cause });
}
