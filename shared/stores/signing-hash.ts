import { createHash, createHmac, createSecretKey, type Hash, type Hmac } from "node:crypto";

type Data = string | ArrayBuffer | ArrayBufferView;

/**
 * SHA-256, or its HMAC where there is a secret, by which the SDK's clients sign.
 *
 * Their own gives Node the secret as bytes, and Node 24 throws and catches an error within before it takes them. A key object
 * spares that, a twentieth of an article's CPU.
 */
export class SigningHash {
  readonly #hash: Hash | Hmac;

  constructor(secret?: Data) {
    this.#hash = secret === undefined ? createHash("sha256") : createHmac("sha256", createSecretKey(toBuffer(secret)));
  }

  update(data: Data): void {
    this.#hash.update(toBuffer(data));
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
}

function toBuffer(data: Data): Buffer {
  if (typeof data === "string") return Buffer.from(data);
  return ArrayBuffer.isView(data) ? Buffer.from(data.buffer, data.byteOffset, data.byteLength) : Buffer.from(data);
}
