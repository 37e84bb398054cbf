import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import {
  type ChecksumAlgorithm,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  type GetObjectCommandInput,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  S3Client,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type S3Server, startS3Server } from "../../infra/local/s3/start-s3-server.ts";

/**
 * What the project needs of S3. With S3_ENDPOINT (and the usual AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION) it
 * runs against that server, real S3 included; it makes buckets of its own there and deletes them again.
 */
const region = process.env["AWS_REGION"] ?? "eu-central-1";
const external = process.env["S3_ENDPOINT"];
const credentials = {
  accessKeyId: process.env["AWS_ACCESS_KEY_ID"] ?? "local",
  secretAccessKey: process.env["AWS_SECRET_ACCESS_KEY"] ?? "local-secret",
  ...(external && process.env["AWS_SESSION_TOKEN"] ? { sessionToken: process.env["AWS_SESSION_TOKEN"] } : {}),
};
const run = randomBytes(4).toString("hex");
const Bucket = `copydesk-contract-${run}`;
const versioned = `copydesk-contract-${run}-versioned`;
let server: S3Server | undefined;
let directory = "";
let endpoint = "";
let client: S3Client;

beforeAll(async () => {
  if (external === undefined) {
    directory = await mkdtemp(join(tmpdir(), "s3-contract-"));
    server = await startS3Server({ directory, credentials });
  }
  endpoint = external ?? server?.endpoint ?? "";
  client = connect();
  for (const name of [Bucket, versioned]) await client.send(new CreateBucketCommand({ Bucket: name, ...location() }));
  await client.send(
    new PutBucketVersioningCommand({ Bucket: versioned, VersioningConfiguration: { Status: "Enabled" } }),
  );
});

afterAll(async () => {
  for (const name of [Bucket, versioned]) {
    await eraseBucket(name);
    await client.send(new DeleteBucketCommand({ Bucket: name }));
  }
  client.destroy();
  await server?.close();
  if (directory) await rm(directory, { recursive: true });
});

function connect(options: ConstructorParameters<typeof S3Client>[0] = {}): S3Client {
  return new S3Client({ endpoint, region, credentials, forcePathStyle: true, maxAttempts: 1, ...options });
}

function location() {
  if (region === "us-east-1") return {};
  return { CreateBucketConfiguration: { LocationConstraint: region as "eu-central-1" } };
}

async function eraseBucket(name: string): Promise<void> {
  for (;;) {
    const page = await client.send(new ListObjectVersionsCommand({ Bucket: name }));
    const Objects = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])].map(({ Key, VersionId }) => ({
      Key: Key ?? "",
      VersionId,
    }));
    if (Objects.length === 0) return;
    const { Errors } = await client.send(new DeleteObjectsCommand({ Bucket: name, Delete: { Objects } }));
    expect(Errors ?? []).toEqual([]);
  }
}

function put(Key: string, Body: PutObjectCommandInput["Body"] = "x", more: Partial<PutObjectCommandInput> = {}) {
  return client.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
}

async function read(Key: string, more: Partial<GetObjectCommandInput> = {}): Promise<Buffer> {
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key, ...more }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
}

/** The error's name and status, to compare both at once. */
async function failureOf(action: Promise<unknown>): Promise<string> {
  try {
    await action;
  } catch (error) {
    const { name, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
    return `${$metadata?.httpStatusCode} ${name}`;
  }
  return "no failure";
}

const md5 = (data: string | Buffer) => createHash("md5").update(data).digest("hex");

describe("buckets", () => {
  test("a bucket is there, another is not", async () => {
    await client.send(new HeadBucketCommand({ Bucket }));
    const other = `${Bucket}-none`;
    expect(await failureOf(client.send(new HeadBucketCommand({ Bucket: other })))).toBe("404 NotFound");
    expect(await failureOf(client.send(new DeleteBucketCommand({ Bucket: other })))).toBe("404 NoSuchBucket");
    expect(await failureOf(client.send(new ListObjectsV2Command({ Bucket: other })))).toBe("404 NoSuchBucket");
    expect(await failureOf(client.send(new GetObjectCommand({ Bucket: other, Key: "a" })))).toBe("404 NoSuchBucket");
    const upload = client.send(new PutObjectCommand({ Bucket: other, Key: "a", Body: "a" }));
    expect(await failureOf(upload)).toBe("404 NoSuchBucket");
  });

  test.skipIf(region === "us-east-1")("a bucket is not made twice", async () => {
    const again = client.send(new CreateBucketCommand({ Bucket, ...location() }));
    expect(await failureOf(again)).toBe("409 BucketAlreadyOwnedByYou");
  });

  test("only an empty bucket is deleted", async () => {
    await put("full");
    expect(await failureOf(client.send(new DeleteBucketCommand({ Bucket })))).toBe("409 BucketNotEmpty");
  });
});

describe("objects", () => {
  test.each([
    ["nothing", Buffer.alloc(0)],
    ["text", Buffer.from("Grüße, 北京\r\n")],
    ["bytes", randomBytes(300_000)],
  ])("%s comes back byte for byte", async (name, data) => {
    const { ETag } = await put(`round-trip/${name}`, data);
    expect(ETag).toBe(`"${md5(data)}"`);
    expect((await read(`round-trip/${name}`)).equals(data)).toBe(true);
    const head = await client.send(new HeadObjectCommand({ Bucket, Key: `round-trip/${name}` }));
    expect(head).toMatchObject({ ETag, ContentLength: data.length, AcceptRanges: "bytes" });
    expect(Math.abs(Date.now() - (head.LastModified?.getTime() ?? 0))).toBeLessThan(60_000);
  });

  test("headers and metadata come back", async () => {
    const kept = {
      ContentType: "text/html; charset=utf-8",
      ContentEncoding: "gzip",
      CacheControl: "max-age=60, private",
      ContentDisposition: 'attachment; filename="a b.html"',
      ContentLanguage: "de",
      Metadata: { partner: "p1", "content-hash": "ab==", empty: "" },
    };
    await put("headers", "x", kept);
    expect(await client.send(new GetObjectCommand({ Bucket, Key: "headers" }))).toMatchObject(kept);
    expect(await client.send(new HeadObjectCommand({ Bucket, Key: "headers" }))).toMatchObject(kept);
    await put("headers", "x");
    const plain = await client.send(new HeadObjectCommand({ Bucket, Key: "headers" }));
    expect(plain.Metadata).toEqual({});
    expect(plain.ContentType).toBe("application/octet-stream");
    expect(plain.ContentEncoding).toBeUndefined();
  });

  test("too much metadata is refused", async () => {
    const upload = put("metadata", "x", { Metadata: { a: "x".repeat(2100) } });
    expect(await failureOf(upload)).toBe("400 MetadataTooLarge");
  });

  test("an object is overwritten and deleted; a second delete is no error", async () => {
    await put("change", "one");
    await put("change", "two");
    expect(String(await read("change"))).toBe("two");
    for (let turn = 0; turn < 2; turn++) await client.send(new DeleteObjectCommand({ Bucket, Key: "change" }));
    expect(await failureOf(read("change"))).toBe("404 NoSuchKey");
    expect(await failureOf(client.send(new HeadObjectCommand({ Bucket, Key: "change" })))).toBe("404 NotFound");
  });

  test("many objects are deleted at once", async () => {
    const keys = ["many/ü & <b>", 'many/"q"', "many/ lead", "many/a\tb"];
    await Promise.all(keys.map((key) => put(key)));
    const Objects = [...keys, "many/none"].map((Key) => ({ Key }));
    const { Deleted, Errors } = await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    expect(Deleted?.map(({ Key }) => Key).sort()).toEqual([...keys, "many/none"].sort());
    expect(Errors).toBeUndefined();
    expect((await list({ Prefix: "many/" })).keys).toEqual([]);
    const quiet = await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }));
    expect(quiet.Deleted).toBeUndefined();
  });
});

describe("keys", () => {
  const keys = [
    "a/../b",
    "a/b/../../c",
    ".hidden/./x",
    "a//b///",
    "/lead",
    "%2e%2e%2f",
    "%",
    "100% sure?#&=+",
    "sp ace/tab\tnew\nline",
    "quote'\"<>&",
    "北京/Grüße/🙂",
    "C:\\con\\aux",
    `${"x".repeat(700)}/${"y".repeat(323)}`,
    "ü".repeat(512),
  ];

  test.each(keys)("%j is an ordinary key", async (key) => {
    await put(key, `body of ${key}`);
    expect(String(await read(key))).toBe(`body of ${key}`);
    const page = await client.send(new ListObjectsV2Command({ Bucket, Prefix: key }));
    expect(page.Contents?.map(({ Key }) => Key)).toContain(key);
    await client.send(new DeleteObjectCommand({ Bucket, Key: key }));
    expect(await failureOf(read(key))).toBe("404 NoSuchKey");
  });

  test.each(["k".repeat(1025), "ü".repeat(513)])("more than 1,024 bytes are too many", async (key) => {
    expect(await failureOf(put(key))).toBe("400 KeyTooLongError");
  });
});

describe("reading", () => {
  beforeAll(async () => {
    await put("read", "0123456789");
    await put("empty", Buffer.alloc(0));
  });

  test.each([
    ["bytes=0-3", "0123", "bytes 0-3/10"],
    ["bytes=4-", "456789", "bytes 4-9/10"],
    ["bytes=-3", "789", "bytes 7-9/10"],
    ["bytes=8-99", "89", "bytes 8-9/10"],
    ["bytes=-99", "0123456789", "bytes 0-9/10"],
  ])("the range %s", async (Range, text, ContentRange) => {
    const answer = await client.send(new GetObjectCommand({ Bucket, Key: "read", Range }));
    expect(answer.$metadata.httpStatusCode).toBe(206);
    expect(answer.ContentRange).toBe(ContentRange);
    expect(await answer.Body?.transformToString()).toBe(text);
  });

  test.each([
    ["read", "bytes=10-"],
    ["read", "bytes=-0"],
    ["empty", "bytes=0-0"],
  ])("of %s, %s is out of range", async (Key, Range) => {
    expect(await failureOf(client.send(new GetObjectCommand({ Bucket, Key, Range })))).toBe("416 InvalidRange");
  });

  const tag = `"${md5("0123456789")}"`;
  const [past, future] = [new Date("2020-01-01T00:00:00Z"), new Date(Date.now() + 3_600_000)];
  test.each<[string, Partial<GetObjectCommandInput>]>([
    ["no failure", { IfMatch: tag }],
    ["no failure", { IfMatch: "*" }],
    ["no failure", { IfNoneMatch: '"other"' }],
    ["no failure", { IfModifiedSince: past }],
    ["no failure", { IfUnmodifiedSince: future }],
    ["no failure", { IfMatch: tag, IfUnmodifiedSince: past }],
    ["412 PreconditionFailed", { IfMatch: '"other"' }],
    ["412 PreconditionFailed", { IfUnmodifiedSince: past }],
    ["304", { IfNoneMatch: tag }],
    ["304", { IfNoneMatch: tag, IfModifiedSince: past }],
  ])("%s for %j", async (expected, condition) => {
    expect(await failureOf(read("read", condition))).toMatch(new RegExp(`^${expected}`));
  });
});

describe("conditional writes", () => {
  test("If-None-Match: * writes once", async () => {
    await put("once", "first", { IfNoneMatch: "*" });
    expect(await failureOf(put("once", "second", { IfNoneMatch: "*" }))).toBe("412 PreconditionFailed");
    expect(String(await read("once"))).toBe("first");
    await client.send(new DeleteObjectCommand({ Bucket, Key: "once" }));
    await put("once", "third", { IfNoneMatch: "*" });
    expect(String(await read("once"))).toBe("third");
  });

  test("of 50 parallel writers exactly one wins", async () => {
    const failures = await Promise.all(
      Array.from({ length: 50 }, (_, writer) => failureOf(put("race", `writer ${writer}`, { IfNoneMatch: "*" }))),
    );
    const winners = failures.flatMap((failure, writer) => (failure === "no failure" ? [writer] : []));
    expect(winners).toHaveLength(1);
    // Real S3 may answer a loser with 409, which asks it to try again.
    const losses = new Set(failures.filter((failure) => failure !== "no failure"));
    for (const loss of losses) expect(["412 PreconditionFailed", "409 ConditionalRequestConflict"]).toContain(loss);
    expect(String(await read("race"))).toBe(`writer ${winners[0]}`);
  });
});

describe("checksums", () => {
  const data = Buffer.from("123456789");
  /** Check values of the CRC catalogue; the hashes by node:crypto. */
  const known: [
    ChecksumAlgorithm,
    "ChecksumCRC32" | "ChecksumCRC32C" | "ChecksumCRC64NVME" | "ChecksumSHA1" | "ChecksumSHA256",
    string,
  ][] = [
    ["CRC32", "ChecksumCRC32", base64("cbf43926")],
    ["CRC32C", "ChecksumCRC32C", base64("e3069283")],
    ["CRC64NVME", "ChecksumCRC64NVME", base64("ae8b14860a799888")],
    ["SHA1", "ChecksumSHA1", createHash("sha1").update(data).digest("base64")],
    ["SHA256", "ChecksumSHA256", createHash("sha256").update(data).digest("base64")],
  ];

  function base64(hex: string): string {
    return Buffer.from(hex, "hex").toString("base64");
  }

  test.each(known)("%s is verified, stored and given back", async (ChecksumAlgorithm, field, value) => {
    const Key = `checksum/${ChecksumAlgorithm}`;
    expect((await put(Key, data, { [field]: value }))[field]).toBe(value);
    const head = await client.send(new HeadObjectCommand({ Bucket, Key, ChecksumMode: "ENABLED" }));
    expect(head).toMatchObject({ [field]: value, ChecksumType: "FULL_OBJECT" });
    expect((await client.send(new GetObjectCommand({ Bucket, Key, ChecksumMode: "ENABLED" })))[field]).toBe(value);
    expect((await client.send(new ListObjectsV2Command({ Bucket, Prefix: Key }))).Contents?.[0]).toMatchObject({
      ChecksumAlgorithm: [ChecksumAlgorithm],
    });

    const wrong = Buffer.from(value, "base64").fill(1).toString("base64");
    expect(await failureOf(put(Key, "other", { [field]: wrong }))).toBe("400 BadDigest");
    expect(await failureOf(put(Key, "other", { [field]: "AA==" }))).toBe("400 InvalidRequest");
    expect((await read(Key)).equals(data)).toBe(true);
  });

  test.each(known)("%s in the trailer of a streamed upload", async (ChecksumAlgorithm, field, value) => {
    const Key = `trailer/${ChecksumAlgorithm}`;
    const body = Readable.from([data.subarray(0, 4), data.subarray(4)]);
    const answer = await put(Key, body, { ChecksumAlgorithm, ContentLength: data.length, ContentEncoding: "identity" });
    expect(answer[field]).toBe(value);
    expect((await read(Key)).equals(data)).toBe(true);
    const head = await client.send(new HeadObjectCommand({ Bucket, Key, ChecksumMode: "ENABLED" }));
    expect(head).toMatchObject({ [field]: value, ContentEncoding: "identity" });
  });

  test("without one, S3 takes CRC-64/NVME", async () => {
    const plain = connect({ requestChecksumCalculation: "WHEN_REQUIRED" });
    await plain.send(new PutObjectCommand({ Bucket, Key: "none", Body: data }));
    const head = await plain.send(new HeadObjectCommand({ Bucket, Key: "none", ChecksumMode: "ENABLED" }));
    expect(head.ChecksumCRC64NVME).toBe(base64("ae8b14860a799888"));
    plain.destroy();
  });

  test.each([
    ["no failure", createHash("md5").update(data).digest("base64")],
    ["400 BadDigest", createHash("md5").update("other").digest("base64")],
    ["400 InvalidDigest", "not base64"],
  ])("%s for a Content-MD5", async (expected, ContentMD5) => {
    expect(await failureOf(put("content-md5", data, { ContentMD5 }))).toBe(expected);
  });

  test("a large body streams up and down", async () => {
    const pieces = Array.from({ length: 40 }, () => randomBytes(100_000));
    const whole = Buffer.concat(pieces);
    await put("streamed", Readable.from(pieces), { ContentLength: whole.length });
    expect(md5(await read("streamed"))).toBe(md5(whole));
    expect(
      (await read("streamed", { Range: "bytes=1999990-2000009" })).equals(whole.subarray(1_999_990, 2_000_010)),
    ).toBe(true);
  });
});

/** All pages of a listing. */
async function list(
  input: Partial<ListObjectsV2CommandInput>,
): Promise<{ keys: string[]; groups: string[]; pages: number[] }> {
  const found = { keys: [] as string[], groups: [] as string[], pages: [] as number[] };
  for (let token: string | undefined, more = true; more; ) {
    const page = await client.send(new ListObjectsV2Command({ Bucket, ...input, ContinuationToken: token }));
    found.keys.push(...(page.Contents ?? []).map(({ Key }) => Key ?? ""));
    found.groups.push(...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix ?? ""));
    found.pages.push(page.KeyCount ?? -1);
    token = page.NextContinuationToken;
    more = page.IsTruncated === true;
    expect(token !== undefined).toBe(more);
  }
  return found;
}

describe("listing", () => {
  // U+FF5E sorts before U+1F642 by UTF-8 bytes and behind it by UTF-16 code units.
  const keys = ["!", "A", "B/1", "a", "a b", "a/", "a/1", "a/2/x", "a/2/y", "a0", "b/1", "z", "ä", "～", "🙂"];

  beforeAll(async () => {
    await Promise.all([...keys].reverse().map((key) => put(`list/${key}`, key)));
  });

  const strip = (names: string[]) => names.map((name) => name.replace(/^list\//, ""));

  test.each([1, 2, 3, 7, 1000])("in the order of UTF-8 bytes, by pages of %d", async (MaxKeys) => {
    const { keys: found, pages } = await list({ Prefix: "list/", MaxKeys });
    expect(strip(found)).toEqual(keys);
    expect(pages).toHaveLength(Math.ceil(keys.length / MaxKeys));
  });

  test.each([1, 2, 3, 1000])("grouped by a delimiter, by pages of %d", async (MaxKeys) => {
    const found = await list({ Prefix: "list/", Delimiter: "/", MaxKeys });
    expect(strip(found.keys)).toEqual(["!", "A", "a", "a b", "a0", "z", "ä", "～", "🙂"]);
    expect(strip(found.groups)).toEqual(["B/", "a/", "b/"]);
    expect(found.pages).toHaveLength(Math.ceil(12 / MaxKeys));
    const inner = await list({ Prefix: "list/a/", Delimiter: "/", MaxKeys });
    expect([strip(inner.keys), strip(inner.groups)]).toEqual([["a/", "a/1"], ["a/2/"]]);
  });

  test("from a key on", async () => {
    expect(strip((await list({ Prefix: "list/", StartAfter: "list/a/2/x" })).keys)).toEqual(
      keys.slice(keys.indexOf("a/2/y")),
    );
    expect((await list({ Prefix: "list/", StartAfter: "lisu" })).keys).toEqual([]);
    expect(strip((await list({ Prefix: "list/", StartAfter: "a" })).keys)).toEqual(keys);
  });

  test("a delimiter of several characters, and what an entry holds", async () => {
    const found = await list({ Prefix: "list/", Delimiter: "/2" });
    expect(strip(found.groups)).toEqual(["a/2"]);
    const page = await client.send(new ListObjectsV2Command({ Bucket, Prefix: "list/a b" }));
    expect(page.Contents?.[0]).toMatchObject({
      Key: "list/a b",
      Size: 3,
      ETag: `"${md5("a b")}"`,
      StorageClass: "STANDARD",
    });
  });

  test("no keys asked for, and names encoded as in URLs", async () => {
    const none = await client.send(new ListObjectsV2Command({ Bucket, Prefix: "list/", MaxKeys: 0 }));
    expect([none.KeyCount, none.IsTruncated]).toEqual([0, false]);
    const page = await client.send(new ListObjectsV2Command({ Bucket, Prefix: "list/ä", EncodingType: "url" }));
    expect(page.Contents?.[0]?.Key).toBe("list/%C3%A4");
  });

  test("pages follow on while objects come and go", async () => {
    for (const n of [1, 2, 3, 4, 5, 6]) await put(`live/${n}`);
    const first = await client.send(new ListObjectsV2Command({ Bucket, Prefix: "live/", MaxKeys: 3 }));
    await client.send(new DeleteObjectCommand({ Bucket, Key: "live/3" }));
    await put("live/0");
    await put("live/2");
    await put("live/7");
    const rest = await client.send(
      new ListObjectsV2Command({ Bucket, Prefix: "live/", ContinuationToken: first.NextContinuationToken }),
    );
    expect(rest.Contents?.map(({ Key }) => Key)).toEqual(["live/4", "live/5", "live/6", "live/7"]);
  });

  test.each<Partial<ListObjectsV2CommandInput>>([{ ContinuationToken: "nonsense" }, { MaxKeys: -1 }])(
    "%j is refused",
    async (input) => {
      expect(await failureOf(client.send(new ListObjectsV2Command({ Bucket, ...input })))).toBe("400 InvalidArgument");
    },
  );
});

describe("versions", () => {
  const inVersioned = { Bucket: versioned };

  async function versionsOf(Prefix: string): Promise<string[]> {
    const page = await client.send(new ListObjectVersionsCommand({ ...inVersioned, Prefix }));
    const all = [
      ...(page.Versions ?? []).map((version) => ({ ...version, kind: "version" })),
      ...(page.DeleteMarkers ?? []).map((marker) => ({ ...marker, kind: "marker" })),
    ];
    return all.map(({ kind, VersionId, IsLatest }) => `${kind} ${VersionId}${IsLatest ? " latest" : ""}`);
  }

  test("versioning is off at first", async () => {
    expect((await client.send(new GetBucketVersioningCommand({ Bucket }))).Status).toBeUndefined();
    expect((await client.send(new GetBucketVersioningCommand(inVersioned))).Status).toBe("Enabled");
    expect((await put("unversioned")).VersionId).toBeUndefined();
  });

  test("a delete hides, a delete by ID removes", async () => {
    const Key = "life";
    const { VersionId: one } = await put(Key, "one", inVersioned);
    const { VersionId: two } = await put(Key, "two", inVersioned);
    expect(new Set([one, two, undefined]).size).toBe(3);
    expect(String(await read(Key, { ...inVersioned, VersionId: one }))).toBe("one");

    const deleted = await client.send(new DeleteObjectCommand({ ...inVersioned, Key }));
    expect(deleted.DeleteMarker).toBe(true);
    const marker = deleted.VersionId;
    expect(await failureOf(read(Key, inVersioned))).toBe("404 NoSuchKey");
    expect(await failureOf(read(Key, { ...inVersioned, VersionId: marker }))).toBe("405 MethodNotAllowed");
    expect(String(await read(Key, { ...inVersioned, VersionId: two }))).toBe("two");
    expect(await versionsOf(Key)).toEqual([`version ${two}`, `version ${one}`, `marker ${marker} latest`]);
    expect((await client.send(new ListObjectsV2Command({ ...inVersioned, Prefix: Key }))).KeyCount).toBe(0);

    const shown = await client.send(new DeleteObjectCommand({ ...inVersioned, Key, VersionId: marker }));
    expect(shown).toMatchObject({ DeleteMarker: true, VersionId: marker });
    expect(String(await read(Key, inVersioned))).toBe("two");
    expect(await versionsOf(Key)).toEqual([`version ${two} latest`, `version ${one}`]);
    expect((await client.send(new ListObjectsV2Command({ ...inVersioned, Prefix: Key }))).KeyCount).toBe(1);
    await client.send(new DeleteObjectCommand({ ...inVersioned, Key, VersionId: two }));
    expect(String(await read(Key, inVersioned))).toBe("one");
    expect((await client.send(new HeadObjectCommand({ ...inVersioned, Key }))).VersionId).toBe(one);
    await client.send(new DeleteObjectCommand({ ...inVersioned, Key, VersionId: one }));
    expect(await versionsOf(Key)).toEqual([]);
    expect(await failureOf(read(Key, { ...inVersioned, VersionId: one }))).toBe("404 NoSuchVersion");
    expect(await failureOf(read(Key, { ...inVersioned, VersionId: "nonsense" }))).toBe("400 InvalidArgument");
  });

  test("a page does not show a key again when an older version of it comes to light", async () => {
    for (const key of ["a", "a", "b"]) await put(`light/${key}`, key, inVersioned);
    const first = await client.send(new ListObjectsV2Command({ ...inVersioned, Prefix: "light/", MaxKeys: 1 }));
    const { VersionId } = await client.send(new HeadObjectCommand({ ...inVersioned, Key: "light/a" }));
    await client.send(new DeleteObjectCommand({ ...inVersioned, Key: "light/a", VersionId }));
    const rest = await list({ ...inVersioned, Prefix: "light/", StartAfter: "light/a" });
    const second = await client.send(
      new ListObjectsV2Command({
        ...inVersioned,
        Prefix: "light/",
        ContinuationToken: first.NextContinuationToken,
      }),
    );
    expect(second.Contents?.map(({ Key }) => Key)).toEqual(rest.keys);
    expect(rest.keys).toEqual(["light/b"]);
  });

  test("a delete marker lets a conditional write pass", async () => {
    const Key = "conditional";
    await put(Key, "one", { ...inVersioned, IfNoneMatch: "*" });
    expect(await failureOf(put(Key, "two", { ...inVersioned, IfNoneMatch: "*" }))).toBe("412 PreconditionFailed");
    await client.send(new DeleteObjectCommand({ ...inVersioned, Key }));
    await put(Key, "three", { ...inVersioned, IfNoneMatch: "*" });
    expect(await versionsOf(Key)).toHaveLength(3);
  });

  test("DeleteObjects tells of its markers and removes versions", async () => {
    const { VersionId } = await put("batch/a", "a", inVersioned);
    const hidden = await client.send(
      new DeleteObjectsCommand({ ...inVersioned, Delete: { Objects: [{ Key: "batch/a" }] } }),
    );
    expect(hidden.Deleted?.[0]).toMatchObject({ Key: "batch/a", DeleteMarker: true });
    const Objects = [
      { Key: "batch/a", VersionId },
      { Key: "batch/a", VersionId: hidden.Deleted?.[0]?.DeleteMarkerVersionId },
    ];
    await client.send(new DeleteObjectsCommand({ ...inVersioned, Delete: { Objects } }));
    expect(await versionsOf("batch/")).toEqual([]);
  });

  test.each([1, 2, 5])("all versions are listed by pages of %d, also while they are deleted", async (MaxKeys) => {
    const Prefix = `pages-${MaxKeys}/`;
    for (const key of ["a", "b", "a", "c", "b", "a"]) await put(`${Prefix}${key}`, key, inVersioned);
    await client.send(new DeleteObjectCommand({ ...inVersioned, Key: `${Prefix}b` }));
    const found: string[] = [];
    for (let KeyMarker: string | undefined, VersionIdMarker: string | undefined, more = true; more; ) {
      const page = await client.send(
        new ListObjectVersionsCommand({ ...inVersioned, Prefix, MaxKeys, KeyMarker, VersionIdMarker }),
      );
      for (const { Key, VersionId } of [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])]) {
        found.push((Key ?? "").slice(Prefix.length));
        await client.send(new DeleteObjectCommand({ ...inVersioned, Key, VersionId }));
      }
      ({ NextKeyMarker: KeyMarker, NextVersionIdMarker: VersionIdMarker } = page);
      more = page.IsTruncated === true;
    }
    expect(found.sort()).toEqual(["a", "a", "a", "b", "b", "b", "c"]);
    expect(await versionsOf(Prefix)).toEqual([]);
  });

  test.each([1, 2, 1000])("versions are grouped by a delimiter, by pages of %d", async (MaxKeys) => {
    const Prefix = `grouped-${MaxKeys}/`;
    for (const key of ["a", "b/1", "b/2", "c", "d/1", "d/1"]) await put(`${Prefix}${key}`, key, inVersioned);
    const found: string[] = [];
    for (let KeyMarker: string | undefined, VersionIdMarker: string | undefined, more = true; more; ) {
      const page = await client.send(
        new ListObjectVersionsCommand({ ...inVersioned, Prefix, Delimiter: "/", MaxKeys, KeyMarker, VersionIdMarker }),
      );
      found.push(
        ...(page.Versions ?? []).map(({ Key }) => Key ?? ""),
        ...(page.CommonPrefixes ?? []).map((group) => group.Prefix ?? ""),
      );
      ({ NextKeyMarker: KeyMarker, NextVersionIdMarker: VersionIdMarker } = page);
      more = page.IsTruncated === true;
    }
    expect(found.map((name) => name.slice(Prefix.length)).sort()).toEqual(["a", "b/", "c", "d/"]);
  });

  test("what was stored before versioning is the null version; suspending brings it back", async () => {
    const name = `${versioned}-late`;
    const late = { Bucket: name };
    await client.send(new CreateBucketCommand({ Bucket: name, ...location() }));
    const status = (Status: "Enabled" | "Suspended") =>
      client.send(new PutBucketVersioningCommand({ Bucket: name, VersioningConfiguration: { Status } }));
    await put("k", "before", late);
    await status("Enabled");
    const { VersionId } = await put("k", "during", late);
    expect(String(await read("k", { ...late, VersionId: "null" }))).toBe("before");
    await status("Suspended");
    await put("k", "after", late);
    expect(String(await read("k", { ...late, VersionId: "null" }))).toBe("after");
    expect(String(await read("k", { ...late, VersionId }))).toBe("during");
    const deleted = await client.send(new DeleteObjectCommand({ ...late, Key: "k" }));
    expect(deleted).toMatchObject({ DeleteMarker: true, VersionId: "null" });
    expect(await failureOf(read("k", late))).toBe("404 NoSuchKey");
    await client.send(new DeleteObjectCommand({ ...late, Key: "k", VersionId: "null" }));
    expect(String(await read("k", late))).toBe("during");
    await eraseBucket(name);
    await client.send(new DeleteBucketCommand({ Bucket: name }));
  });
});

describe("presigned URLs", () => {
  const plain = () => connect({ requestChecksumCalculation: "WHEN_REQUIRED" });

  test("PUT and GET without any key", async () => {
    const Key = "presigned/a b+ü";
    const upload = await getSignedUrl(plain(), new PutObjectCommand({ Bucket, Key, ContentType: "text/plain" }), {
      expiresIn: 60,
      signableHeaders: new Set(["content-type"]),
    });
    const stored = await fetch(upload, { method: "PUT", body: "presigned", headers: { "content-type": "text/plain" } });
    expect([stored.status, await stored.text()]).toEqual([200, ""]);
    const download = await getSignedUrl(client, new GetObjectCommand({ Bucket, Key }), { expiresIn: 60 });
    const answer = await fetch(download);
    expect([answer.status, await answer.text(), answer.headers.get("content-type")]).toEqual([
      200,
      "presigned",
      "text/plain",
    ]);

    const other = await fetch(upload, { method: "PUT", body: "x", headers: { "content-type": "text/html" } });
    expect(other.status).toBe(403);
    expect((await fetch(download.replace("a%20b", "a%20c"))).status).toBe(403);
    expect((await fetch(download, { method: "DELETE" })).status).toBe(403);
    expect((await fetch(`${download}&versionId=null`)).status).toBe(403);
  });

  test("a condition and metadata are part of what is signed", async () => {
    const Key = "presigned/once";
    const command = new PutObjectCommand({ Bucket, Key, Metadata: { partner: "p1" }, IfNoneMatch: "*" });
    const url = await getSignedUrl(plain(), command, { expiresIn: 60, signableHeaders: new Set(["if-none-match"]) });
    const headers = { "if-none-match": "*" };
    expect((await fetch(url, { method: "PUT", body: "1", headers })).status).toBe(200);
    expect((await fetch(url, { method: "PUT", body: "2", headers })).status).toBe(412);
    expect((await fetch(url, { method: "PUT", body: "3" })).status).toBe(403);
    expect((await client.send(new HeadObjectCommand({ Bucket, Key }))).Metadata).toEqual({ partner: "p1" });
  });

  test("a URL expires", async () => {
    const command = new GetObjectCommand({ Bucket, Key: "full" });
    const url = await getSignedUrl(client, command, { expiresIn: 60, signingDate: new Date(Date.now() - 61_000) });
    const answer = await fetch(url);
    expect(answer.status).toBe(403);
    expect(await answer.text()).toMatch(/<Code>AccessDenied<\/Code>.*Request has expired/s);
  });
});

describe("signatures", () => {
  const probe = new GetObjectCommand({ Bucket, Key: "full" });

  test.each([
    ["403 SignatureDoesNotMatch", { credentials: { ...credentials, secretAccessKey: "wrong" } }],
    ["403 InvalidAccessKeyId", { credentials: { accessKeyId: "AKIAUNKNOWN", secretAccessKey: "wrong" } }],
    ["403 RequestTimeTooSkewed", { systemClockOffset: -16 * 60_000 }],
    ["403 RequestTimeTooSkewed", { systemClockOffset: 16 * 60_000 }],
    ["no failure", { systemClockOffset: 14 * 60_000 }],
  ])("%s", async (expected, options) => {
    const other = connect(options);
    expect(await failureOf(other.send(probe))).toBe(expected);
    other.destroy();
  });

  test("an unsigned request is denied", async () => {
    const answer = await fetch(new URL(`/${Bucket}/full`, endpoint));
    expect(answer.status).toBe(403);
    expect(await answer.text()).toContain("<Code>AccessDenied</Code>");
  });
});
