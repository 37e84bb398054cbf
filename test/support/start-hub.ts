import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** What a subscriber has asked the hub for. */
export interface HubRequest {
  readonly mode: string;
  readonly topic: string;
  readonly callback: string;
  readonly secret: string | null;
  readonly leaseSeconds: string | null;
}

/** A WebSub hub that does what it is told to, written after the W3C's recommendation. */
export interface TestHub {
  readonly url: string;
  readonly requests: HubRequest[];
  /** Status of its answers to requests. */
  status: number;
  /** Asks the callback of a request whether it was meant; changes are made to the query. */
  verify(request: HubRequest, changes?: Record<string, string | undefined>): Promise<Response>;
  deliver(request: HubRequest, content: string | Uint8Array, options?: Delivery): Promise<Response>;
  close(): Promise<void>;
}

export interface Delivery {
  readonly type?: string;
  /** sha256 where it is absent; undefined for no signature. */
  readonly method?: string | undefined;
  readonly secret?: string;
}

export async function startHub(): Promise<TestHub> {
  const server = createServer(async (incoming, outgoing) => {
    const form = new URLSearchParams(await text(incoming));
    hub.requests.push({
      mode: form.get("hub.mode") ?? "",
      topic: form.get("hub.topic") ?? "",
      callback: form.get("hub.callback") ?? "",
      secret: form.get("hub.secret"),
      leaseSeconds: form.get("hub.lease_seconds"),
    });
    outgoing.writeHead(hub.status, { "Content-Type": "text/plain" }).end(hub.status === 202 ? "" : "not this one");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const hub: TestHub = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hub`,
    requests: [],
    status: 202,
    verify({ mode, topic, callback, leaseSeconds }, changes = {}) {
      const url = new URL(callback);
      const query = {
        "hub.mode": mode,
        "hub.topic": topic,
        "hub.challenge": "ch4ll&nge=<1>",
        "hub.lease_seconds": leaseSeconds ?? undefined,
        ...changes,
      };
      for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, value);
      return fetch(url);
    },
    deliver({ callback, topic, secret }, content, options = {}) {
      const method = "method" in options ? options.method : "sha256";
      const key = options.secret ?? secret ?? "";
      return fetch(callback, {
        method: "POST",
        headers: {
          "Content-Type": options.type ?? "application/rss+xml",
          Link: `<${hub.url}>; rel="hub", <${topic}>; rel="self"`,
          ...(method !== undefined && {
            "X-Hub-Signature": `${method}=${createHmac(method, key).update(content).digest("hex")}`,
          }),
        },
        body: content as string,
      });
    },
    async close() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
  return hub;
}
