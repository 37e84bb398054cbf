/** A checksum that is fed piece by piece. */
export type RunningChecksum = { update(chunk: Uint8Array): void; digest(): Buffer };

/**
 * CRC-32C (Castagnoli), reflected, one table look-up per byte. Parameters: catalogue of parametrised CRC algorithms,
 * "CRC-32/ISCSI" (polynomial 1EDC6F41, here bit-reversed; check value of "123456789" is e3069283).
 */
export function startCrc32c(): RunningChecksum {
  let crc = 0xffffffff;
  return {
    update(chunk) {
      for (let index = 0; index < chunk.length; index++) {
        crc = (crc >>> 8) ^ (crc32cTable[(crc ^ (chunk[index] as number)) & 0xff] as number);
      }
    },
    digest() {
      const digest = Buffer.alloc(4);
      digest.writeUInt32BE((crc ^ 0xffffffff) >>> 0);
      return digest;
    },
  };
}

/**
 * CRC-64/NVME, reflected, one table look-up per byte; the 64 bits live in two 32-bit halves because BigInt is some
 * fifty times slower. Parameters: same catalogue, "CRC-64/NVME" (polynomial AD93D23594C93659, here bit-reversed; check
 * value of "123456789" is ae8b14860a799888).
 */
export function startCrc64nvme(): RunningChecksum {
  let high = -1;
  let low = -1;
  return {
    update(chunk) {
      for (let index = 0; index < chunk.length; index++) {
        const entry = ((low ^ (chunk[index] as number)) & 0xff) << 1;
        low = ((low >>> 8) | (high << 24)) ^ (crc64Table[entry + 1] as number);
        high = (high >>> 8) ^ (crc64Table[entry] as number);
      }
    },
    digest() {
      const digest = Buffer.alloc(8);
      digest.writeUInt32BE(~high >>> 0, 0);
      digest.writeUInt32BE(~low >>> 0, 4);
      return digest;
    },
  };
}

const crc32cTable = Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  return crc;
});

/** Entry n lies at 2n (upper half) and 2n + 1 (lower half). */
const crc64Table = Int32Array.from(
  Array.from({ length: 256 }, (_, byte) => {
    let crc = BigInt(byte);
    for (let bit = 0; bit < 8; bit++) crc = crc & 1n ? (crc >> 1n) ^ 0x9a6c9329ac4bc9b5n : crc >> 1n;
    return [Number(BigInt.asIntN(32, crc >> 32n)), Number(BigInt.asIntN(32, crc))];
  }).flat(),
);
