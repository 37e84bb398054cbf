import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { describe, expect, test } from "vitest";
import { bundleFunctions, bundleOptions } from "../../infra/bundle-functions.ts";
import { grants } from "../../infra/grants.ts";
import { escapeLetters } from "../../infra/trim-bundles.ts";

const names = Object.keys(grants);
const bundles = await bundleFunctions();
const pathOf = (name: string) => join(bundles, name, "index.js");

/** A ratchet, in bytes, that goes up for a feature alone: feeds on PUT and POST cost 12 KB, lists in any order 3. The budget is 700 KB. */
const maxSubmitBundleBytes = 546_000;
const maxPlainBundleBytes = 59_000;
/** A ratchet: `[\p{L}\p{M}]` takes a tenth of a millisecond of each start, `\p{L}|\p{M}` nothing until it is used. */
const maxUnicodeClasses = 9;

test("the options that make fast starts", () => {
  expect(bundleOptions).toMatchObject({
    bundle: true,
    minify: true,
    platform: "node",
    target: "node24",
    format: "cjs",
    mainFields: ["module", "main"],
    supported: { "regexp-unicode-property-escapes": false },
  });
});

test("bundles are ASCII: one other letter, and each start reads a text of two bytes a character", () => {
  const files = readdirSync(bundles, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".js"));
  expect(files.length).toBeGreaterThan(names.length);
  for (const file of files) expect(readFileSync(join(bundles, file), "utf8")).not.toMatch(/[^\0-\x7f]/);
});

test.each([
  ["/[„“]/g", "/[\\u201e\\u201c]/g"],
  ["/😀/u", "/\\ud83d\\ude00/u"],
  ["/\\\\–/", "/\\\\\\u2013/"],
])("%s means the same in ASCII", (written, escaped) => {
  expect(escapeLetters(written)).toBe(escaped);
});

test.each(["/\\–/", "String.raw`a – b`"])("%s would mean something else in ASCII, and is refused", (written) => {
  expect(() => escapeLetters(written)).toThrow("cannot be escaped");
});

test("a start reads few classes of Unicode", () => {
  const classes = readFileSync(pathOf("put-submission"), "utf8").match(/(?<!\\)\\p\{/gi) ?? [];
  expect(classes.length).toBeLessThanOrEqual(maxUnicodeClasses);
});

/** What a function loads when it needs it: to detect languages, to read HTML and feeds, to know domains. */
const lateModules = ["cld3-asm", "entities/decode", "feedsmith", "tldts"];
const late = (name: string) =>
  lateModules.filter((module) => readFileSync(pathOf(name), "utf8").includes(`require("${module}")`));

test("each is one file, and beside it only what it loads when it needs it", () => {
  for (const name of ["put-submission", "post-submission", "post-batch"]) {
    expect(late(name)).toEqual(lateModules);
  }
  for (const name of names) {
    const beside = late(name).map((module) => join("node_modules", module, "index.js"));
    const files = readdirSync(join(bundles, name), { recursive: true, withFileTypes: true }).filter((file) =>
      file.isFile(),
    );
    const paths = files.map((file) => relative(join(bundles, name), join(file.parentPath, file.name)));
    expect(paths.sort()).toEqual(["index.js", ...beside]);
  }
});

test.each(names.filter((name) => late(name).includes("cld3-asm")))(
  "%s finds the language detector with nothing around it, and not before it is asked",
  (name) => {
    const script = `
    const bundle = require.resolve(${JSON.stringify(pathOf(name))});
    require(bundle);
    const isLoaded = Object.keys(require.cache).some((file) => file.includes("node_modules"));
    const { loadModule } = require("node:module").createRequire(bundle)("cld3-asm");
    loadModule().then((factory) => {
      const text = "Der Stadtrat hat am Montag beschlossen, die alte Brücke für zwei Jahre zu sperren.";
      console.log(isLoaded, factory.create(0, 700).findLanguage(text).language);
    });`;
    expect(bundles.startsWith(tmpdir())).toBe(true);
    expect(
      run(script, {
        ARTICLES_TABLE: "articles",
        PARTNERS_TABLE: "partners",
        RAW_BUCKET: "raw",
        NEAR_DUPLICATE_DAYS: "90",
        TIMELINE_SHARDS: "1",
        IMPORTS_TABLE: "imports",
        IMPORTS_BUCKET: "imports",
        IMPORT_QUEUE: "https://sqs.example/1/imports",
      }),
    ).toBe("false de");
  },
);

test("what nearly every article needs is loaded while the database is asked for the settings, not before", () => {
  const script = `
    const { createHash } = require("node:crypto");
    const secret = "s".repeat(43);
    const loaded = () => Object.keys(require.cache).flatMap((file) => /node_modules.(.*).index.js$/.exec(file)?.[1] ?? []);
    const server = require("node:http").createServer(async (request, response) => {
      const { Key } = JSON.parse(Buffer.concat(await request.toArray()));
      console.log(Key.sk.S, loaded().join(" "));
      if (Key.sk.S === "settings") process.exit();
      const secretHash = createHash("sha256").update(secret).digest("hex");
      response.end(JSON.stringify({
        Item: { keyId: { S: "k" }, partner: { S: "p" }, scopes: { L: [{ S: "submit" }] }, secretHash: { S: secretHash }, createdAt: { S: "" } },
      }));
    });
    server.listen(0, "127.0.0.1", () => {
      process.env.AWS_ENDPOINT_URL_DYNAMODB = "http://127.0.0.1:" + server.address().port;
      const { handler } = require(${JSON.stringify(pathOf("put-submission"))});
      const headers = { authorization: "Bearer copydesk_" + "0".repeat(16) + "_" + secret };
      handler({ headers, requestContext: { requestId: "r1" } }, { getRemainingTimeInMillis: () => 3000 });
    });`;
  const settings = {
    AWS_ACCESS_KEY_ID: "a",
    AWS_SECRET_ACCESS_KEY: "b",
    ARTICLES_TABLE: "articles",
    PARTNERS_TABLE: "partners",
    RAW_BUCKET: "raw",
    NEAR_DUPLICATE_DAYS: "90",
    TIMELINE_SHARDS: "1",
  };
  expect(run(script, settings).split("\n")).toEqual(["key ", "settings tldts entities/decode"]);
});

test.each(["put-submission", "post-submission"])("%s stays small, without jsdom and native add-ons", (name) => {
  const { size } = statSync(pathOf(name));
  process.stdout.write(`${name}: ${size.toLocaleString("en")} bytes\n`);
  expect(size).toBeLessThanOrEqual(maxSubmitBundleBytes);
  const source = readFileSync(pathOf(name), "utf8");
  expect(source).not.toMatch(/jsdom|\.node["'`]/i);
  // Were the bundle empty, all of the above would hold.
  expect(source).toContain("TransactWriteItems");
});

test.each(["get-desk", "get-health", "answer-unknown-route"])("%s carries no SDK", (name) => {
  expect(readFileSync(pathOf(name), "utf8")).not.toMatch(/DynamoDB_20120810|AmazonS3/);
});

test("the SDK brings no schemas of requests that nobody sends", () => {
  for (const name of names) expect(readFileSync(pathOf(name), "utf8")).not.toMatch(/GetBucketAcl|SelectObjectContent/);
});

test("schemas are not compiled: that would take longer than the few requests that a function meets are worth", () => {
  const script = `
    let compiled = 0;
    globalThis.Function = new Proxy(Function, { construct: (...given) => (compiled++, Reflect.construct(...given)) });
    const { handler } = require(${JSON.stringify(pathOf("get-health"))});
    const event = { headers: {}, rawQueryString: "", requestContext: { requestId: "r1" } };
    handler(event, { getRemainingTimeInMillis: () => 3000 }).then(({ statusCode }) => console.log(statusCode, compiled));`;
  expect(run(script, {}).split("\n").at(-1)).toBe("200 0");
});

test("a function that needs no stores is zod, and little more", () => {
  expect(statSync(pathOf("get-health")).size).toBeLessThanOrEqual(maxPlainBundleBytes);
});

test("only the function that tells the event bus carries its client", () => {
  const carriers = names.filter((name) => readFileSync(pathOf(name), "utf8").includes("AWSEvents"));
  expect(carriers).toEqual(["announce-changes"]);
});

/** Loads a bundle as Lambda does, in a process with these settings only, and tells what it exports. */
function load(name: string, settings: Record<string, string>): string {
  return run(`const loaded = require(${JSON.stringify(pathOf(name))}); console.log(typeof loaded.handler)`, settings);
}

function run(script: string, settings: Record<string, string>): string {
  return execFileSync(process.execPath, ["-e", script], {
    env: { AWS_REGION: "us-east-1", ...settings },
    encoding: "utf8",
    cwd: tmpdir(),
    stdio: ["ignore", "pipe", "pipe"],
  }).trim();
}

describe("loading", () => {
  test.each(names)("%s exports its handler, with the settings that its grants give", (name) => {
    const { articles, changes, partners, raw, imports, importObjects, importQueue, search } = grants[name] ?? {};
    const { webhooks, deliveryQueue, eventBus } = grants[name] ?? {};
    const settings = {
      ...(changes && { CHANGES_TABLE: "changes" }),
      ...(articles && { ARTICLES_TABLE: "articles" }),
      ...(partners && { PARTNERS_TABLE: "partners" }),
      ...(raw && { RAW_BUCKET: "raw" }),
      ...(imports && { IMPORTS_TABLE: "imports" }),
      ...(importObjects && { IMPORTS_BUCKET: "imports" }),
      ...(importQueue && { IMPORT_QUEUE: "https://sqs.example/1/imports" }),
      ...(raw?.includes("PutObject") && { NEAR_DUPLICATE_DAYS: "90", TIMELINE_SHARDS: "1" }),
      ...(search === "write" && { SEARCH_ENDPOINT: "https://search.example" }),
      ...(webhooks && { WEBHOOKS_TABLE: "webhooks" }),
      ...(deliveryQueue && { DELIVERY_QUEUE: "https://sqs.example/1/deliveries" }),
      ...(eventBus && { EVENT_BUS: "bus" }),
    };
    expect(load(name, settings)).toBe("function");
  });

  test.each([
    ["put-submission", "ARTICLES_TABLE", { PARTNERS_TABLE: "partners", RAW_BUCKET: "raw" }],
    ["put-submission", "PARTNERS_TABLE", { ARTICLES_TABLE: "articles", RAW_BUCKET: "raw", NEAR_DUPLICATE_DAYS: "90" }],
    ["put-submission", "RAW_BUCKET", { ARTICLES_TABLE: "articles", PARTNERS_TABLE: "partners" }],
    [
      "put-submission",
      "NEAR_DUPLICATE_DAYS",
      { ARTICLES_TABLE: "articles", PARTNERS_TABLE: "partners", RAW_BUCKET: "raw" },
    ],
    ["get-article", "PARTNERS_TABLE", { ARTICLES_TABLE: "articles", PARTNERS_TABLE: "" }],
  ])("%s does not start without %s", (name, setting, settings) => {
    expect(() => load(name, settings)).toThrow(`The setting ${setting} is missing.`);
  });
});
