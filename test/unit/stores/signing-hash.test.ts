import { expect, test } from "vitest";
import { SigningHash } from "../../../shared/stores/signing-hash.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const within = (text: string) => bytes(`..${text}..`).subarray(2, -2);

async function digest(hash: SigningHash, ...data: ConstructorParameters<typeof SigningHash>[0][]): Promise<string> {
  for (const piece of data) hash.update(piece ?? "");
  return Buffer.from(await hash.digest()).toString("hex");
}

test("hashes as FIPS 180-2, appendix B.1, has it, in pieces of any kind", async () => {
  const known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  expect(await digest(new SigningHash(), "abc")).toBe(known);
  expect(await digest(new SigningHash(), "a", within("b"), bytes("c").buffer)).toBe(known);
});

test.each([
  ["text", "Jefe"],
  ["bytes", bytes("Jefe")],
  ["bytes within others", within("Jefe")],
  ["a buffer", bytes("Jefe").buffer],
])("signs as RFC 4231, section 4.3, has it, with a secret that is %s", async (_, secret) => {
  expect(await digest(new SigningHash(secret), "what do ya want for nothing?")).toBe(
    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
  );
});
