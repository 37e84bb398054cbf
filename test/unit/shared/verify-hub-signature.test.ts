import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { verifyHubSignature } from "../../../shared/verify-hub-signature.ts";

const body = Buffer.from("<rss>ü</rss>");
const sign = (method: string, secret = "secret", bytes: Uint8Array = body) =>
  `${method}=${createHmac(method, secret).update(bytes).digest("hex")}`;

// RFC 4231, test case 2.
test("the published vector of HMAC is right", () => {
  const digests = {
    sha256: "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
    sha384: "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649",
    sha512:
      "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737",
  };
  for (const [method, digest] of Object.entries(digests)) {
    const vector = Buffer.from("what do ya want for nothing?");
    expect(verifyHubSignature(`${method}=${digest}`, vector, "Jefe")).toBeUndefined();
  }
});

test.each([
  ["in capitals", sign("sha256").toUpperCase()],
  ["with spaces around", ` ${sign("sha512")} `],
])("a signature %s is right", (_, header) => {
  expect(verifyHubSignature(header, body, "secret")).toBeUndefined();
});

test.each([
  ["none", undefined, "there is no signature"],
  ["an empty one", "", "cannot be read"],
  ["the method alone", "sha256=", "cannot be read"],
  ["the digest alone", sign("sha256").slice(7), "cannot be read"],
  ["base64", `sha256=${createHmac("sha256", "secret").update(body).digest("base64")}`, "cannot be read"],
  ["two", `${sign("sha256")},${sign("sha256")}`, "cannot be read"],
  ["SHA-1", sign("sha1"), "the method is none of"],
  ["MD5", sign("md5"), "the method is none of"],
  ["a method that was made up", "constructor=00", "the method is none of"],
  ["a part of it", sign("sha256").slice(0, -2), "is not that of the hub"],
  ["half a byte too much", `${sign("sha256")}0`, ""],
  ["that of another method", sign("sha512").replace("sha512", "sha256"), "is not that of the hub"],
  ["that of another secret", sign("sha256", "other"), "is not that of the hub"],
  ["that of other bytes", sign("sha256", "secret", Buffer.from("<rss>u</rss>")), "is not that of the hub"],
])("%s is refused", (_, header, reason) => {
  const fault = verifyHubSignature(header, body, "secret");
  // An odd digit at the end stands for no byte: what is compared is what was signed.
  if (reason === "") expect(fault).toBeUndefined();
  else expect(fault).toContain(reason);
});
