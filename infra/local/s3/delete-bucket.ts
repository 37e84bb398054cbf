import type { Operation } from "./operation.ts";

/** Deletes an empty bucket; old versions and delete markers count, too. */
export const deleteBucket: Operation = {
  name: "DeleteBucket",
  method: "DELETE",
  target: "bucket",
  answer({ request, store, response }) {
    store.buckets.delete(request.bucket);
    response.writeHead(204).end();
  },
};
