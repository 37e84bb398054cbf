import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { changeSettings } from "../../infra/ops/manage-settings.ts";
import { addSecret } from "../../infra/ops/manage-signing.ts";
import { uniqueText } from "../fixtures/articles.ts";
import type { Client } from "../support/client.ts";
import { startTestStack, type TestStack } from "../support/start-stack.ts";

const root = new URL("../..", import.meta.url).pathname;
const fixtures = join(root, "test/fixtures/formats");

let stack: TestStack;
let partner: Client;
let reader: Client;
let here: string;

beforeAll(async () => {
  stack = await startTestStack();
  reader = await stack.newPartner("read");
});
afterAll(() => stack.close());
beforeEach(async () => {
  partner = await stack.newPartner("submit");
  here = mkdtempSync(join(tmpdir(), "copydesk-push-"));
});
afterEach(() => rmSync(here, { recursive: true, force: true }));

/** Starts what `npm run push` runs, as a user who stands in a directory of their own. */
function start(args: readonly string[], environment: Record<string, string> = {}) {
  const { API_URL: _url, PARTNER_KEY: _key, PARTNER_SECRET: _secret, ...inherited } = process.env;
  return spawn(process.execPath, [join(root, "infra/push/push.ts"), ...args], {
    cwd: root,
    env: { ...inherited, INIT_CWD: here, API_URL: stack.url, PARTNER_KEY: partner.key, ...environment },
    stdio: ["pipe", "pipe", "pipe"],
  });
}

async function push(args: readonly string[], options: { environment?: Record<string, string>; input?: string } = {}) {
  const child = start(args, options.environment);
  child.stdin.end(options.input ?? "");
  const exited = once(child, "exit");
  const [out, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = await exited;
  return { code, out, errors, rows: readTable(out) };
}

/** The rows of the table by file, each with its counts by column. */
function readTable(out: string): Record<string, Record<string, number>> {
  const [header = "", , ...rows] = out.trimEnd().split("\n");
  const columns = header.split(/\s{2,}/).slice(1);
  return Object.fromEntries(
    rows.map((row) => {
      const [file = "", ...cells] = row.split(/\s{2,}/);
      const counts = columns.map((name, index) => [name, Number(cells[index]?.replaceAll(",", ""))] as const);
      return [file, Object.fromEntries(counts.filter(([, count]) => count > 0))];
    }),
  );
}

async function listAll(name: string): Promise<Map<string | undefined, number | undefined>> {
  const found = new Map<string | undefined, number | undefined>();
  let cursor: string | undefined;
  do {
    const page = (await reader.listArticles({ partner: name, duplicates: "include", limit: 200, cursor })).json;
    for (const item of page.items) found.set(item.partnerArticleId, item.revision);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return found;
}

/** A text of its own for each article of each partner; with other figures it is another report. */
const textOf = (id: string) => {
  const name = `${partner.partner} ${id}`;
  if (!seeds.has(name)) seeds.set(name, 10_000 + seeds.size);
  return uniqueText(seeds.get(name) ?? 0);
};
const seeds = new Map<string, number>();
const article = (id: string) => JSON.stringify({ partnerArticleId: id, text: textOf(id) });
const feed = (ids: readonly string[]) =>
  `<?xml version="1.0"?><rss version="2.0"><channel><title>F</title>${ids
    .map((id) => `<item><guid isPermaLink="false">${id}</guid><description>${textOf(id)}</description></item>`)
    .join("\n")}</channel></rss>`;

describe("a folder that mixes all formats", () => {
  beforeEach(() => {
    cpSync(fixtures, join(here, "in"), { recursive: true });
    // It would take back what another file brings, so that a second run could not be as the first.
    rmSync(join(here, "in/ninjs-canceled.json"));
    // Without IDs of their own, the note and the page would be one article, as their texts are equal.
    writeFileSync(join(here, "in/note.txt"), textOf("note"));
    writeFileSync(join(here, "in/zipped.ndjson.gz"), gzipSync(`${article("z1")}\n${article("z2")}\n`));
  });

  test("ends with a table in which every item is accounted for, and answers unchanged the next time", async () => {
    const first = await push(["in"]);
    expect(first.code).toBe(1);
    const files = readdirSync(join(here, "in")).map((name) => `in/${name}`);
    expect(Object.keys(first.rows).sort()).toEqual([...files, "total"].sort());
    const { items, failed = 0, ...taken } = first.rows["total"] ?? {};
    expect(Object.values(taken).reduce((a, b) => a + b) + failed).toBe(items);
    expect(first.rows["in/array.json"]).toEqual({ items: 5, created: 2, failed: 3 });
    expect(first.rows["in/articles.ndjson"]).toEqual({ items: 6, created: 3, failed: 3 });
    expect(first.rows["in/zipped.ndjson.gz"]).toEqual({ items: 2, created: 2 });
    const failures = readFileSync(join(here, ".local/push/failures.ndjson"), "utf8").trim().split("\n");
    expect(failures).toHaveLength(failed);
    expect(first.errors).toContain("npm run push -- .local/push/failures.ndjson");

    const second = await push(["in"]);
    expect(second.rows["total"]).toEqual({ items, unchanged: (items ?? 0) - failed, failed });
  });

  test("what failed can be mended in the file of failures, and pushed", async () => {
    await push(["in/array.json"]);
    const file = join(here, ".local/push/failures.ndjson");
    const mended = readFileSync(file, "utf8")
      .replace('"yesterday"', '"2026-11-22T08:00:00Z"')
      .replace('"titel"', '"title"');
    writeFileSync(file, mended);
    const { code, rows } = await push([".local/push/failures.ndjson"]);
    expect(rows).toEqual({ ".local/push/failures.ndjson": { items: 3, created: 2, failed: 1 } });
    // What was mended is kept beside what still fails.
    expect(readFileSync(join(here, ".local/push/failures.before.ndjson"), "utf8").trim().split("\n")).toHaveLength(3);
    expect(code).toBe(1);
    expect(readFileSync(file, "utf8").trim().split("\n")).toHaveLength(1);
  });
});

test("a run that succeeds ends with 0, and leaves nothing behind", async () => {
  writeFileSync(join(here, "a.ndjson"), `${article("1")}\n${article("2")}\n`);
  const { code, out, errors } = await push(["a.ndjson"]);
  expect({ code, errors }).toEqual({ code: 0, errors: "" });
  expect(out).toBe(
    `file      items  created  updated  unchanged  duplicate  retracted  failed
────────  ─────  ───────  ───────  ─────────  ─────────  ─────────  ──────
a.ndjson      2        2        0          0          0          0       0
`,
  );
  expect(readdirSync(join(here, ".local/push"))).toEqual([]);
});

test("a retraction and its repeat are counted as such", async () => {
  const article = (pubstatus: string) => JSON.stringify({ uri: "urn:x:1", pubstatus, body_text: textOf("retracted") });
  writeFileSync(join(here, "a.json"), article("usable"));
  writeFileSync(join(here, "b.json"), article("canceled"));
  expect((await push(["a.json", "b.json"])).rows["total"]).toEqual({ items: 2, created: 1, retracted: 1 });
  expect((await push(["b.json"])).rows["b.json"]).toEqual({ items: 1, retracted: 1 });
});

test("standard input is pushed, and a dry run stores nothing", async () => {
  const input = `${article("1")}\n${article("2")}\n`;
  const dry = await push(["-", "--dry-run"], { input });
  expect(dry).toMatchObject({ code: 0, rows: { "-": { items: 2, created: 2 } } });
  expect(dry.errors).toContain("nothing was stored");
  expect(await listAll(partner.partner)).toEqual(new Map());
  expect((await push(["-"], { input })).rows).toEqual({ "-": { items: 2, created: 2 } });
});

test("a line of 6 MB goes along with the others", async () => {
  const long = JSON.stringify({
    partnerArticleId: "long",
    text: `${"Der Rat hat beraten. ".repeat(20)}\n\n`.repeat(15_000),
  });
  expect(long.length).toBeGreaterThan(6_000_000);
  writeFileSync(join(here, "a.ndjson"), `${article("1")}\r\n${long}\r\n${article("3")}\r\n`);
  expect((await push(["a.ndjson"])).rows["a.ndjson"]).toEqual({ items: 3, created: 3 });
});

test("Ctrl-C in the middle and a second run end as one run does", async () => {
  const ids = (prefix: string, count: number) => Array.from({ length: count }, (_, n) => `${prefix}${n}`);
  mkdirSync(join(here, "in"));
  writeFileSync(join(here, "in/a.ndjson"), ids("a", 120).map(article).join("\n"));
  writeFileSync(join(here, "in/b.xml"), feed(ids("b", 110)));
  writeFileSync(join(here, "in/c.json"), `[${ids("c", 60).map(article).join(",\n")}]`);

  const child = start(["in"]);
  const exited = once(child, "exit");
  const said = text(child.stderr);
  await expect.poll(() => countSettled(join(here, ".local/push")), { interval: 5, timeout: 30_000 }).toBeGreaterThan(0);
  child.kill("SIGINT");
  expect((await exited)[0]).toBe(130);
  expect(await said).toContain("run the same command again");
  const after = await listAll(partner.partner);
  expect(after.size).toBeLessThan(290);

  const second = await push(["in"]);
  expect(second.errors).toContain("Going on where the run of");
  expect(second.rows["total"]?.["items"]).toBe(290);
  expect(second.rows["total"]).not.toHaveProperty("failed");
  expect(await listAll(partner.partner)).toEqual(
    new Map([...ids("a", 120), ...ids("b", 110), ...ids("c", 60)].map((id) => [id, 1])),
  );
  expect((await push(["in"])).rows["total"]).toEqual({ items: 290, unchanged: 290 });
});

/** Batches that the state knows to be settled. */
function countSettled(directory: string): number {
  if (!existsSync(directory)) return 0;
  const logs = readdirSync(directory).filter((name) => !name.includes("failures"));
  return logs.reduce((sum, name) => sum + readFileSync(join(directory, name), "utf8").split("\n").length - 2, 0);
}

async function findUnusedPort(): Promise<string> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  return String(port);
}

const mistakes: [name: string, args: string[], environment: Record<string, string>, words: RegExp][] = [
  ["no key", ["in"], { PARTNER_KEY: "" }, /set PARTNER_KEY.*source \.local\/env/],
  ["a wrong key", ["in"], { PARTNER_KEY: "nonsense" }, /key is not accepted/],
  ["no address", ["in"], { API_URL: "" }, /--to, or in API_URL/],
  ["no URL", ["in", "--to", "localhost"], {}, /must be the URL of the API/],
  ["nobody there", ["in", "--to", "http://127.0.0.1:UNUSED"], {}, /npm start/],
  ["an address with too much", ["in", "--to", "URL/v1"], {}, /Is --to right\?/],
  ["a file that is not there", ["gone.json"], {}, /gone\.json cannot be read: there is no such file/],
  ["an empty directory", ["empty"], {}, /nothing to push in empty/],
];

test.each(mistakes)("%s: it says what to do", async (_name, args, environment, words) => {
  mkdirSync(join(here, "in"));
  mkdirSync(join(here, "empty"));
  writeFileSync(join(here, "in/a.json"), article("1"));
  const port = await findUnusedPort();
  const { code, errors, out } = await push(
    args.map((arg) => arg.replace("URL", stack.url).replace("UNUSED", port)),
    { environment },
  );
  expect(code).toBe(1);
  expect(errors).toMatch(words);
  expect(errors).not.toContain("    at ");
  for (const said of [errors, out]) expect(said).not.toContain(partner.key);
});

test("a key without the scope is told which one it needs", async () => {
  writeFileSync(join(here, "a.json"), article("1"));
  const { code, errors } = await push(["a.json", "--key", reader.key]);
  expect(code).toBe(1);
  expect(errors).toContain("scope submit");
  expect(errors).not.toContain(reader.key);
});

test("a partner that signs its requests pushes with its secret", async () => {
  const { secret } = await addSecret(stack.partners, partner.partner);
  await changeSettings(stack.partners, partner.partner, { signed: true });
  writeFileSync(join(here, "a.json"), article("1"));
  const unsigned = await push(["a.json"]);
  expect(unsigned).toMatchObject({ code: 1, errors: expect.stringContaining("Set PARTNER_SECRET") });
  const signed = await push(["a.json"], { environment: { PARTNER_SECRET: secret } });
  expect(signed).toMatchObject({ code: 0, rows: { "a.json": { items: 1, created: 1 } } });
});

test("a name that would move the cursor does not", async () => {
  const name = "a\u001b[31m\u0007.json";
  writeFileSync(join(here, name), article("1"));
  const { out } = await push(["."]);
  expect(out).not.toContain("\u001b");
  expect(out).not.toContain("\u0007");
});
