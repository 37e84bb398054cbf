import { GetObjectCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { importObjects } from "./table-keys.ts";

export type ImportBucket = ReturnType<typeof openImportBucket>;

export interface PresignedUpload {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** The bucket of imports: the files as partners upload them, and what failed of them. */
export function openImportBucket(client: S3Client, bucketName: string) {
  async function getBytes(key: string, range?: string): Promise<Uint8Array> {
    const answer = await client.send(new GetObjectCommand({ Bucket: bucketName, Key: key, Range: range }));
    if (answer.Body === undefined) throw new Error("S3 gave an object without a body.");
    return answer.Body.transformToByteArray();
  }

  return {
    /**
     * Signs an upload of exactly that many bytes. The file can be uploaded once: what is being read never changes.
     *
     * The SDK would sign the checksum of an empty body where checksums are not told to be left out.
     */
    async presignUpload(id: string, options: { contentLength: number; seconds: number }): Promise<PresignedUpload> {
      const { contentLength, seconds } = options;
      const command = new PutObjectCommand({
        Bucket: bucketName,
        Key: importObjects.upload(id),
        ContentLength: contentLength,
        IfNoneMatch: "*",
      });
      const url = await getSignedUrl(client, command, {
        expiresIn: seconds,
        signableHeaders: new Set(["host", "content-length", "if-none-match"]),
      });
      return { url, headers: { "Content-Length": String(contentLength), "If-None-Match": "*" } };
    },

    /** @param end behind the last byte */
    readUpload: (id: string, start: number, end: number) =>
      getBytes(importObjects.upload(id), `bytes=${start}-${end - 1}`),

    async putFailures(objectKey: string, lines: string): Promise<void> {
      await client.send(
        new PutObjectCommand({
          Bucket: bucketName,
          Key: objectKey,
          Body: lines,
          ContentType: "application/x-ndjson",
          ChecksumAlgorithm: "SHA256",
        }),
      );
    },

    getFailures: (objectKey: string) => getBytes(objectKey),
  };
}
