import { postBatch } from "../shared/api/operations/post-batch.ts";
import { connectIngest } from "./http/connect-ingest.ts";
import { httpFunction } from "./http/http-function.ts";
import { takeBatch } from "./http/take-batch.ts";

const { context, keys, quotas } = connectIngest();

export const handler = httpFunction(
  postBatch,
  ({ query: { validateOnly } }, http) => takeBatch(context, http, { operation: postBatch.id, validateOnly }),
  {
    keys,
    quotas,
  },
);
