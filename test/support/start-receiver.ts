import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import type { Webhook } from "../../shared/api/event.ts";

export interface ReceivedWebhook {
  readonly id: string;
  readonly webhook: Webhook;
  /** Which of the secrets it was signed with, by their place. */
  readonly signedWith: readonly number[];
}

/** A subscriber, written after the specification of Standard Webhooks and not after our own code. */
export interface TestReceiver {
  readonly url: string;
  /** What came and was answered with 2xx, in order, repeats included. */
  readonly received: ReceivedWebhook[];
  /** What it knows; a webhook that is signed with none of them is refused with 401. */
  secrets: string[];
  /** Status of an answer; 204 where it gives nothing. */
  decide: (webhook: Webhook) => number | undefined;
  /** Takes nothing any more, as when the machine is off; then again at the same address. */
  stop(): Promise<void>;
  start(): Promise<void>;
}

export async function startReceiver(): Promise<TestReceiver> {
  let port = 0;
  const open = () =>
    createServer(async (request, response) => {
      const body = await buffer(request);
      const header = (name: string) => String(request.headers[name]);
      const signed = Buffer.concat([Buffer.from(`${header("webhook-id")}.${header("webhook-timestamp")}.`), body]);
      const signatures = header("webhook-signature").split(" ");
      const signedWith = receiver.secrets.flatMap((secret, place) => {
        const key = Buffer.from(secret.slice("whsec_".length), "base64");
        return signatures.includes(`v1,${createHmac("sha256", key).update(signed).digest("base64")}`) ? place : [];
      });
      const isFresh = Math.abs(Date.now() / 1000 - Number(header("webhook-timestamp"))) < 300;
      const webhook = JSON.parse(body.toString()) as Webhook;
      const status = signedWith.length === 0 || !isFresh ? 401 : (receiver.decide(webhook) ?? 204);
      if (status < 300) receiver.received.push({ id: header("webhook-id"), webhook, signedWith });
      response.writeHead(status).end();
    });
  let server = open();
  async function listen(): Promise<void> {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    port = (server.address() as AddressInfo).port;
  }
  await listen();
  const receiver: TestReceiver = {
    url: `http://127.0.0.1:${port}/hook`,
    received: [],
    secrets: [],
    decide: () => undefined,
    async stop() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
    async start() {
      server = open();
      await listen();
    },
  };
  return receiver;
}
