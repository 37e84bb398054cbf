import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { gunzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Item, lines } from "../../../infra/push/entry.ts";
import { postBatches } from "../../../infra/push/post-batches.ts";
import { openSender } from "../../../infra/push/send-items.ts";
import { signWebhook } from "../../support/sign-webhook.ts";

const answer = JSON.stringify({ items: [{ index: 0, status: 201, result: { outcome: "created" } }] });
const headers = { "Content-Type": "application/json", "X-Request-Id": "r" };
const takeIt = (response: ServerResponse) => response.writeHead(200, headers).end(answer);

let misbehave: ((response: ServerResponse) => void) | undefined;
let lastRequest: { headers: IncomingHttpHeaders; bytes: Uint8Array };
let received: { url: string | undefined; authorization: string | undefined; body: string }[];

/** Misbehaves once, and then answers as it should. */
const server = createServer(async (request, response) => {
  const bytes = await buffer(request);
  lastRequest = { headers: request.headers, bytes };
  const body = request.headers["content-encoding"] === "gzip" ? gunzipSync(bytes) : bytes;
  received.push({ url: request.url, authorization: request.headers.authorization, body: body.toString() });
  const turn = misbehave ?? takeIt;
  misbehave = undefined;
  turn(response);
});

beforeEach(async () => {
  received = [];
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, "close");
});

function send(text: string, validateOnly = false, secret?: string) {
  const { port } = server.address() as AddressInfo;
  const reasons: string[] = [];
  const sender = openSender({
    post: postBatches({ url: `http://127.0.0.1:${port}`, key: "secret", validateOnly, secret }),
    patience: { random: () => 0, now: () => 0, sleep: async () => {} },
    signal: new AbortController().signal,
    timeoutMs: 500,
    onWait: (reason) => reasons.push(reason),
  });
  const item: Item = { place: { file: "f", index: 0 }, envelope: lines, bytes: Buffer.from(text) };
  return sender.settle([item]).then((settled) => ({ settled, reasons }));
}

const faults: [name: string, fault: (response: ServerResponse) => void, reason: RegExp][] = [
  ["a reset", (response) => response.socket?.resetAndDestroy(), /ECONNRESET|UND_ERR_SOCKET/],
  ["a closed connection", (response) => response.socket?.destroy(), /UND_ERR_SOCKET|ECONNRESET/],
  [
    "half an answer",
    (response) => {
      response.writeHead(200, { ...headers, "Content-Length": "1000" }).write(answer.slice(0, 20));
      setTimeout(() => response.destroy(), 20);
    },
    /connection failed/,
  ],
  ["an answer that is too short", (response) => response.writeHead(200, headers).end(answer.slice(0, 20)), /cut off/],
  ["no answer", () => {}, /no answer in time/],
  [
    "half an answer, and then nothing",
    (response) => void response.writeHead(200, headers).write(answer.slice(0, 20)),
    /no answer in time/,
  ],
  ["a gateway's 503", (response) => response.writeHead(503).end('{"message":"Service Unavailable"}'), /^503/],
];

test.each(faults)("%s: the same is sent again", async (_name, fault, reason) => {
  misbehave = fault;
  const { settled, reasons } = await send("text");
  expect(settled).toMatchObject([{ outcome: "created" }]);
  expect(reasons).toEqual([expect.stringMatching(reason)]);
  expect(received).toHaveLength(2);
  expect(received[1]).toEqual(received[0]);
});

test("what is large is packed, and the key goes along", async () => {
  const text = "x".repeat(100_000);
  await send(text);
  await send("short", true);
  expect(received).toEqual([
    { url: "/v1/batches?validateOnly=false", authorization: "Bearer secret", body: text },
    { url: "/v1/batches?validateOnly=true", authorization: "Bearer secret", body: "short" },
  ]);
});

test.each(["short", "x".repeat(100_000)])("it signs what goes over the wire, where there is a secret", async (text) => {
  const secret = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
  await send(text, false, secret);
  const { headers, bytes } = lastRequest;
  const { "webhook-id": id, "webhook-timestamp": timestamp } = headers;
  expect(headers).toMatchObject(signWebhook(secret, bytes, { id: String(id), timestamp: String(timestamp) }));
  await send(text);
  expect(lastRequest.headers).not.toHaveProperty("webhook-signature");
});
