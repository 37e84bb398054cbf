import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { httpFunction } from "../../functions/http/http-function.ts";
import { defineOperation } from "../../shared/api/operation.ts";
import type { PartnerSettings } from "../../shared/partner-settings.ts";
import { makeWebhookSecret } from "../../shared/verify-webhook.ts";
import { invoke, makeKeyStore, makeTestKey, readThing } from "../support/run-chain.ts";
import { signWebhook } from "../support/sign-webhook.ts";

const key = makeTestKey(1, ["submit", "read"]);
const [first, second] = ["first", "second"].map((name) => makeWebhookSecret((bytes) => Buffer.alloc(bytes, name)));
if (first === undefined || second === undefined) throw new Error("There are two.");

const writeThing = defineOperation({
  ...readThing,
  id: "write-thing",
  method: "POST",
  path: "/v1/things",
  scope: "submit",
  params: z.object({}),
});

function makeSettings(isRequired: boolean, ...secrets: string[]): PartnerSettings {
  const createdAt = "2026-11-23T08:00:00.000Z";
  return {
    version: 1,
    signing: { isRequired, secrets: secrets.map((secret, n) => ({ id: `id-${n}`, secret, createdAt })) },
  };
}

function makeWriter(settings: PartnerSettings) {
  const keys = makeKeyStore([key.record], settings);
  const handler = httpFunction(writeThing, async () => ({ status: 200, json: { name: "written" } }), { keys });
  return (headers: Record<string, string>, body: string | Uint8Array = "{}") =>
    invoke(handler, { method: "POST", path: "/v1/things", headers: { ...key.headers, ...headers }, body });
}

describe("a partner that has to sign", () => {
  const send = makeWriter(makeSettings(true, first, second));

  test.each([first, second])("is heard with either of its secrets", async (secret) => {
    expect((await send(signWebhook(secret, "{}"))).status).toBe(200);
  });

  test("signs the bytes as they go over the wire", async () => {
    const packed = gzipSync("{}");
    expect((await send({ ...signWebhook(first, packed), "Content-Encoding": "gzip" }, packed)).status).toBe(200);
    expect((await send({ ...signWebhook(first, "{}"), "Content-Encoding": "gzip" }, packed)).status).toBe(401);
  });

  test("is refused without a signature, and told which header is missing", async () => {
    const reply = await send({});
    expect(reply.problem()).toEqual({
      type: "urn:problem-type:copydesk:invalid-signature",
      title: "A valid signature is needed",
      status: 401,
      detail: "Your requests are to be signed, and webhook-id is missing.",
      instance: "urn:request:request-1",
      errors: [{ pointer: "header:webhook-id", detail: "is missing" }],
    });
    expect(reply.headers["www-authenticate"]).toBe('StandardWebhooks realm="copydesk"');
    expect(reply.log[0]).toMatchObject({
      partner: "partner-1",
      problem: "invalid-signature",
      pointer: "header:webhook-id",
    });
  });

  test("is refused with the signature of another body, and no secret is told or logged", async () => {
    const reply = await send(signWebhook(first, "{ }"));
    expect(reply.status).toBe(401);
    const said = JSON.stringify([reply.text, reply.headers, reply.log]);
    for (const secret of [first, second]) expect(said).not.toContain(secret.slice(6, 30));
  });

  test("needs its key all the same", async () => {
    const reply = await send({ ...signWebhook(first, "{}"), Authorization: "" });
    expect(reply.problem().type).toBe("urn:problem-type:copydesk:unauthenticated");
  });
});

test("a partner that has to sign and has no secret is refused whatever it sends", async () => {
  const send = makeWriter(makeSettings(true));
  expect((await send({})).status).toBe(401);
  expect((await send(signWebhook("whsec_", "{}"))).status).toBe(401);
});

test("a partner that may sign is heard unsigned, and refused when it signs wrongly", async () => {
  const send = makeWriter(makeSettings(false, first));
  expect((await send({})).status).toBe(200);
  expect((await send(signWebhook(first, "{}"))).status).toBe(200);
  expect((await send(signWebhook(second, "{}"))).status).toBe(401);
});

test("headers of others are nothing to a partner without secrets", async () => {
  expect((await makeWriter({ version: 0 })(signWebhook(second, "{}"))).status).toBe(200);
});

test("a request that is not signed takes no quota, and settings that cannot be read are a 503", async () => {
  let taken = 0;
  const quotas = { take: async () => ({ granted: ++taken, states: [] }) };
  const operation = defineOperation({ ...writeThing, takesQuota: true });
  const answer = async () => ({ status: 200, json: { name: "written" } }) as const;
  const keys = makeKeyStore([key.record], makeSettings(true, first));
  expect((await invoke(httpFunction(operation, answer, { keys, quotas }), { headers: key.headers })).status).toBe(401);
  expect(taken).toBe(0);
  const fault = Object.assign(new Error("slow down"), { name: "ThrottlingException" });
  const blind = { ...keys, getSettings: () => Promise.reject(fault) };
  const reply = await invoke(httpFunction(operation, answer, { keys: blind, quotas }), { headers: key.headers });
  expect(reply.problem().status).toBe(503);
});
