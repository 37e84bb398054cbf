import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openWebhookPoster } from "../../../shared/events/post-webhook.ts";
import { isPublicAddress, lookUpPublic } from "../../../shared/events/public-address.ts";
import { findUrlFault } from "../../../shared/events/webhook-url.ts";

let arrived: {
  method: string | undefined;
  path: string | undefined;
  body: string;
  headers: IncomingMessage["headers"];
}[] = [];
let answer: (response: ServerResponse) => void;
const server = createServer(async (request, response) => {
  let body = "";
  for await (const chunk of request) body += chunk;
  arrived.push({ method: request.method, path: request.url, body, headers: request.headers });
  answer(response);
});
let url: string;

beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?x=1`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  arrived = [];
});

const webhook = {
  headers: { "content-type": "application/json", "webhook-id": "evt_1" },
  body: Buffer.from('{"a":"ü"}'),
};
const post = openWebhookPoster({ timeoutMs: 300, mayBeLocal: true });

test("posts the very bytes with their headers", async () => {
  answer = (response) => response.writeHead(204).end();
  expect(await post(url, webhook)).toEqual({ status: 204, retryAfterMs: undefined, words: "" });
  expect(arrived).toMatchObject([
    {
      method: "POST",
      path: "/hook?x=1",
      body: '{"a":"ü"}',
      headers: { "webhook-id": "evt_1", "content-length": "10" },
    },
  ]);
});

describe("an answer", () => {
  const cases: [name: string, answer: (response: ServerResponse) => void, expected: object][] = [
    ["of a redirect is not followed", (to) => to.writeHead(301, { Location: url }).end(), { status: 301 }],
    ["410", (to) => to.writeHead(410).end("no more"), { status: 410, words: "no more" }],
    [
      "that asks for time",
      (to) => to.writeHead(429, { "Retry-After": "120" }).end(),
      { status: 429, retryAfterMs: 120_000 },
    ],
    [
      "that asks for a date",
      (to) => to.writeHead(503, { "Retry-After": "Fri, 31 Dec 1999 23:59:59 GMT" }).end(),
      { status: 503, retryAfterMs: undefined },
    ],
    [
      "with words that could steer a terminal",
      (to) => to.writeHead(500).end(`\u001b[2J oh\n\n${"x".repeat(300)}`),
      { words: `[2J oh ${"x".repeat(191)}` },
    ],
    ["that never comes", () => {}, { failure: "no answer within 0.3 s" }],
    ["whose body never ends: the status counts", (to) => void to.writeHead(200).write("."), { status: 200 }],
    [
      "whose body is huge: the status counts",
      (to) => to.writeHead(200).end(Buffer.alloc(50_000_000, "x")),
      { status: 200 },
    ],
    ["that is cut off", (to) => void to.socket?.destroy(), { failure: "ECONNRESET" }],
  ];
  test.each(cases)("%s", async (_, next, expected) => {
    answer = next;
    const startedAt = performance.now();
    expect(await post(url, webhook)).toMatchObject(expected);
    expect(performance.now() - startedAt).toBeLessThan(2000);
    expect(arrived).toHaveLength(1);
  });

  test("of nobody", async () => {
    expect(await post("http://127.0.0.1:9/", webhook)).toEqual({ failure: "ECONNREFUSED" });
  });
});

describe("deployed", () => {
  const postDeployed = openWebhookPoster({ timeoutMs: 3000, mayBeLocal: false });

  test("nothing reaches this machine, by address or by name", async () => {
    answer = (response) => response.writeHead(204).end();
    const { port } = new URL(url);
    expect(await postDeployed(url, webhook)).toEqual({ failure: "the address must begin with https:" });
    expect(await postDeployed(`https://127.0.0.1:${port}/`, webhook)).toEqual({ failure: "the address is not public" });
    expect(await postDeployed(`https://localhost:${port}/`, webhook)).toEqual({
      failure: "localhost leads to an address that is not public",
    });
    expect(arrived).toEqual([]);
  });

  test("a name that leads here is refused by the connection's own look-up", async () => {
    const found = await new Promise((resolve) =>
      lookUpPublic("localhost", { all: true }, (...given) => resolve(given)),
    );
    expect(String(found)).toContain("localhost leads to an address that is not public");
  });
});

test.each([
  ["https://subscriber.example/hook", undefined, undefined],
  ["https://93.184.216.34/", undefined, undefined],
  ["https://[2606:2800:220:1::1]/", undefined, undefined],
  ["http://subscriber.example/", "must begin with https:", "must begin with https:"],
  ["ftp://127.0.0.1/", "must begin with https:", "must be one of the web"],
  [
    "https://me:secret@subscriber.example/",
    "must not have a name or password in it",
    "must not have a name or password in it",
  ],
  ["subscriber", "is no address", "is no address"],
  ["https://10.1.2.3/", "is not public", "is not public"],
  ["https://0x7f.1/", "is not public", undefined],
  ["https://2130706433/", "is not public", undefined],
  ["https://[::ffff:127.0.0.1]/", "is not public", "is not public"],
  ["https://169.254.169.254/latest/meta-data", "is not public", "is not public"],
  ["http://127.0.0.1:8080/", "must begin with https:", undefined],
  ["http://[::1]:8080/", "must begin with https:", undefined],
  ["http://localhost:8080/", "must begin with https:", undefined],
  ["http://localhost.subscriber.example/", "must begin with https:", "must begin with https:"],
])("%s: %s; on this machine: %s", (address, deployed, local) => {
  expect(findUrlFault(address, false)).toBe(deployed);
  expect(findUrlFault(address, true)).toBe(local);
});

test.each([
  ["93.184.216.34", true],
  ["172.15.255.255", true],
  ["172.32.0.0", true],
  ["2606:2800:220:1::1", true],
  ["0.0.0.0", false],
  ["10.255.255.255", false],
  ["100.64.0.1", false],
  ["127.0.0.53", false],
  ["169.254.170.2", false],
  ["172.16.0.1", false],
  ["172.31.255.255", false],
  ["192.168.1.1", false],
  ["198.18.0.1", false],
  ["224.0.0.1", false],
  ["255.255.255.255", false],
  ["::", false],
  ["::1", false],
  ["::ffff:93.184.216.34", false],
  ["64:ff9b::a00:1", false],
  ["2001:db8::1", false],
  ["2002:a00:1::", false],
  ["fc00::1", false],
  ["fd12::1", false],
  ["fe80::1", false],
  ["fe80::1%eth0", false],
  ["ff02::1", false],
  ["subscriber.example", false],
  ["", false],
])("%s is public: %s", (address, expected) => {
  expect(isPublicAddress(address)).toBe(expected);
});
