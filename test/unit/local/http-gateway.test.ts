import { connect } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import type { FunctionPool } from "../../../infra/local/function-pool.ts";
import { openHttpGateway } from "../../../infra/local/http-gateway.ts";

const slow: [part: string, begun: string][] = [
  ["head", "PUT /articles HTTP/1.1\r\nHost: gateway\r\nX-Slow: "],
  ["body", "PUT /articles HTTP/1.1\r\nHost: gateway\r\nContent-Length: 1000000\r\n\r\n"],
];

test.each(slow)("a request whose %s drips is ended, and no function hears of it", async (_part, begun) => {
  const invoked: unknown[] = [];
  const pool: FunctionPool = { invoke: async (event) => invoked.push(event), kill() {}, close() {} };
  const gateway = await openHttpGateway({
    port: 0,
    routes: [{ routeKey: "PUT /articles", functionId: "Put" }],
    pools: new Map([["Put", pool]]),
    onFailure: () => {},
    requestMs: 200,
  });
  let heard = "";
  const loris = connect(Number(new URL(gateway.url).port), "127.0.0.1");
  loris.on("data", (piece) => {
    heard += piece;
  });
  loris.on("error", () => {});
  const timer = setInterval(() => loris.write("a"), 20);
  onTestFinished(async () => {
    clearInterval(timer);
    loris.destroy();
    await gateway.close();
  });
  loris.write(begun);
  await new Promise((closed) => loris.once("close", closed));
  expect(heard).toMatch(/^HTTP\/1.1 408 /);
  expect(invoked).toEqual([]);
});
