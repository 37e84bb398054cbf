import { randomUUID } from "node:crypto";
import { gzipSync } from "node:zlib";
import { createClient } from "../../shared/api/create-client.ts";
import { signWebhook } from "../../shared/verify-webhook.ts";
import type { Post } from "./send-items.ts";

/** Bodies that are shorter are not worth the time. */
const minPackedBytes = 1024;

/**
 * Posts batches by the typed client, packed.
 *
 * @param options.secret of a partner that signs its requests
 */
export function postBatches(options: {
  readonly url: string;
  readonly key: string;
  readonly secret?: string | undefined;
  readonly validateOnly: boolean;
}): Post {
  const client = createClient(options);
  return async (body, contentType, signal) => {
    const isPacked = body.length >= minPackedBytes;
    const sent = isPacked ? gzipSync(body) : body;
    const { secret } = options;
    const { headers, json } = await client.postBatch({
      // The API says which media types it takes.
      contentType: contentType as "application/x-ndjson",
      body: sent,
      validateOnly: options.validateOnly,
      headers: {
        ...(isPacked && { "content-encoding": "gzip" }),
        ...(secret !== undefined && signWebhook({ id: randomUUID(), now: new Date(), body: sent, secrets: [secret] })),
      },
      signal,
    });
    return { headers, items: json.items };
  };
}
