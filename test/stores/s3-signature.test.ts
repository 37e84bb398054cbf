import { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import { describe, expect, test } from "vitest";
import { decodeAwsChunked } from "../../infra/local/s3/decode-aws-chunked.ts";
import { readS3Request } from "../../infra/local/s3/read-s3-request.ts";
import { type Authorization, verifySignature } from "../../infra/local/s3/verify-signature.ts";

/**
 * The worked examples of the AWS S3 API reference ("Authenticating Requests: Using the Authorization Header", "… Using
 * Query Parameters", "… Multiple Chunks"), all of them for 24 May 2013 with the example key.
 */
const credentials = {
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
};
const longDate = "20130524T000000Z";
const now = Date.UTC(2013, 4, 24);
const scope = "20130524/us-east-1/s3/aws4_request";
const host = "examplebucket.s3.amazonaws.com";
const emptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

type Example = { method: string; url: string; headers: Record<string, string>; signature: string };

const examples: Record<string, Example> = {
  "GET of a range": {
    method: "GET",
    url: "/test.txt",
    headers: { host, range: "bytes=0-9", "x-amz-content-sha256": emptyHash, "x-amz-date": longDate },
    signature: "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
  },
  "PUT of a key that needs encoding": {
    method: "PUT",
    url: "/test$file.text",
    headers: {
      date: "Fri, 24 May 2013 00:00:00 GMT",
      host,
      "x-amz-content-sha256": "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072",
      "x-amz-date": longDate,
      "x-amz-storage-class": "REDUCED_REDUNDANCY",
    },
    signature: "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
  },
  "a parameter without a value": {
    method: "GET",
    url: "/?lifecycle",
    headers: { host, "x-amz-content-sha256": emptyHash, "x-amz-date": longDate },
    signature: "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
  },
  "two parameters, in the wrong order": {
    method: "GET",
    url: "/?prefix=J&max-keys=2",
    headers: { host, "x-amz-content-sha256": emptyHash, "x-amz-date": longDate },
    signature: "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
  },
  "an upload in signed chunks": {
    method: "PUT",
    url: "/examplebucket/chunkObject.txt",
    headers: {
      "content-encoding": "aws-chunked",
      "content-length": "66824",
      host: "s3.amazonaws.com",
      "x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
      "x-amz-date": longDate,
      "x-amz-decoded-content-length": "66560",
      "x-amz-storage-class": "REDUCED_REDUNDANCY",
    },
    signature: "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
  },
};

function verify(example: Example, at = now): Authorization {
  const signedHeaders = Object.keys(example.headers).sort().join(";");
  const authorization = `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope},SignedHeaders=${signedHeaders},Signature=${example.signature}`;
  return verifyHeaders(example, { ...example.headers, authorization }, at);
}

function verifyHeaders({ method, url }: Pick<Example, "method" | "url">, headers: Record<string, string>, at = now) {
  const message = new IncomingMessage(new Socket());
  Object.assign(message, { method, url });
  message.headersDistinct = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]));
  return verifySignature(readS3Request(message), credentials, at);
}

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
  return "no failure";
}

describe("signatures in the header", () => {
  test.each(Object.entries(examples))("%s", (_, example) => {
    expect(verify(example).signature).toBe(example.signature);
  });

  const [good] = Object.values(examples) as [Example];
  const authorization = (text: string) => () => verifyHeaders(good, { ...good.headers, authorization: text });
  test.each<[string, () => unknown]>([
    ["SignatureDoesNotMatch", () => verify({ ...good, url: "/test.tx" })],
    ["SignatureDoesNotMatch", () => verify({ ...good, method: "PUT" })],
    ["SignatureDoesNotMatch", () => verify({ ...good, url: "/test.txt?acl" })],
    ["SignatureDoesNotMatch", () => verify({ ...good, headers: { ...good.headers, range: "bytes=0-8" } })],
    ["SignatureDoesNotMatch", () => verify({ ...good, signature: good.signature.replace("f", "e") })],
    ["SignatureDoesNotMatch", () => verify({ ...good, signature: good.signature.slice(1) })],
    ["RequestTimeTooSkewed", () => verify(good, now + 15 * 60_000 + 1)],
    ["RequestTimeTooSkewed", () => verify(good, now - 15 * 60_000 - 1)],
    ["no failure", () => verify(good, now + 15 * 60_000)],
    ["AccessDenied", () => verifyHeaders(good, good.headers)],
    ["AccessDenied", () => verify({ ...good, headers: { ...good.headers, "x-amz-date": "yesterday" } })],
    ["InvalidRequest", authorization("AWS AKIAIOSFODNN7EXAMPLE:abc")],
    ["AuthorizationHeaderMalformed", authorization("AWS4-HMAC-SHA256 Credential=a")],
    [
      "AuthorizationHeaderMalformed",
      authorization(`AWS4-HMAC-SHA256 Credential=a/${scope}/x,SignedHeaders=host,Signature=a`),
    ],
    [
      "AuthorizationHeaderMalformed",
      authorization("AWS4-HMAC-SHA256 Credential=a/20130525/r/s3/aws4_request,SignedHeaders=host,Signature=a"),
    ],
    ["InvalidAccessKeyId", authorization(`AWS4-HMAC-SHA256 Credential=a/${scope},SignedHeaders=host,Signature=a`)],
    ["InvalidToken", () => verify({ ...good, headers: { ...good.headers, "x-amz-security-token": "t" } })],
  ])("%s", (code, action) => {
    expect(codeOf(action)).toBe(code);
  });

  test("a header of S3's that is not signed is refused", () => {
    const signed = `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope},SignedHeaders=${Object.keys(good.headers).sort().join(";")},Signature=${good.signature}`;
    const smuggled = { ...good.headers, authorization: signed, "x-amz-acl": "public-read" };
    expect(codeOf(() => verifyHeaders(good, smuggled))).toBe("AccessDenied");
  });
});

describe("signatures in the query", () => {
  const parameters = {
    "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
    "X-Amz-Credential": `${credentials.accessKeyId}/${scope}`,
    "X-Amz-Date": longDate,
    "X-Amz-Expires": "86400",
    "X-Amz-SignedHeaders": "host",
    "X-Amz-Signature": "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404",
  };
  const presigned = (changes: Record<string, string> = {}, at = now) => {
    const url = `/test.txt?${new URLSearchParams({ ...parameters, ...changes })}`;
    return verifyHeaders({ method: "GET", url }, { host }, at);
  };

  test.each<[string, () => unknown]>([
    ["no failure", () => presigned()],
    ["no failure", () => presigned({}, now + 86_400_000)],
    ["AccessDenied", () => presigned({}, now + 86_400_001)],
    ["AccessDenied", () => presigned({}, now - 15 * 60_000 - 1)],
    ["SignatureDoesNotMatch", () => presigned({ "X-Amz-Expires": "86401" })],
    ["SignatureDoesNotMatch", () => presigned({ versionId: "null" })],
    ["AuthorizationQueryParametersError", () => presigned({ "X-Amz-Expires": "604801" })],
    ["AuthorizationQueryParametersError", () => presigned({ "X-Amz-Expires": "-1" })],
    ["AuthorizationQueryParametersError", () => presigned({ "X-Amz-Signature": "" })],
    ["AuthorizationQueryParametersError", () => presigned({ "X-Amz-Date": "20131324T000000Z" })],
    ["AuthorizationQueryParametersError", () => presigned({ "X-Amz-Algorithm": "AWS4-ECDSA-P256-SHA256" })],
  ])("%s", (code, action) => {
    expect(codeOf(action)).toBe(code);
  });
});

describe("aws-chunked", () => {
  const { signingKey } = verify(Object.values(examples)[0] as Example);
  const data = Buffer.alloc(66_560, "a");
  const signed = {
    payloadHash: "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
    signature: "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
    chunks: [
      "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
      "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
      "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9",
    ],
    trailer: "",
  };
  const trailing = {
    payloadHash: "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
    signature: "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e",
    chunks: [
      "b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2",
      "1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7",
      "2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992",
    ],
    trailer:
      "x-amz-checksum-crc32c:sOO8/Q==\r\nx-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n",
  };

  function frame({ chunks, trailer }: Pick<typeof signed, "chunks" | "trailer">): string {
    const [first, second, last] = chunks;
    const [head, tail] = [data.subarray(0, 65_536), data.subarray(65_536)].map(String);
    return (
      `10000;chunk-signature=${first}\r\n${head}\r\n400;chunk-signature=${second}\r\n${tail}\r\n` +
      `0;chunk-signature=${last}\r\n${trailer}\r\n`
    );
  }

  async function decode(body: string, authorization: { payloadHash: string; signature: string }, pieceBytes = 1000) {
    const trailers = new Map<string, string>();
    async function* pieces() {
      for (let at = 0; at < body.length; at += pieceBytes) yield Buffer.from(body.slice(at, at + pieceBytes), "latin1");
    }
    const decoded: Buffer[] = [];
    try {
      for await (const piece of decodeAwsChunked(
        pieces(),
        { ...authorization, signingKey, longDate, scope },
        trailers,
      )) {
        decoded.push(piece);
      }
    } catch (error) {
      return { code: (error as { code?: string }).code };
    }
    return { data: Buffer.concat(decoded).toString("latin1"), trailers: Object.fromEntries(trailers) };
  }

  test.each([1, 7, 1000, 100_000])("the documented signed chunks, in pieces of %d bytes", async (pieceBytes) => {
    expect(await decode(frame(signed), signed, pieceBytes)).toEqual({ data: String(data), trailers: {} });
    const trailers = { "x-amz-checksum-crc32c": "sOO8/Q==" };
    expect(await decode(frame(trailing), trailing, pieceBytes)).toEqual({ data: String(data), trailers });
  });

  test.each([0, 1, 2])("chunk %d with another signature is refused", async (at) => {
    for (const example of [signed, trailing]) {
      const chunks = example.chunks.with(at, "0".repeat(64));
      expect(await decode(frame({ ...example, chunks }), example)).toEqual({ code: "SignatureDoesNotMatch" });
    }
  });

  test("changed data, a changed trailer and a missing signature are refused", async () => {
    const refused = { code: "SignatureDoesNotMatch" };
    expect(await decode(frame(signed).replace("aaa\r\n", "aab\r\n"), signed)).toEqual(refused);
    expect(await decode(frame(trailing).replace("sOO8", "sOO9"), trailing)).toEqual(refused);
    expect(await decode("1\r\na\r\n0\r\n\r\n", signed)).toEqual(refused);
  });

  const unsigned = { payloadHash: "STREAMING-UNSIGNED-PAYLOAD-TRAILER", signature: "" };
  test.each<[string, object]>([
    ["0\r\n\r\n", { data: "", trailers: {} }],
    ["3\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n", { data: "abc0123456789", trailers: {} }],
    ["1\r\na\r\n0\r\nX-Amz-Checksum-Crc32:AA==\n\r\n\r\n", { data: "a", trailers: { "x-amz-checksum-crc32": "AA==" } }],
    ["", { code: "IncompleteBody" }],
    ["3\r\nab", { code: "IncompleteBody" }],
    ["3\r\nabc\r\n", { code: "IncompleteBody" }],
    ["0\r\n", { code: "IncompleteBody" }],
    ["3\r\nabcd\r\n0\r\n\r\n", { code: "InvalidRequest" }],
    ["-1\r\n\r\n", { code: "InvalidRequest" }],
    ["zz\r\n\r\n", { code: "InvalidRequest" }],
    ["0\r\n\r\nmore", { code: "InvalidRequest" }],
    ["0\r\nno colon\r\n\r\n", { code: "InvalidRequest" }],
    ["f".repeat(10_000), { code: "InvalidRequest" }],
    ["0\r\na:b\r\na:b\r\n\r\n", { code: "InvalidRequest" }],
    [`0\r\n${Array.from({ length: 17 }, (_, n) => `a${n}:b\r\n`).join("")}\r\n`, { code: "InvalidRequest" }],
  ])("%j", async (body, expected) => {
    expect(await decode(body, unsigned, 3)).toEqual(expected);
  });
});
