import { httpFunction } from "../../functions/http/http-function.ts";
import { submit } from "../../functions/http/submit.ts";
import { takeBatch } from "../../functions/http/take-batch.ts";
import { postBatch } from "../../shared/api/operations/post-batch.ts";
import { postSubmission } from "../../shared/api/operations/post-submission.ts";
import { putSubmission } from "../../shared/api/operations/put-submission.ts";
import { parseAddress } from "../../shared/article-address.ts";
import type { IngestContext } from "../../shared/ingest-article.ts";
import type { PartnerSettings } from "../../shared/partner-settings.ts";
import type { Quotas } from "../../shared/quotas.ts";
import { makeContext } from "./make-event.ts";
import { makeMemoryContext } from "./memory-context.ts";
import { openMemoryStores } from "./memory-stores.ts";
import { invoke, makeKeyStore, makeTestKey, type Reply } from "./run-chain.ts";

const key = makeTestKey(1, ["submit"]);

const unlimited: Quotas = { take: async (_partner, _limits, wanted) => ({ granted: wanted, states: [] }) };

export interface Sending {
  readonly type: string;
  readonly body: string | Uint8Array;
  readonly query?: string;
  readonly headers?: Record<string, string>;
  readonly remainingMs?: number;
}

/** The operations that take in articles, behind the whole chain, on stores in memory. */
export function openMemoryDesk(
  options: {
    readonly quotas?: Quotas;
    readonly settings?: PartnerSettings;
    readonly change?: (context: IngestContext) => Partial<IngestContext>;
  } = {},
) {
  const stores = openMemoryStores();
  const plain = makeMemoryContext(stores);
  const context = { ...plain, ...options.change?.(plain) };
  const chain = { keys: makeKeyStore([key.record], options.settings), quotas: options.quotas ?? unlimited };
  const put = httpFunction(
    putSubmission,
    ({ params, query, headers }, { partner, policy, event }) =>
      submit(context, event, {
        partner,
        policy,
        query,
        accepted: Object.keys(putSubmission.body),
        address: parseAddress(params.partnerArticleId),
        ifMatch: headers["if-match"],
      }),
    chain,
  );
  const post = httpFunction(
    postSubmission,
    ({ query }, { partner, policy, event }) =>
      submit(context, event, { partner, policy, query, accepted: Object.keys(postSubmission.body) }),
    chain,
  );
  const batch = httpFunction(
    postBatch,
    ({ query: { validateOnly } }, http) => takeBatch(context, http, { operation: postBatch.id, validateOnly }),
    chain,
  );

  const send = (
    handler: typeof put,
    { type, body, query, headers, remainingMs }: Sending,
    id?: string,
  ): Promise<Reply> =>
    invoke(
      handler,
      {
        method: "POST",
        headers: { ...key.headers, "Content-Type": type, ...headers },
        body,
        ...(query !== undefined && { query }),
        ...(id !== undefined && { params: { partnerArticleId: id } }),
      },
      makeContext(remainingMs),
    );
  return {
    stores,
    put: (id: string, sending: Sending) => send(put, sending, id),
    post: (sending: Sending) => send(post, sending),
    batch: (sending: Sending) => send(batch, sending),
  };
}
