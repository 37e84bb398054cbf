import type { Operation } from "./operation.ts";
import { queryValue } from "./read-s3-request.ts";
import { describeVersion } from "./write-object-headers.ts";

/** Hides an object behind a delete marker, or removes one version for good. What is not there is no error. */
export const deleteObject: Operation = {
  name: "DeleteObject",
  method: "DELETE",
  target: "object",
  query: ["versionId"],
  answer({ request, store, response }) {
    const { bucket, key } = request;
    const versionId = queryValue(request, "versionId");
    const version =
      versionId === undefined ? store.versions.hide(bucket, key) : store.versions.remove(bucket, key, versionId);
    if (versionId !== undefined) response.setHeader("x-amz-version-id", versionId);
    response.writeHead(204, version && describeVersion(version, store.buckets.versioningOf(bucket))).end();
  },
};
