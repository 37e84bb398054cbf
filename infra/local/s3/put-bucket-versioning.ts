import { checksumFields } from "./checksum-algorithms.ts";
import type { Operation } from "./operation.ts";
import { receiveXml } from "./receive-xml.ts";
import { S3Error } from "./s3-error.ts";

/** Switches versioning on, or suspends it. MFA Delete is not implemented. */
export const putBucketVersioning: Operation = {
  name: "PutBucketVersioning",
  method: "PUT",
  target: "bucket",
  selector: "versioning",
  fields: checksumFields,
  async answer(call) {
    const root = await receiveXml(call, "VersioningConfiguration");
    if (root?.children.some((child) => child.name !== "Status")) {
      throw new S3Error("NotImplemented", "Only Status is implemented.");
    }
    const status = root?.children[0]?.text;
    if (status !== "Enabled" && status !== "Suspended") {
      throw new S3Error("MalformedXML", "Status must be Enabled or Suspended.");
    }
    call.store.buckets.setVersioning(call.request.bucket, status);
    call.response.writeHead(200, { "content-length": 0 }).end();
  },
};
