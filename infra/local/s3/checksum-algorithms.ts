import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { type RunningChecksum, startCrc32c, startCrc64nvme } from "./crc.ts";

export type ChecksumAlgorithm = "crc32" | "crc32c" | "crc64nvme" | "sha1" | "sha256";

type Entry = { readonly bytes: number; readonly start: () => RunningChecksum };

/**
 * The additional checksums of S3 that this server knows, by the last part of their header `x-amz-checksum-…`; see the
 * Amazon S3 user guide, "Checking object integrity". The SDK's newer ones (md5, sha512, xxhash…) are not used here.
 */
export const checksumAlgorithms: Readonly<Record<ChecksumAlgorithm, Entry>> = {
  crc32: { bytes: 4, start: startCrc32 },
  crc32c: { bytes: 4, start: startCrc32c },
  crc64nvme: { bytes: 8, start: startCrc64nvme },
  sha1: { bytes: 20, start: () => createHash("sha1") },
  sha256: { bytes: 32, start: () => createHash("sha256") },
};

/** All headers about a checksum that an operation with a body understands. */
export const checksumFields: readonly string[] = [
  ...Object.keys(checksumAlgorithms).map((algorithm) => `x-amz-checksum-${algorithm}`),
  "x-amz-sdk-checksum-algorithm",
];

export function isChecksumAlgorithm(name: string): name is ChecksumAlgorithm {
  return Object.hasOwn(checksumAlgorithms, name);
}

function startCrc32(): RunningChecksum {
  let crc = 0;
  return {
    update(chunk) {
      crc = crc32(chunk, crc);
    },
    digest() {
      const digest = Buffer.alloc(4);
      digest.writeUInt32BE(crc >>> 0);
      return digest;
    },
  };
}
