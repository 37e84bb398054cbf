import { type ChildProcess, spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { networkInterfaces, tmpdir } from "node:os";
import { join, relative } from "node:path";
import { Readable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import {
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketAclCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  S3Client,
  type S3ClientConfig,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readXml } from "../../infra/local/s3/read-xml.ts";
import { type S3Server, startS3Server } from "../../infra/local/s3/start-s3-server.ts";

/** What only our own server can show: its files, its process, its refusals. */
const credentials = { accessKeyId: "local", secretAccessKey: "local-secret" };
const Bucket = "embedded";
const serverModule = new URL("../../infra/local/s3/start-s3-server.ts", import.meta.url).href;
let parent: string;
let directory: string;
let undo: (() => unknown)[] = [];

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), "s3-embedded-"));
  directory = join(parent, "data", "s3");
});

afterEach(async () => {
  const steps = undo.reverse();
  undo = [];
  for (const step of steps) await step();
  await rm(parent, { recursive: true });
});

async function start(): Promise<{ server: S3Server; client: S3Client }> {
  const server = await startS3Server({ directory, credentials });
  undo.push(() => server.close());
  return { server, client: connectTo(server.endpoint) };
}

/** The server in a process of its own, to be killed or measured. */
async function startProcess(): Promise<{ child: ChildProcess; endpoint: string; client: S3Client }> {
  const script = `
    import { startS3Server } from ${JSON.stringify(serverModule)};
    const server = await startS3Server(${JSON.stringify({ directory, credentials })});
    console.log(server.endpoint);
  `;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  undo.push(() => kill(child));
  const [line] = await once(child.stdout, "data");
  const endpoint = String(line).trim();
  return { child, endpoint, client: connectTo(endpoint) };
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGKILL");
  await once(child, "exit");
}

function connectTo(endpoint: string, options: S3ClientConfig = {}): S3Client {
  const client = new S3Client({ endpoint, region: "eu-central-1", credentials, maxAttempts: 1, ...options });
  undo.push(() => client.destroy());
  return client;
}

async function listFiles(): Promise<string[]> {
  const entries = await readdir(parent, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)));
}

async function listBlobs(): Promise<string[]> {
  return (await listFiles()).filter((file) => file.startsWith("blobs/"));
}

async function waitFor(condition: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 5000; !(await condition()); await delay(10)) {
    if (Date.now() > end) throw new Error("The condition did not come true within five seconds.");
  }
}

async function readText(client: S3Client, Key: string): Promise<string | undefined> {
  return (await client.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString();
}

/** Sends the head of a PUT and some of its body over a bare socket; the caller breaks off or goes on. */
async function beginUpload(endpoint: string, Key: string, { promised, sent }: { promised: number; sent: Buffer }) {
  const client = connectTo(endpoint, { requestChecksumCalculation: "WHEN_REQUIRED" });
  const url = new URL(await getSignedUrl(client, new PutObjectCommand({ Bucket, Key })));
  const socket = connect(Number(url.port), "127.0.0.1");
  socket.on("error", () => {});
  undo.push(() => socket.destroy());
  socket.write(`PUT ${url.pathname}${url.search} HTTP/1.1\r\nHost: ${url.host}\r\nContent-Length: ${promised}\r\n\r\n`);
  socket.write(sent);
  return socket;
}

describe("files", () => {
  test("no key leaves its directory or names a file", async () => {
    const { client } = await start();
    await client.send(new CreateBucketCommand({ Bucket }));
    const keys = [
      "../../escape",
      "..",
      "/etc/passwd",
      "a/../../../b",
      "nul\0byte",
      "..%2f..%2fc",
      "./././d",
      "e/".repeat(500),
    ];
    for (const Key of keys) await client.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
    const files = await listFiles();
    for (const file of files) expect(file).toMatch(/^(index\.sqlite(-wal)?|blobs\/[0-9a-f]{2}\/[0-9a-f]{32})$/);
    expect(await listBlobs()).toHaveLength(keys.length);
    for (const Key of keys) expect(await readText(client, Key)).toBe(Key);
  });

  test.each(["..", "../s3", "a/b", "UPPER", "ab", "a".repeat(64), "-lead"])("%j names no bucket", async (name) => {
    const { client } = await start();
    await expect(client.send(new CreateBucketCommand({ Bucket: name }))).rejects.toThrow();
    expect(await listBlobs()).toEqual([]);
  });

  test("what is overwritten, deleted or lost to a condition leaves no file", async () => {
    const { client } = await start();
    await client.send(new CreateBucketCommand({ Bucket }));
    for (const Body of ["1", "2", "3"]) await client.send(new PutObjectCommand({ Bucket, Key: "a", Body }));
    await Promise.allSettled(
      Array.from({ length: 50 }, () =>
        client.send(new PutObjectCommand({ Bucket, Key: "b", Body: "b", IfNoneMatch: "*" })),
      ),
    );
    const mismatch = client.send(new PutObjectCommand({ Bucket, Key: "c", Body: "c", ChecksumCRC32: "AAAAAA==" }));
    await expect(mismatch).rejects.toThrow(/CRC32/);
    expect(await listBlobs()).toHaveLength(2);
    await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: "a" }, { Key: "b" }] } }));
    expect(await listBlobs()).toEqual([]);
  });

  test("a reader keeps its version to the end while the object is replaced and deleted", async () => {
    const { client } = await start();
    await client.send(new CreateBucketCommand({ Bucket }));
    const old = randomBytes(8_000_000);
    await client.send(new PutObjectCommand({ Bucket, Key: "a", Body: old }));
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: "a" }));
    await client.send(new PutObjectCommand({ Bucket, Key: "a", Body: "new" }));
    await client.send(new DeleteObjectCommand({ Bucket, Key: "a" }));
    expect(old.equals((await Body?.transformToByteArray()) ?? Buffer.alloc(0))).toBe(true);
    expect(await listBlobs()).toEqual([]);
  });
});

describe("broken uploads", () => {
  const endings: [string, (socket: Awaited<ReturnType<typeof beginUpload>>) => void][] = [
    ["reset", (socket) => socket.resetAndDestroy()],
    ["ended", (socket) => socket.end()],
    ["destroyed", (socket) => socket.destroy()],
  ];

  test.each(endings)("an upload that is %s half-way stores nothing", async (_, breakOff) => {
    const { client, server } = await start();
    await client.send(new CreateBucketCommand({ Bucket }));
    await client.send(new PutObjectCommand({ Bucket, Key: "a", Body: "old" }));
    const socket = await beginUpload(server.endpoint, "a", { promised: 1_000_000, sent: randomBytes(500_000) });
    await waitFor(async () => (await listBlobs()).length === 2);
    breakOff(socket);
    await waitFor(async () => (await listBlobs()).length === 1);
    expect(await readText(client, "a")).toBe("old");
  });

  test("closing breaks off uploads and cleans up behind them", async () => {
    const { client, server } = await start();
    await client.send(new CreateBucketCommand({ Bucket }));
    await beginUpload(server.endpoint, "a", { promised: 1_000_000, sent: randomBytes(500_000) });
    await waitFor(async () => (await listBlobs()).length === 1);
    await server.close();
    expect(await listBlobs()).toEqual([]);
    expect((await (await start()).client.send(new ListObjectsV2Command({ Bucket }))).KeyCount).toBe(0);
  });

  test("the refusal of a large upload reaches a client that is still sending", async () => {
    const { client } = await start();
    await client.send(new CreateBucketCommand({ Bucket }));
    const upload = client.send(new PutObjectCommand({ Bucket: "missing", Key: "a", Body: randomBytes(20_000_000) }));
    await expect(upload).rejects.toThrow(expect.objectContaining({ name: "NoSuchBucket" }));
    await client.send(new PutObjectCommand({ Bucket, Key: "a", Body: "a" }));
  });
});

describe("uploads that are not as long as they say", () => {
  test.each([
    ["longer", 20_000_000, 5],
    ["shorter", 1000, 1001],
  ])("%s", async (_, bytes, claimed) => {
    const { client, server } = await start();
    await client.send(new CreateBucketCommand({ Bucket }));
    const liar = connectTo(server.endpoint);
    liar.middlewareStack.add(
      (next) => (args) => {
        const { headers } = args.request as { headers: Record<string, string> };
        if ("x-amz-decoded-content-length" in headers) headers["x-amz-decoded-content-length"] = String(claimed);
        return next(args);
      },
      { step: "build", priority: "low" },
    );
    const Body = Readable.from([randomBytes(bytes)]);
    const upload = liar.send(new PutObjectCommand({ Bucket, Key: "a", Body, ContentLength: bytes }));
    await expect(upload).rejects.toThrow(expect.objectContaining({ name: "IncompleteBody" }));
    // The same connection must be fit for use again.
    expect((await liar.send(new ListObjectsV2Command({ Bucket }))).KeyCount).toBe(0);
    expect(await listBlobs()).toEqual([]);
  });
});

test("a refusal half-way reaches a client that is still sending, and the connection is fit for the next request", async () => {
  const { client, server } = await start();
  await client.send(new CreateBucketCommand({ Bucket }));
  const signer = connectTo(server.endpoint);
  let head = "";
  signer.middlewareStack.add(
    () => (args) => {
      const { path, headers } = args.request as { path: string; headers: Record<string, string> };
      const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
      head = `PUT ${path}?x-id=PutObject HTTP/1.1\r\n${lines.join("")}\r\n`;
      throw new Error("The request was only to be signed.");
    },
    { step: "finalizeRequest", priority: "low" },
  );
  const upload = { Bucket, Key: "a", Body: Readable.from(["x"]), ContentLength: 1 };
  await expect(signer.send(new PutObjectCommand(upload))).rejects.toThrow(/only to be signed/);
  expect(head).toMatch(/transfer-encoding: chunked/i);

  const socket = connect(Number(new URL(server.endpoint).port), "127.0.0.1");
  undo.push(() => socket.destroy());
  let answers = "";
  socket.on("data", (data) => {
    answers += data;
  });
  const filler = `10000\r\n${"x".repeat(65_536)}\r\n`;
  socket.write(`${head}9\r\nnonsense\n\r\n${filler.repeat(100)}`);
  await waitFor(async () => answers.includes("</Error>"));
  socket.write(`${filler.repeat(100)}0\r\n\r\nGET /${Bucket}/a HTTP/1.1\r\nHost: a\r\n\r\n`);
  await waitFor(async () => answers.includes("AccessDenied"));
  expect(answers.match(/<Code>\w+/g)).toEqual(["<Code>InvalidRequest", "<Code>AccessDenied"]);
});

describe("restarts", () => {
  test("data, versions and metadata outlive the server", async () => {
    const first = await start();
    await first.client.send(new CreateBucketCommand({ Bucket }));
    await first.client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }));
    const put = (Body: string) => new PutObjectCommand({ Bucket, Key: "a", Body, Metadata: { n: Body } });
    const one = await first.client.send(put("1"));
    await first.client.send(put("2"));
    await first.server.close();

    const { client } = await start();
    expect(await client.send(new HeadObjectCommand({ Bucket, Key: "a" }))).toMatchObject({ Metadata: { n: "2" } });
    const old = await client.send(new GetObjectCommand({ Bucket, Key: "a", VersionId: one.VersionId }));
    expect(await old.Body?.transformToString()).toBe("1");
    const three = await client.send(put("3"));
    expect(new Set([one.VersionId, three.VersionId]).size).toBe(2);
  });

  test("a second server on the same directory is refused, and frees the way when the first is gone", async () => {
    const { server } = await start();
    await expect(startS3Server({ directory, credentials })).rejects.toThrow(/in use by another process/);
    await server.close();
    await start();
  });

  test("a port that is taken is an error, and leaves the directory free", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    undo.push(() => other.close());
    await once(other, "listening");
    const { port } = other.address() as { port: number };
    await expect(startS3Server({ directory, port, credentials })).rejects.toThrow(/EADDRINUSE/);
    await start();
  });

  test("kill -9 in the middle of a PUT leaves the old object and no leftovers", async () => {
    const { child, client, endpoint } = await startProcess();
    await client.send(new CreateBucketCommand({ Bucket }));
    await client.send(new PutObjectCommand({ Bucket, Key: "a", Body: "old" }));
    await beginUpload(endpoint, "a", { promised: 10_000_000, sent: randomBytes(5_000_000) });
    await beginUpload(endpoint, "b", { promised: 10_000_000, sent: randomBytes(5_000_000) });
    await waitFor(async () => (await listBlobs()).length === 3);
    await kill(child);
    expect(await listBlobs()).toHaveLength(3);

    const { client: after } = await start();
    expect(await readText(after, "a")).toBe("old");
    expect((await after.send(new ListObjectsV2Command({ Bucket }))).KeyCount).toBe(1);
    expect(await listBlobs()).toHaveLength(1);
  });

  test("kill -9 under load: what was answered is there, every object is whole, nothing is left over", async () => {
    const answered = new Map<string, string>();
    const md5 = (data: Uint8Array) => createHash("md5").update(data).digest("hex");
    for (let round = 0; round < 4; round++) {
      const { child, client } = await startProcess();
      if (round === 0) await client.send(new CreateBucketCommand({ Bucket }));
      const write = async (writer: number) => {
        for (let n = 0; ; n++) {
          const [Key, Body] = [`${writer}/${n % 5}`, randomBytes(1 + ((n * 7919) % 200_000))];
          // Until it is answered, the old object and the new one are both right.
          answered.delete(Key);
          await client.send(new PutObjectCommand({ Bucket, Key, Body }));
          answered.set(Key, md5(Body));
        }
      };
      const writers = Promise.allSettled([0, 1, 2, 3, 4, 5, 6, 7].map(write));
      await delay(250 + round * 70);
      await kill(child);
      await writers;

      const { client: after, server } = await start();
      const page = await after.send(new ListObjectsV2Command({ Bucket }));
      expect(page.KeyCount).toBeGreaterThan(0);
      for (const { Key = "", ETag } of page.Contents ?? []) {
        const { Body } = await after.send(new GetObjectCommand({ Bucket, Key }));
        expect(`"${md5((await Body?.transformToByteArray()) ?? Buffer.alloc(0))}"`).toBe(ETag);
      }
      const etags = new Map((page.Contents ?? []).map(({ Key, ETag }) => [Key, ETag]));
      for (const [key, digest] of answered) expect(etags.get(key)).toBe(`"${digest}"`);
      expect(await listBlobs()).toHaveLength(page.KeyCount ?? -1);
      await server.close();
    }
  });
});

/** The most memory that a process has ever held, in MB. */
async function readPeakMb(child: ChildProcess): Promise<number> {
  const status = await readFile(`/proc/${child.pid}/status`, "utf8");
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) / 1000;
}

describe("large objects", () => {
  test.skipIf(process.platform !== "linux")("200 MB go in and out of a process that stays small", async () => {
    const { child, client } = await startProcess();
    await client.send(new CreateBucketCommand({ Bucket }));
    const before = await readPeakMb(child);
    const piece = randomBytes(1_000_000);
    const sent = createHash("sha256");
    async function* generate() {
      for (let n = 0; n < 200; n++) {
        piece.writeUInt32BE(n);
        sent.update(piece);
        yield Buffer.from(piece);
      }
    }
    await client.send(
      new PutObjectCommand({ Bucket, Key: "large", Body: Readable.from(generate()), ContentLength: 200_000_000 }),
    );
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: "large" }));
    const received = createHash("sha256");
    for await (const chunk of Body as AsyncIterable<Buffer>) received.update(chunk);
    expect(received.digest("hex")).toBe(sent.digest("hex"));

    expect((await readPeakMb(child)) - before).toBeLessThan(120);
  });
});

describe("refusals", () => {
  const Key = "a";
  const object = { Bucket, Key };
  const upload = { Bucket, Key, Body: "x" };
  const calls: [string, (client: S3Client) => Promise<unknown>][] = [
    ["ListBuckets", (client) => client.send(new ListBucketsCommand())],
    ["ListObjects", (client) => client.send(new ListObjectsCommand({ Bucket }))],
    ["GetBucketAcl", (client) => client.send(new GetBucketAclCommand({ Bucket }))],
    ["CopyObject", (client) => client.send(new CopyObjectCommand({ ...object, CopySource: `${Bucket}/b` }))],
    ["CreateMultipartUpload", (client) => client.send(new CreateMultipartUploadCommand(object))],
    ["PutObjectTagging", (client) => client.send(new PutObjectTaggingCommand({ ...object, Tagging: { TagSet: [] } }))],
    ["an ACL", (client) => client.send(new PutObjectCommand({ ...upload, ACL: "public-read" }))],
    ["encryption", (client) => client.send(new PutObjectCommand({ ...upload, ServerSideEncryption: "aws:kms" }))],
    ["a storage class", (client) => client.send(new PutObjectCommand({ ...upload, StorageClass: "GLACIER" }))],
    ["If-Match on a write", (client) => client.send(new PutObjectCommand({ ...upload, IfMatch: '"e"' }))],
    ["another If-None-Match", (client) => client.send(new PutObjectCommand({ ...upload, IfNoneMatch: '"e"' }))],
    ["an unknown checksum", (client) => client.send(new PutObjectCommand({ ...upload, ChecksumSHA512: "AA==" }))],
    ["If-Match on a delete", (client) => client.send(new DeleteObjectCommand({ ...object, IfMatch: '"e"' }))],
    ["a part", (client) => client.send(new GetObjectCommand({ ...object, PartNumber: 1 }))],
    ["another type", (client) => client.send(new GetObjectCommand({ ...object, ResponseContentType: "text/html" }))],
    ["owners", (client) => client.send(new ListObjectsV2Command({ Bucket, FetchOwner: true }))],
  ];

  test("what is not there is refused, not ignored", async () => {
    const { client } = await start();
    await client.send(new CreateBucketCommand({ Bucket }));
    const outcomes = await Promise.allSettled(calls.map(([, call]) => call(client)));
    const named = outcomes.map((outcome, at) => {
      const { name, $metadata } =
        outcome.status === "rejected" ? outcome.reason : { name: "no failure", $metadata: {} };
      return `${calls[at]?.[0]}: ${$metadata.httpStatusCode} ${name}`;
    });
    expect(named).toEqual(calls.map(([what]) => `${what}: 501 NotImplemented`));
    expect(await listBlobs()).toEqual([]);
  });

  test("the checksum of nothing, which the SDK presigns by default, does not pass for a body", async () => {
    const { client } = await start();
    await client.send(new CreateBucketCommand({ Bucket }));
    const url = await getSignedUrl(client, new PutObjectCommand({ Bucket, Key }));
    const answer = await fetch(url, { method: "PUT", body: "something" });
    expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining("<Code>BadDigest</Code>")]);
    expect((await fetch(url, { method: "PUT", body: "" })).status).toBe(200);
  });

  test("an error is S3's document", async () => {
    const { client, server } = await start();
    const url = await getSignedUrl(client, new GetObjectCommand({ Bucket, Key: "a<b" }));
    const answer = await fetch(url);
    const id = answer.headers.get("x-amz-request-id");
    expect(id).toMatch(/^[0-9A-F]{16}$/);
    expect(answer.headers.get("content-type")).toBe("application/xml");
    expect(await answer.text()).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>NoSuchBucket</Code><Message>The specified bucket does not exist</Message>' +
        `<Resource>/${Bucket}/a%3Cb</Resource><RequestId>${id}</RequestId></Error>`,
    );
    expect((await fetch(`${server.endpoint}/%zz`)).status).toBe(400);
    expect((await fetch(`${server.endpoint}/%ff`)).status).toBe(400);
  });

  test("only the loopback interface is listened on", async () => {
    const { server } = await start();
    const port = Number(new URL(server.endpoint).port);
    const outside = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
    for (const { address, internal, family } of outside) {
      if (internal || family !== "IPv4") continue;
      const socket = connect(port, address);
      await expect(once(socket, "connect")).rejects.toThrow(/ECONNREFUSED/);
    }
    await expect(once(connect(port, "::1"), "connect")).rejects.toThrow();
  });
});

describe("request documents", () => {
  test.each([
    ["<a/>", { name: "a", text: "", children: [] }],
    [
      '<?xml version="1.0"?>\n<a xmlns="x">1 &lt;&#50;&#x1F642;&amp;amp;</a>\n',
      { name: "a", text: "1 <2🙂&amp;", children: [] },
    ],
    [
      "<a><b>1</b><b/></a>",
      {
        name: "a",
        text: "",
        children: [
          { name: "b", text: "1", children: [] },
          { name: "b", text: "", children: [] },
        ],
      },
    ],
  ])("%j is read", (xml, expected) => {
    expect(readXml(xml)).toEqual(expected);
  });

  test.each([
    "",
    "text",
    "<a>",
    "</a>",
    "<a></b>",
    "<a/><b/>",
    "<a>&unknown;</a>",
    "<a>& </a>",
    "<a>&#x110000;</a>",
    '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
    "<a><!-- --></a>",
    "<a><![CDATA[b]]></a>",
    "<a".repeat(100_000),
    "<a>".repeat(100_000),
  ])("%.40j is refused", (xml) => {
    expect(() => readXml(xml)).toThrow(/not well-formed/);
  });
});
