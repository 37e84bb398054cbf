import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import { GetObjectCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { rawObjects } from "./table-keys.ts";

export type RawBucket = ReturnType<typeof openRawBucket>;

const compress = promisify(gzip);
const expand = promisify(gunzip);

/** The bucket of raw HTML and text, as the partners sent it, gzipped. */
export function openRawBucket(client: S3Client, bucketName: string) {
  /** Content-addressed: writing the same bytes again is harmless. */
  async function put(Key: string, bytes: Uint8Array): Promise<void> {
    await client.send(
      new PutObjectCommand({
        Bucket: bucketName,
        Key,
        Body: await compress(bytes),
        ContentType: "application/octet-stream",
        ContentEncoding: "gzip",
        ChecksumAlgorithm: "SHA256",
      }),
    );
  }

  return {
    /**
     * Stores raw bytes, verified by a checksum on the way.
     *
     * The put has no condition on purpose: were an unreferenced copy from a crashed attempt taken for ours, a sweeper that
     * removes just that copy would take the bytes of a live article with it. Every put makes a version of its own.
     */
    putRaw: (partner: string, sha256: string, bytes: Uint8Array) => put(rawObjects.raw(partner, sha256), bytes),

    /** Keeps bytes aside that could not be made safe; nothing reads them but people, and they end by themselves. */
    quarantineRaw: (
      { partner, articleId, sha256 }: { readonly partner: string; readonly articleId: string; readonly sha256: string },
      bytes: Uint8Array,
    ) => put(rawObjects.quarantined(partner, articleId, sha256), bytes),

    /** @throws NoSuchKey when nothing lies there, which for a referenced digest is a fault of ours */
    async getRaw(partner: string, sha256: string): Promise<Uint8Array> {
      const answer = await client.send(
        new GetObjectCommand({ Bucket: bucketName, Key: rawObjects.raw(partner, sha256), ChecksumMode: "ENABLED" }),
      );
      if (answer.Body === undefined) throw new Error("S3 gave an object without a body.");
      return expand(await answer.Body.transformToByteArray());
    },
  };
}
