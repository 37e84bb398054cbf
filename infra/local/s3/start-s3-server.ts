import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { answerRequest } from "./answer-request.ts";
import { openObjectStore } from "./open-object-store.ts";
import type { OnCreated } from "./operation.ts";
import type { S3Credentials } from "./verify-signature.ts";

export type S3ServerOptions = {
  /** Where the data lie; made when missing, kept between runs. One server at a time. */
  readonly directory: string;
  /** 0, or left out, for a free one. */
  readonly port?: number;
  readonly credentials: S3Credentials;
  /** Milliseconds since 1970; the clock of the machine when left out. */
  readonly now?: () => number;
  /** Hears of each object that has come whole, before its sender does. */
  readonly onCreated?: OnCreated;
};

/** `close` breaks off what is under way, waits until that is cleaned up, and frees the directory; a second call waits, too. */
export type S3Server = { readonly endpoint: string; close(): Promise<void> };

/**
 * Starts the part of S3 that this project uses, on 127.0.0.1 and on disk, after the AWS S3 API reference (version
 * 2006-03-01). What it does it does as S3 does; all else is refused as NotImplemented (501), never ignored.
 *
 * It has: Create-, Head- and DeleteBucket, Put- and GetBucketVersioning, PutObject, Get- and HeadObject, DeleteObject(s),
 * ListObjectsV2, ListObjectVersions; conditional reads and `If-None-Match: *` on writes; ranges; user metadata;
 * CRC-32, CRC-32C, CRC-64/NVME, SHA-1 and SHA-256 checksums; aws-chunked bodies, signed or not; Signature Version 4 in
 * the header and in presigned URLs.
 *
 * It has not: virtual-hosted addresses, multipart uploads, copies, access rules of any kind (whoever has the key may do
 * all), tags, lifecycle, locks, encryption, storage classes, owners, ListBuckets, ListObjects (version 1), `If-Match` on
 * writes, `response-…` overrides, session tokens, Signature Version 4A. It takes any region, and keys that lead above
 * their bucket with `..`, which S3 refuses; here no key names a file. Files are not synced, so a power cut may lose the
 * last writes.
 *
 * A checksum in a presigned URL is verified (reports differ on whether S3 does). By default the SDK presigns that of an
 * empty body: presign uploads with `requestChecksumCalculation: "WHEN_REQUIRED"`.
 *
 * @throws Error when the port is taken or the directory is in use by another process
 */
export async function startS3Server({
  directory,
  port = 0,
  credentials,
  now = Date.now,
  onCreated = () => {},
}: S3ServerOptions): Promise<S3Server> {
  const store = openObjectStore(directory, now);
  const underWay = new Set<Promise<void>>();
  const server = createServer((message, response) => {
    const answer = answerRequest(message, response, { store, credentials, now, onCreated }).finally(() =>
      underWay.delete(answer),
    );
    underWay.add(answer);
  });
  // A large upload may take longer than Node's five minutes for a whole request, but not for ever.
  server.requestTimeout = 3_600_000;
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject).listen(port, "127.0.0.1", resolve);
    });
  } catch (error) {
    store.close();
    throw error;
  }
  let closing: Promise<void> | undefined;
  async function close(): Promise<void> {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await Promise.all([closed, ...underWay]);
    store.close();
  }
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      closing ??= close();
      return closing;
    },
  };
}
