import type { Operation } from "./operation.ts";

/** Tells whether a bucket is there. */
export const headBucket: Operation = {
  name: "HeadBucket",
  method: "HEAD",
  target: "bucket",
  answer({ request, authorization, store, response }) {
    store.buckets.versioningOf(request.bucket);
    const region = authorization.scope.split("/")[1] ?? "";
    response.writeHead(200, { "x-amz-bucket-region": region }).end();
  },
};
