import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { hashSecret, makeKey, parseKey } from "../../../shared/partner-key.ts";

test("a key that was made can be read", () => {
  for (let round = 0; round < 100; round++) {
    const { keyId, secret, text } = makeKey(randomBytes);
    expect(text).toMatch(/^copydesk_[0-9a-f]{16}_[\w-]{43}$/);
    expect(parseKey(text)).toEqual({ keyId, secret });
  }
});

test("its ID and its secret are what chance gave, 8 and 32 bytes of it", () => {
  const asked: number[] = [];
  const { keyId, secret } = makeKey((bytes) => {
    asked.push(bytes);
    return Buffer.alloc(bytes, asked.length);
  });
  expect(asked).toEqual([8, 32]);
  expect(Buffer.from(keyId, "hex")).toEqual(Buffer.alloc(8, 1));
  expect(Buffer.from(secret, "base64url")).toEqual(Buffer.alloc(32, 2));
});

const id = "0123456789abcdef";
const secret = "A".repeat(43);

test.each([
  "",
  "copydesk",
  `copydesk_${id}`,
  `copydesk_${id}_`,
  `copydesk_${id}_${secret}A`,
  `copydesk_${id}_${secret.slice(1)}`,
  `copydesk_${id.slice(1)}_${secret}`,
  `copydesk_${id.toUpperCase()}_${secret}`,
  `copydesk_${id}_${secret.slice(1)}=`,
  `copydesk_${id}_${secret.slice(1)}+`,
  `Copydesk_${id}_${secret}`,
  ` copydesk_${id}_${secret}`,
  `copydesk_${id}_${secret}\n`,
  `${id}_${secret}`,
])("%j is no key", (text) => {
  expect(parseKey(text)).toBeUndefined();
});

test("what is stored is SHA-256 of the secret", () => {
  // The vector of FIPS 180-4 for "abc".
  expect(hashSecret("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
});
