import { once } from "node:events";
import { createServer, request as httpRequest, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

/** What the requests to one kind of items have cost. */
export interface Consumed {
  requests: number;
  writeUnits: number;
  /** Of these, units of secondary indexes. */
  indexWriteUnits: number;
  readUnits: number;
}

export interface DynamoDbMeter {
  readonly endpoint: string;
  /** By kind: `articles` for what a submission reads and commits, else what the key of the item begins with. */
  readonly consumed: ReadonlyMap<string, Consumed>;
  /** Units written to each secondary index, by its name. */
  readonly indexes: ReadonlyMap<string, number>;
  /** Transactions that were cancelled, of which AWS bills the units and nobody tells them. */
  readonly cancelled: () => number;
  close(): Promise<void>;
}

interface Capacity {
  readonly CapacityUnits?: number;
  readonly GlobalSecondaryIndexes?: Readonly<Record<string, { readonly CapacityUnits?: number }>>;
}

const writes = new Set(["PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems"]);
const reads = new Set(["GetItem", "BatchGetItem", "Query"]);

/**
 * Stands between the functions and the embedded DynamoDB, asks it with every request what that consumed, and adds it up. A
 * transaction that is cancelled consumes units on AWS as well, which nobody tells: it is counted apart.
 *
 * @param onRequest called with each request that consumes something, for who wants to know more of it
 */
export async function startDynamoDbMeter(
  target: string,
  onRequest: (action: string, asked: unknown) => void = () => {},
): Promise<DynamoDbMeter> {
  const { hostname, port } = new URL(target);
  const consumed = new Map<string, Consumed>();
  const indexes = new Map<string, number>();
  let cancelled = 0;

  const server = createServer(async (incoming, outgoing) => {
    try {
      const body = await buffer(incoming);
      const action = String(incoming.headers["x-amz-target"]).split(".").at(-1) ?? "";
      const isCounted = writes.has(action) || reads.has(action);
      const asked = isCounted ? JSON.parse(body.toString()) : undefined;
      const sent = isCounted ? Buffer.from(JSON.stringify({ ...asked, ReturnConsumedCapacity: "INDEXES" })) : body;
      const answer = await forward(
        incoming.url ?? "/",
        { ...incoming.headers, "content-length": String(sent.length) },
        sent,
      );
      if (isCounted && answer.status === 200) {
        onRequest(action, asked);
        add(nameKind(asked), action, JSON.parse(answer.body.toString()).ConsumedCapacity);
      }
      if (action === "TransactWriteItems" && answer.body.includes("TransactionCanceledException")) cancelled += 1;
      outgoing.writeHead(answer.status, answer.headers).end(answer.body);
    } catch {
      incoming.socket.destroy();
    }
  });

  async function forward(path: string, headers: IncomingHttpHeaders, body: Buffer) {
    const request = httpRequest({ hostname, port, method: "POST", path, headers });
    request.end(body);
    const [response] = await once(request, "response");
    return { status: response.statusCode as number, headers: response.headers, body: await buffer(response) };
  }

  function add(kind: string, action: string, told: Capacity | readonly Capacity[] | undefined): void {
    if (told === undefined) throw new Error(`The DynamoDB at ${target} does not tell what ${action} consumed.`);
    const entry = consumed.get(kind) ?? { requests: 0, writeUnits: 0, indexWriteUnits: 0, readUnits: 0 };
    consumed.set(kind, entry);
    entry.requests += 1;
    for (const { CapacityUnits = 0, GlobalSecondaryIndexes = {} } of [told].flat() as Capacity[]) {
      if (reads.has(action)) {
        entry.readUnits += CapacityUnits;
        continue;
      }
      entry.writeUnits += CapacityUnits;
      for (const [name, index] of Object.entries(GlobalSecondaryIndexes)) {
        entry.indexWriteUnits += index.CapacityUnits ?? 0;
        indexes.set(name, (indexes.get(name) ?? 0) + (index.CapacityUnits ?? 0));
      }
    }
  }

  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    consumed,
    indexes,
    cancelled: () => cancelled,
    async close() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** `quota#wire` is of the kind `quota`. What comes several at a time belongs to submissions. */
function nameKind(asked: {
  readonly Key?: { readonly pk?: { readonly S?: string } };
  readonly Item?: { readonly pk?: { readonly S?: string } };
  readonly ExpressionAttributeValues?: { readonly ":pk"?: { readonly S?: string } };
}): string {
  const pk = (asked.Key ?? asked.Item)?.pk?.S ?? asked.ExpressionAttributeValues?.[":pk"]?.S;
  return pk === undefined ? "articles" : (pk.split("#")[0] ?? pk);
}
