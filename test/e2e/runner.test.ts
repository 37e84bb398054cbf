import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { parseEnv } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openQueueStore } from "../../infra/local/queues/open-queue-store.ts";
import { uniqueText } from "../fixtures/articles.ts";
import { cdkOut } from "../support/cdk-out.ts";
import { openClient } from "../support/client.ts";

const root = new URL("../..", import.meta.url).pathname;

let directory: string;
let running: ChildProcess[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "copydesk-runner-"));
  cpSync(cdkOut, join(directory, "cdk.out"), { recursive: true });
});
afterEach(async () => {
  for (const child of running) await stop(child, "SIGKILL");
  running = [];
  rmSync(directory, { recursive: true, force: true });
});

/** Runs what `npm start` runs, until it says that it is ready. */
async function start(environment: Record<string, string> = { PORT: "0" }) {
  const child = spawn(process.execPath, ["infra/local/start.ts", "--directory", directory], {
    cwd: root,
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.push(child);
  child.stdout.resume();
  let said = "";
  for await (const chunk of child.stderr) {
    said += chunk;
    if (said.includes("A line for each request")) break;
  }
  return { child, said };
}

async function stop(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const exited = once(child, "exit");
  child.kill(signal);
  await exited;
  return child.exitCode;
}

function readEnv() {
  const { API_URL = "", PARTNER_KEY = "", READER_KEY = "" } = parseEnv(readFileSync(join(directory, "env"), "utf8"));
  return {
    API_URL,
    PARTNER_KEY,
    READER_KEY,
    partner: openClient(API_URL, PARTNER_KEY),
    reader: openClient(API_URL, READER_KEY),
  };
}

async function runOps(...args: string[]) {
  const child = spawn(process.execPath, ["infra/ops/ops.ts", "--directory", directory, ...args], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [out, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  if (child.exitCode === null) await once(child, "exit");
  return { out, errors, code: child.exitCode };
}

/** Processes that were started for the data directory and are still there. */
async function listLeftovers(): Promise<string[]> {
  const child = spawn("ps", ["-eo", "pid,args"], { stdio: ["ignore", "pipe", "ignore"] });
  return (await text(child.stdout)).split("\n").filter((line) => line.includes(directory));
}

async function waitForNoLeftovers(): Promise<void> {
  await expect.poll(listLeftovers, { timeout: 10_000 }).toEqual([]);
}

test("what was taken in is there after kill -9 and a restart, and the keys still work", async () => {
  const first = await start();
  const before = readEnv();
  const { id } = (await before.partner.put("kept", uniqueText("kept"), { type: "text/plain" })).json();
  await stop(first.child, "SIGKILL");
  await waitForNoLeftovers();

  await start();
  const after = readEnv();
  expect(after.PARTNER_KEY).toBe(before.PARTNER_KEY);
  expect((await after.reader.getArticleRaw({ id })).text).toBe(uniqueText("kept"));
  expect((await after.reader.listArticles()).json.items).toHaveLength(1);
  expect((await after.partner.put("kept", uniqueText("kept"), { type: "text/plain" })).json()).toMatchObject({
    id,
    outcome: "unchanged",
  });
});

test("an import that was under way at kill -9 goes on after a restart, with every item in once", async () => {
  const first = await start();
  const before = readEnv();
  const count = 200;
  const lines = Array.from({ length: count }, (_, n) =>
    JSON.stringify({ partnerArticleId: `${n}`, text: uniqueText(n) }),
  );
  lines[3] = "no json";
  const file = lines.join("\n");
  const announced = { contentType: "application/x-ndjson", contentLength: Buffer.byteLength(file) };
  const { id, upload } = (await before.partner.send("POST", "/v1/imports", { body: announced })).json();
  const { "Content-Length": _own, ...headers } = upload.headers;
  await fetch(upload.url, { method: "PUT", headers, body: file });
  const read = async () => (await readEnv().partner.get(`/v1/imports/${id}`)).json();
  await expect.poll(async () => (await read()).position.items, { timeout: 60_000, interval: 20 }).toBeGreaterThan(0);
  await stop(first.child, "SIGKILL");
  await waitForNoLeftovers();
  expect(JSON.parse((await runOps("imports", "list", "--json")).out).imports).toMatchObject([{ id, state: "running" }]);
  expect((await runOps("imports", "show", id)).out).toContain("demo-partner");

  await start();
  await expect.poll(async () => (await read()).state, { timeout: 90_000, interval: 100 }).toBe("completed");
  const { position, counts, failures } = await read();
  expect(position.items).toBe(count);
  expect(counts).toMatchObject({ created: count - 1, updated: 0, unchanged: 0, refused: 1, deferred: 0 });
  expect((await readEnv().partner.get(failures.href)).text.trimEnd().split("\n")).toHaveLength(1);
  expect((await runOps("imports", "list")).out).toBe("Nothing is being imported.\n");
  expect((await runOps("failures", "redrive")).out).toBe("Nothing has failed.\n");
});

test.each(["SIGINT", "SIGTERM"] as const)("%s ends it, and all that it has started", async (signal) => {
  const { child } = await start();
  await readEnv().partner.put("x", uniqueText("x"), { type: "text/plain" });
  expect((await listLeftovers()).length).toBeGreaterThan(1);
  expect(await stop(child, signal)).toBe(0);
  await waitForNoLeftovers();
});

test("a second one on the same data says where the first one is", async () => {
  await start();
  const second = spawn(process.execPath, ["infra/local/start.ts", "--directory", directory], {
    cwd: root,
    env: { ...process.env, PORT: "0" },
    stdio: ["ignore", "ignore", "pipe"],
  });
  expect(await text(second.stderr)).toContain(`runs already at ${readEnv().API_URL}`);
  expect((await readEnv().reader.get("/healthz")).status).toBe(200);
});

test("a port that is taken is named", async () => {
  await start();
  const { port } = new URL(readEnv().API_URL);
  const other = spawn(process.execPath, ["infra/local/start.ts", "--directory", `${directory}/other`], {
    cwd: root,
    env: { ...process.env, PORT: port },
    stdio: ["ignore", "ignore", "pipe"],
  });
  expect(await text(other.stderr)).toContain(`The port ${port} is taken`);
}, 240_000);

describe.each([
  ["while it runs", true],
  ["while it is stopped", false],
])("keys, %s", (_name, isRunning) => {
  test("are added, rotated and revoked", async () => {
    const { child } = await start();
    if (!isRunning) await stop(child, "SIGINT");

    const added = JSON.parse((await runOps("--json", "partner", "add", "gazette", "--scope", "submit")).out);
    expect(added).toMatchObject({ partner: "gazette", scopes: ["submit"], key: expect.stringMatching(/^copydesk_/) });
    const again = await runOps("partner", "add", "gazette", "--scope", "submit");
    expect(again).toMatchObject({ code: 1, out: "", errors: expect.stringContaining("key rotate gazette") });

    const rotated = JSON.parse((await runOps("key", "rotate", "gazette", "--json")).out);
    expect(rotated.key).not.toBe(added.key);
    expect((await runOps("key", "rotate", "gazette")).errors).toContain(`key revoke ${added.keyId}`);
    const listed = (await runOps("partner", "list")).out;
    expect(listed).toContain(added.keyId);
    expect(listed).toContain(rotated.keyId);
    expect(listed).not.toContain(rotated.key);

    if (!isRunning) await start();
    const { API_URL } = readEnv();
    for (const { key } of [added, rotated]) {
      const reply = await openClient(API_URL, key).get("/v1/submissions/x");
      expect(reply.status).toBe(404);
    }
    expect((await runOps("key", "revoke", added.keyId)).code).toBe(0);
    expect((await runOps("key", "revoke", added.keyId)).errors).toContain("no live key");
    // A function that has not seen the key refuses it at once.
    expect((await openClient(API_URL, added.key).put("x", uniqueText("x"), { type: "text/plain" })).status).toBe(401);
    expect((await openClient(API_URL, rotated.key).put("x", uniqueText("x"), { type: "text/plain" })).status).toBe(201);
  });
});

test("a command beside another one while it is stopped is told that there is one, and ends", async () => {
  const { child } = await start();
  await stop(child, "SIGINT");
  const held = openQueueStore(join(directory, "queues.sqlite"), []);
  expect(await runOps("partner", "list")).toMatchObject({
    code: 1,
    errors: expect.stringMatching(/^Another command is at work on .*\n$/),
  });
  held.close();
  await waitForNoLeftovers();
});

test.each([
  [["partner", "add", "Not A Name", "--scope", "submit"], "small letters"],
  [["partner", "add", "gazette"], "--scope"],
  [["partner", "add", "gazette", "--scope", "admin"], "submit or read"],
  [["key", "rotate", "nobody"], "partner add nobody"],
  [["key", "revoke", "nothing"], "no live key"],
])("ops %j says what is wrong", async (args, words) => {
  const { child } = await start();
  await stop(child, "SIGINT");
  const { code, out, errors } = await runOps(...args);
  expect(code).toBe(1);
  expect(out).toBe("");
  expect(errors).toContain(words);
  expect(errors).not.toContain("    at ");
});
