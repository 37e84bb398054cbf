import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects, parquetSchema } from "hyparquet";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type ExportContext, type ExportOptions, exportArticles } from "../../infra/ops/export/export-articles.ts";
import { type OpenStack, openStack } from "../../infra/ops/open-stack.ts";
import { showProgress } from "../../infra/ops/show-progress.ts";
import { uniqueText } from "../fixtures/articles.ts";
import type { Client } from "../support/client.ts";
import { silentProgress } from "../support/silent-progress.ts";
import { startOps } from "../support/start-ops.ts";

let started: Awaited<ReturnType<typeof startOps>>;
let context: ExportContext;
let gazette: Client;
let courier: Client;
let directory: string;

/** Over three days, with a gap of years before them; each its own text but for `copy`, which repeats `story`. */
const submissions = [
  { id: "old", publishedAt: "2019-05-04T12:00:00Z", text: uniqueText("old"), language: "de" },
  { id: "story", publishedAt: "2026-11-20T23:59:59.999Z", text: uniqueText("story"), language: "de-AT" },
  { id: "night", publishedAt: "2026-11-21T00:00:00.000Z", text: uniqueText("night"), language: "de" },
  { id: "noon", publishedAt: "2026-11-21T12:00:00.000Z", text: uniqueText("noon"), language: "en" },
] as const;

beforeAll(async () => {
  started = await startOps();
  gazette = await started.stack.newPartner("submit", "gazette");
  courier = await started.stack.newPartner("submit", "courier");
  for (const { id, ...article } of submissions) {
    const details = {
      title: `Title of ${id}`,
      authors: ["Ilse Brandt", "Jan Pol"],
      url: `https://gazette.example/${id}`,
    };
    expect((await gazette.put(id, { ...article, ...details })).status).toBe(201);
  }
  const copy = { html: `<p>${uniqueText("story")}</p>`, publishedAt: "2026-11-21T09:00:00Z", language: "de" };
  expect((await courier.put("copy", copy)).json().outcome).toBe("duplicate");
  expect((await courier.put("gone", { text: uniqueText("gone"), publishedAt: "2026-11-21T09:00:00Z" })).status).toBe(
    201,
  );
  expect((await courier.send("DELETE", "/v1/submissions/gone")).status).toBe(204);
});
afterAll(() => started.close());

beforeEach(() => {
  context = { ...started.ops, now: () => new Date("2026-11-24T10:00:00Z") };
  directory = mkdtempSync(join(tmpdir(), "copydesk-export-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

function run(changes: Partial<ExportOptions> = {}, changed: Partial<ExportContext> = {}) {
  const options: ExportOptions = {
    from: "2019-01-01",
    to: "2026-11-23",
    format: "ndjson",
    parts: [],
    filters: { duplicates: "include" },
    directory,
    again: false,
    ...changes,
  };
  return exportArticles(options, { ...context, ...changed }, silentProgress);
}

// biome-ignore lint/suspicious/noExplicitAny: rows of files, which the tests say what to expect of.
type Row = any;

function readNdjson(day: string): Row[] {
  const text = readFileSync(join(directory, `day=${day}/articles.ndjson`), "utf8");
  return text
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

function files(): string[] {
  return readdirSync(directory, { recursive: true })
    .map(String)
    .filter((name) => statSync(join(directory, name)).isFile())
    .sort();
}

describe("a slice of the archive", () => {
  test("is a file for each day that has articles, each article on the day by which it is listed", async () => {
    const report = await run();
    expect(report).toMatchObject({ days: 3, daysBefore: 0, articles: 5, unsafeIds: [] });
    expect(files()).toEqual([
      "_export.ndjson",
      "day=2019-05-04/articles.ndjson",
      "day=2026-11-20/articles.ndjson",
      "day=2026-11-21/articles.ndjson",
    ]);
    expect(readNdjson("2019-05-04").map(({ partnerArticleId }) => partnerArticleId)).toEqual(["old"]);
    expect(readNdjson("2026-11-20").map(({ partnerArticleId }) => partnerArticleId)).toEqual(["story"]);
    expect(readNdjson("2026-11-21").map(({ partnerArticleId }) => partnerArticleId)).toEqual(["noon", "copy", "night"]);
  });

  test.each<[string, Partial<ExportOptions>, string[]]>([
    ["of some days, both ends in it", { from: "2026-11-20", to: "2026-11-20" }, ["story"]],
    ["of days without articles", { from: "2020-01-01", to: "2025-12-31" }, []],
    ["of a partner", { filters: { partner: "courier", duplicates: "include" } }, ["copy"]],
    [
      "of a source",
      { filters: { source: "gazette.example", duplicates: "include" } },
      ["noon", "night", "story", "old"],
    ],
    ["of a language", { filters: { language: "de", duplicates: "include" } }, ["copy", "night", "story", "old"]],
    ["without copies", { filters: { duplicates: "exclude" } }, ["noon", "night", "story", "old"]],
  ])("can be one %s", async (_name, options, expected) => {
    const report = await run(options);
    const found = files()
      .flatMap((name) => /^day=(.*)\//.exec(name)?.[1] ?? [])
      .reverse()
      .flatMap(readNdjson);
    expect(found.map(({ partnerArticleId }) => partnerArticleId)).toEqual(expected);
    expect(report.articles).toBe(expected.length);
  });

  test("has text and HTML as the API serves them, and tells whose copy a copy is", async () => {
    await run({ parts: ["text", "html"] });
    const [, copy] = readNdjson("2026-11-21");
    const [story] = readNdjson("2026-11-20");
    const reader = await started.stack.newPartner("read");
    expect(copy).toMatchObject({ match: "near", similarity: 1, duplicateOf: story.id, clusterId: story.clusterId });
    expect(copy.html).toBe((await reader.get(`/v1/articles/${copy.id}/html`)).text);
    expect(story.text).toBe((await reader.get(`/v1/articles/${story.id}/text`)).text);
    expect(story).not.toHaveProperty("match");
  });

  test("holds the same as Parquet, in columns of the types that the values have", async () => {
    await run({ format: "ndjson", parts: ["text"] });
    const expected = readNdjson("2026-11-21");
    rmSync(directory, { recursive: true });
    await run({ format: "parquet", parts: ["text"] });
    const file = await asyncBufferFromFile(join(directory, "day=2026-11-21/articles.parquet"));
    const { children } = parquetSchema(await parquetMetadataAsync(file));
    const types = children.map(({ element }) => [element.name, element.converted_type ?? element.type]);
    expect(Object.fromEntries(types)).toMatchObject({
      id: "UTF8",
      publishedAt: "TIMESTAMP_MILLIS",
      authors: "LIST",
      revision: "INT32",
      similarity: "DOUBLE",
      text: "UTF8",
    });
    const rows = (await parquetReadObjects({ file })) as Row[];
    expect(rows[0].publishedAt).toEqual(new Date("2026-11-21T12:00:00.000Z"));
    expect(rows[0].authors).toEqual(["Ilse Brandt", "Jan Pol"]);
    expect(rows[1].authors).toEqual([]);
    const asJson = rows.map((row) => Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)));
    expect(JSON.parse(JSON.stringify(asJson))).toEqual(expected);
  });
});

describe("a run that was ended", () => {
  test.each(["ndjson", "parquet"] as const)("goes on with the day that it was at (%s)", async (format) => {
    const fetched: string[] = [];
    const failing: ExportContext["raw"] = {
      async getRaw(partner, sha256) {
        if (fetched.length === 3) throw new Error("The connection is gone.");
        fetched.push(sha256);
        return started.ops.raw.getRaw(partner, sha256);
      },
    };
    const options = { format, parts: ["text"] } as const;
    await expect(run(options, { raw: failing })).rejects.toThrow("The connection is gone.");
    expect(files()).not.toContain(`day=2026-11-20/articles.${format}`);
    const report = await run(options);
    expect(report).toMatchObject({ days: 2, daysBefore: 1, articles: 2 });
    expect(files().filter((name) => !name.startsWith("_"))).toEqual(
      ["2019-05-04", "2026-11-20", "2026-11-21"].map((day) => `day=${day}/articles.${format}`),
    );
  });

  test("takes a torn line of its manifest for a day that is not done", async () => {
    await run();
    const manifest = join(directory, "_export.ndjson");
    const text = readFileSync(manifest, "utf8");
    rmSync(manifest);
    appendFileSync(manifest, text.slice(0, -20));
    expect(await run()).toMatchObject({ days: 1, daysBefore: 2 });
    expect(await run()).toMatchObject({ days: 0, daysBefore: 3 });
  });

  test("asks for a directory of its own where another export lies", async () => {
    await run();
    await expect(run({ parts: ["text"] })).rejects.toThrow(/holds another export: format ndjson/);
    await expect(run({ filters: { duplicates: "exclude" } })).rejects.toThrow("Choose another directory");
    expect(await run({ from: "2026-11-21" })).toMatchObject({ days: 0, daysBefore: 1 });
  });
});

describe("a day", () => {
  test("that was not over is exported again, one that was over only when asked", async () => {
    const during = () => new Date("2026-11-21T18:00:00Z");
    expect(await run({ to: "2026-11-21" }, { now: during })).toMatchObject({ days: 3, daysBefore: 0 });
    expect(await run()).toMatchObject({ days: 1, daysBefore: 2 });
    expect(await run()).toMatchObject({ days: 0, daysBefore: 3 });
    expect(await run({ again: true })).toMatchObject({ days: 3, daysBefore: 0 });
  });

  test("that has no article any more loses its file", async () => {
    const id = "brief";
    expect((await courier.put(id, { text: uniqueText(id), publishedAt: "2021-01-01T00:00:00Z" })).status).toBe(201);
    await run();
    expect(files()).toContain("day=2021-01-01/articles.ndjson");
    await courier.send("DELETE", `/v1/submissions/${id}`);
    await run();
    expect(files()).not.toContain("day=2021-01-01/articles.ndjson");
  });
});

test("an article that is gone when its bytes are asked for is left out; bytes that are missing are a fault", async () => {
  const raw: ExportContext["raw"] = {
    async getRaw() {
      throw new Error("NoSuchKey");
    },
  };
  await expect(run({ parts: ["text"] }, { raw })).rejects.toThrow("NoSuchKey");
  const articles = { ...context.articles, getArticles: async () => [] };
  expect(await run({ parts: ["text"] }, { raw, articles })).toMatchObject({ articles: 0 });
});

test("the stack that is stopped can be exported, too", async () => {
  await started.ops.close();
  await started.stack.close();
  const stopped: OpenStack = await openStack({ directory: started.directory });
  try {
    const progress = { lines: [] as string[] };
    const stream = { isTTY: false as const, columns: 80, write: (line: string) => progress.lines.push(line) };
    mkdirSync(directory, { recursive: true });
    const options: ExportOptions = {
      from: "2019-01-01",
      to: "2026-11-23",
      format: "parquet",
      parts: ["html"],
      filters: { duplicates: "include" },
      directory,
      again: false,
    };
    const report = await exportArticles(
      options,
      { ...stopped, now: context.now },
      showProgress(stream as never, () => 0),
    );
    expect(report).toMatchObject({ days: 3, articles: 5 });
    expect(progress.lines).toEqual(["2026-11-21, day 3 of 2884: 1 articles\n"]);
    expect(existsSync(join(directory, "day=2019-05-04/articles.parquet"))).toBe(true);
  } finally {
    await stopped.close();
  }
});
