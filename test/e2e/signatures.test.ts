import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { changeSettings, showPartner } from "../../infra/ops/manage-settings.ts";
import { addSecret, revokeSecret } from "../../infra/ops/manage-signing.ts";
import { uniqueText } from "../fixtures/articles.ts";
import { signWebhook } from "../support/sign-webhook.ts";
import { startTestStack, type TestStack } from "../support/start-stack.ts";

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(() => stack.close());

test("a partner that signs: secrets are given, required, rotated and revoked, and never seen again", async () => {
  const { partners } = stack;
  const client = await stack.newPartner("submit");
  const name = client.partner;
  await expect(changeSettings(partners, name, { signed: true })).rejects.toThrow(`signing add ${name}`);
  const first = await addSecret(partners, name);
  await changeSettings(partners, name, { signed: true });
  const second = await addSecret(partners, name);
  await expect(addSecret(partners, name)).rejects.toThrow(`signing revoke ${name} ${first.secretId}`);

  const put = (id: string, body: string | Uint8Array, headers: Record<string, string>) =>
    client.put(id, body, { type: "text/plain", headers });
  const [text, packed, bytes] = [
    uniqueText("signed"),
    gzipSync(uniqueText("packed")),
    Buffer.from("Köln feiert: 2.000 Gäste kamen.", "latin1"),
  ];
  expect((await put("text", text, {})).status).toBe(401);
  expect((await put("text", text, signWebhook(first.secret, text))).status).toBe(201);
  expect((await put("text", text, signWebhook(second.secret, text))).json().outcome).toBe("unchanged");
  const gzip = { "Content-Encoding": "gzip" };
  expect((await put("packed", packed, { ...gzip, ...signWebhook(first.secret, packed) })).status).toBe(201);
  expect((await put("bytes", bytes, signWebhook(first.secret, bytes))).status).toBe(201);
  expect((await client.get("/v1/submissions/text")).status).toBe(401);
  expect((await client.get("/v1/submissions/text", { headers: signWebhook(first.secret, "") })).status).toBe(200);
  expect((await client.send("DELETE", "/v1/submissions/text")).status).toBe(401);

  expect(await revokeSecret(partners, name, first.secretId)).toEqual({ partner: name, secretId: first.secretId });
  await expect(revokeSecret(partners, name, first.secretId)).rejects.toThrow("has no secret");
  await expect(revokeSecret(partners, name, second.secretId)).rejects.toThrow(`partner set ${name} --signed no`);
  const shown = await showPartner(partners, name);
  expect(shown.signing).toEqual({
    isRequired: true,
    secrets: [{ id: second.secretId, createdAt: expect.any(String) }],
  });
  const seen = JSON.stringify([shown, await partners.listPartners(), stack.log]);
  for (const { secret } of [first, second]) expect(seen).not.toContain(secret.slice("whsec_".length));
});
