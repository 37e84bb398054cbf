import { gzipSync } from "node:zlib";
import { createClient } from "../../shared/api/create-client.ts";
import type { Post } from "./send-items.ts";

/** Bodies that are shorter are not worth the time. */
const minPackedBytes = 1024;

/** Posts batches by the typed client, packed. */
export function postBatches(options: {
  readonly url: string;
  readonly key: string;
  readonly validateOnly: boolean;
}): Post {
  const client = createClient(options);
  return async (body, contentType, signal) => {
    const isPacked = body.length >= minPackedBytes;
    const { headers, json } = await client.postBatch({
      // The API says which media types it takes.
      contentType: contentType as "application/x-ndjson",
      body: isPacked ? gzipSync(body) : body,
      validateOnly: options.validateOnly,
      ...(isPacked && { headers: { "content-encoding": "gzip" } }),
      signal,
    });
    return { headers, items: json.items };
  };
}
