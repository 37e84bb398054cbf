import { checksumFields } from "./checksum-algorithms.ts";
import type { Operation } from "./operation.ts";
import { receiveXml } from "./receive-xml.ts";
import { S3Error } from "./s3-error.ts";

/**
 * Makes a bucket. Any location is taken, since there is but one. A bucket that is there already is an error, as in every
 * region of S3 but us-east-1.
 */
export const createBucket: Operation = {
  name: "CreateBucket",
  method: "PUT",
  target: "bucket",
  fields: checksumFields,
  async answer(call) {
    const name = call.request.bucket;
    if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name)) {
      throw new S3Error("InvalidBucketName", "The specified bucket is not valid.");
    }
    // A request without a body may come without a length, too.
    if (call.request.headers.has("content-length")) {
      const configuration = await receiveXml(call, "CreateBucketConfiguration");
      if (configuration?.children.some((child) => child.name !== "LocationConstraint")) {
        throw new S3Error("NotImplemented", "Only LocationConstraint is implemented.");
      }
    }
    call.store.buckets.create(name);
    call.response.writeHead(200, { location: `/${name}`, "content-length": 0 }).end();
  },
};
