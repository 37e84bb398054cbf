import { createHash } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { isDeepStrictEqual } from "node:util";
import * as z from "zod";
import { indexDefinition } from "../../../shared/stores/search-index.ts";
import { readS3Request } from "../s3/read-s3-request.ts";
import { S3Error } from "../s3/s3-error.ts";
import { type S3Credentials, verifySignature } from "../s3/verify-signature.ts";
import { type DocumentStore, openDocumentStore } from "./open-document-store.ts";
import { readSearch } from "./read-search.ts";

export interface SearchServer {
  readonly endpoint: string;
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly json: object;
}

/**
 * Starts the part of OpenSearch's REST API that this project uses, on 127.0.0.1 and on disk: an index is made, documents are put
 * and deleted in bulk, and searched. All else is refused (501), never ignored. Signatures are checked.
 *
 * @param options.directory where the index lies; kept between runs, one server at a time
 */
export async function startSearchServer(options: {
  readonly directory: string;
  readonly credentials: S3Credentials;
}): Promise<SearchServer> {
  const store = openDocumentStore(options.directory);
  const server = createServer(async (request, response) => {
    const { status, json } = await answerRequest(request, store, options.credentials);
    response.writeHead(status, { "Content-Type": "application/json; charset=UTF-8" }).end(JSON.stringify(json));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
      store.close();
    },
  };
}

async function answerRequest(
  message: IncomingMessage,
  store: DocumentStore,
  credentials: S3Credentials,
): Promise<Answer> {
  try {
    const body = await text(message);
    const request = readS3Request(message);
    const { payloadHash } = verifySignature(request, { ...credentials, service: "aoss" }, Date.now());
    if (createHash("sha256").update(body).digest("hex") !== payloadHash) {
      return refuse(403, "security_exception", "The body is another one than was signed.");
    }
    const { bucket: index, key: action } = request;
    if (request.query.length === 0 && /^[a-z][a-z0-9-]*$/.test(index)) {
      if (message.method === "PUT" && action === "") return createIndex(store, index, JSON.parse(body));
      if (message.method === "POST" && action === "_bulk") return writeInBulk(store, index, body);
      if (message.method === "POST" && action === "_search") return search(store, index, JSON.parse(body));
    }
    return refuse(501, "not_implemented", `${message.method} ${message.url} is not known here.`);
  } catch (error) {
    if (error instanceof S3Error) return refuse(403, "security_exception", error.message);
    return refuse(501, "not_implemented", `This is not known here: ${(error as Error).message}`);
  }
}

function createIndex(store: DocumentStore, index: string, definition: unknown): Answer {
  if (!isDeepStrictEqual(definition, JSON.parse(JSON.stringify(indexDefinition)))) {
    return refuse(501, "not_implemented", "This server knows one definition of an index.");
  }
  if (store.hasIndex(index)) return refuse(400, "resource_already_exists_exception", `The index ${index} exists.`);
  store.createIndex(index);
  return { status: 200, json: { acknowledged: true, shards_acknowledged: true, index } };
}

/** What has a value in a field, by its IDs alone. */
const FindIds = z.strictObject({
  size: z.int().min(1),
  _source: z.literal(false),
  query: z.strictObject({
    bool: z.strictObject({
      filter: z.tuple([
        z.strictObject({
          term: z.union([z.strictObject({ id: z.string() }), z.strictObject({ partner: z.string() })]),
        }),
      ]),
    }),
  }),
});

const Action = z.union([
  z.strictObject({ index: z.strictObject({ _id: z.string() }) }),
  z.strictObject({ delete: z.strictObject({ _id: z.string() }) }),
]);

/** Each line alone, as OpenSearch does: one that is refused harms no other. */
function writeInBulk(store: DocumentStore, index: string, body: string): Answer {
  if (!store.hasIndex(index)) return refuse(404, "index_not_found_exception", `There is no index ${index}.`);
  const lines = body.split("\n");
  const items: Record<string, { _id: string; status: number; error?: object }>[] = [];
  for (let line = lines.shift(); line !== undefined && line !== ""; line = lines.shift()) {
    const action = Action.parse(JSON.parse(line));
    if ("delete" in action) {
      const { _id } = action.delete;
      items.push({ delete: { _id, status: store.remove(index, _id) ? 200 : 404 } });
      continue;
    }
    const { _id } = action.index;
    try {
      store.put(index, _id, JSON.parse(lines.shift() ?? ""));
      items.push({ index: { _id, status: 201 } });
    } catch (error) {
      const reason = { type: "mapper_parsing_exception", reason: (error as Error).message };
      items.push({ index: { _id, status: 400, error: reason } });
    }
  }
  return { status: 200, json: { errors: items.some(({ index }) => index?.error !== undefined), items } };
}

function search(store: DocumentStore, index: string, body: unknown): Answer {
  const sought = FindIds.safeParse(body).data;
  const wanted = sought ?? readSearch(body);
  if (!store.hasIndex(index)) return refuse(404, "index_not_found_exception", `There is no index ${index}.`);
  if ("_source" in wanted) {
    const ids = store.findIds(index, wanted.query.bool.filter[0].term, wanted.size);
    return { status: 200, json: { timed_out: false, hits: { hits: ids.map((_id) => ({ _index: index, _id })) } } };
  }
  const hits = store.search(index, wanted).map(({ id, score, shown, sort }) => {
    return { _index: index, _id: id, _score: score, _source: { shown }, sort };
  });
  return { status: 200, json: { timed_out: false, hits: { hits } } };
}

function refuse(status: number, type: string, reason: string): Answer {
  return { status, json: { error: { type, reason }, status } };
}
