import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { listSources } from "../../../infra/push/list-sources.ts";
import { openPushState } from "../../../infra/push/push-state.ts";
import { renderOutcomes } from "../../../infra/push/render-outcomes.ts";
import { runPush } from "../../../infra/push/run-push.ts";
import { type ItemAnswer, openSender, type Post } from "../../../infra/push/send-items.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "copydesk-push-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function write(name: string, content: string): void {
  mkdirSync(join(directory, "in", name, ".."), { recursive: true });
  writeFileSync(join(directory, "in", name), content);
}

const article = (id: string, text: string) => JSON.stringify({ partnerArticleId: id, text });

/** Keeps the last text of each ID, as the API does; refuses texts that say so. */
function openStore() {
  const texts = new Map<string, string>();
  const log: string[] = [];
  let requests = 0;
  const post: Post = async (body) => {
    requests += 1;
    const items = Buffer.from(body)
      .toString()
      .split("\n")
      .map((line, index): ItemAnswer => {
        const { partnerArticleId: id, text } = parse(line);
        log.push(`${id}=${text}`);
        if (text.startsWith("bad")) {
          return { index, status: 422, problem: { type: "urn:x", title: "No", status: 422, detail: `${text} is bad` } };
        }
        const before = texts.get(id);
        texts.set(id, text);
        return {
          index,
          status: 200,
          result: { outcome: before === undefined ? "created" : before === text ? "unchanged" : "updated" },
        };
      });
    return { headers: new Headers(), items };
  };
  return { texts, log, post, count: () => requests };
}

function parse(line: string): { partnerArticleId: string; text: string } {
  try {
    return JSON.parse(line);
  } catch {
    return { partnerArticleId: "?", text: "bad JSON" };
  }
}

interface RunOptions {
  readonly inputs?: readonly string[];
  /** The run is stopped, as by Ctrl-C, when the batch with this number is under way: before or after it is stored. */
  readonly stopAt?: { readonly batch: number; readonly when: "before" | "after" };
  readonly maxItems?: number;
}

async function run(store: ReturnType<typeof openStore>, { inputs = ["in"], stopAt, maxItems = 2 }: RunOptions = {}) {
  const state = await openPushState(join(directory, "state"), ["test", ...inputs], {
    canGoOn: true,
    now: () => new Date(0),
  });
  const stop = new AbortController();
  let batch = 0;
  const sender = openSender({
    post: async (...request) => {
      batch += 1;
      if (stopAt?.batch === batch && stopAt.when === "before") stop.abort();
      stop.signal.throwIfAborted();
      const answer = await store.post(...request);
      if (stopAt?.batch === batch) stop.abort();
      stop.signal.throwIfAborted();
      return answer;
    },
    patience: { random: () => 0, now: () => 0, sleep: async () => {} },
    signal: stop.signal,
  });
  const sources = await listSources(inputs, directory);
  const pushing = runPush({ sources, sender, state, limits: { maxItems, maxBytes: 1000 } });
  const report = await pushing.catch((error: unknown) => {
    if (!stop.signal.aborted) throw error;
  });
  const failures = readFileSync(state.failuresFile, "utf8");
  if (report !== undefined && report.stopped === undefined) await state.forget();
  return { report, failures, isGoingOn: state.earlier !== undefined };
}

const outcomesOf = (report: Awaited<ReturnType<typeof run>>["report"]) =>
  Object.fromEntries(report?.files.map(({ file, outcomes }) => [file, outcomes]) ?? []);

test("a directory is walked in order, hidden files left out, and everything is accounted for", async () => {
  write("b/2.ndjson", `${article("2", "two")}\n${article("3", "bad three")}\n`);
  write("b/.hidden.ndjson", article("h", "hidden"));
  write(".git/x.ndjson", article("h", "hidden"));
  write("a.json", article("1", "one"));
  write("z.csv", "a;b");
  symlinkSync("nowhere", join(directory, "in/y.json"));
  symlinkSync(".", join(directory, "in/x"));
  const store = openStore();
  const { report, failures } = await run(store);
  expect(store.log).toEqual(["1=one", "2=two", "3=bad three"]);
  expect(outcomesOf(report)).toEqual({
    "in/a.json": { created: 1 },
    "in/b/2.ndjson": { created: 1, failed: 1 },
    "in/x": { failed: 1 },
    "in/y.json": { failed: 1 },
    "in/z.csv": { failed: 1 },
  });
  expect(
    failures
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line)),
  ).toMatchObject([
    { file: "in/b/2.ndjson", index: 1, line: 2, problem: { detail: "bad three is bad" }, item: { text: "bad three" } },
    { file: "in/x", problem: { detail: "It is no file." } },
    { file: "in/y.json", problem: { title: "The file cannot be read", detail: expect.stringContaining("ENOENT") } },
    { file: "in/z.csv", problem: { detail: expect.stringContaining("--type") } },
  ]);
});

test("articles as JSON travel together, whatever file they come from", async () => {
  for (let n = 0; n < 10; n++) write(`${n}.json`, article(String(n), `text ${n}`));
  const store = openStore();
  await run(store, { maxItems: 5 });
  expect(store.count()).toBe(2);
});

test("nothing there: an empty directory has nothing, and what is named must be there", async () => {
  mkdirSync(join(directory, "in"));
  expect(await listSources(["in"], directory)).toEqual([]);
  await expect(listSources(["in", "gone"], directory)).rejects.toThrow("gone cannot be read: there is no such file.");
});

test("the same run again answers only unchanged, and leaves no state behind", async () => {
  write("a.ndjson", Array.from({ length: 7 }, (_, n) => article(String(n), `text ${n}`)).join("\n"));
  const store = openStore();
  expect(outcomesOf((await run(store)).report)).toEqual({ "in/a.ndjson": { created: 7 } });
  expect(readdirSync(join(directory, "state"))).toEqual([]);
  expect(outcomesOf((await run(store)).report)).toEqual({ "in/a.ndjson": { unchanged: 7 } });
});

describe("a run that is stopped", () => {
  const versions = Array.from({ length: 9 }, (_, n) => article(`a${n % 4}`, n === 5 ? "bad" : `text ${n}`));
  const files = () => {
    write("a.ndjson", versions.slice(0, 6).join("\n"));
    write("b.ndjson", versions.slice(6).join("\n"));
    write("c.csv", "x");
  };
  const cases = [1, 2, 3, 4, 5].flatMap((batch) => (["before", "after"] as const).map((when) => ({ batch, when })));

  test.each(cases)("$when batch $batch is stored, and run again, ends as one run does", async (stopAt) => {
    files();
    const whole = openStore();
    const once = await run(whole);
    const store = openStore();
    const first = await run(store, { stopAt });
    expect(first.report).toBeUndefined();
    const second = await run(store);
    expect(second.isGoingOn).toBe(stopAt.batch > 1);
    expect(store.texts).toEqual(whole.texts);
    expect(second.failures).toBe(once.failures);
    const count = (report: typeof once.report) =>
      report?.files.map(({ file, outcomes }) => [
        file,
        outcomes["failed"],
        Object.values(outcomes).reduce((a, b) => a + b),
      ]);
    expect(count(second.report)).toEqual(count(once.report));
    // At most the batch that was under way was sent twice.
    expect(store.log.length).toBeLessThanOrEqual(whole.log.length + 2);
  });

  test("goes on again and again, until it is done", async () => {
    files();
    const whole = openStore();
    const once = await run(whole);
    const store = openStore();
    let last = await run(store, { stopAt: { batch: 2, when: "after" } });
    for (let n = 0; n < 10 && last.report === undefined; n++)
      last = await run(store, { stopAt: { batch: 2, when: "after" } });
    expect(last.failures).toBe(once.failures);
    expect(store.texts).toEqual(whole.texts);
  });

  test("starts anew when a file begins otherwise", async () => {
    files();
    const store = openStore();
    await run(store, { stopAt: { batch: 3, when: "before" } });
    write("a.ndjson", [article("new", "new"), ...versions.slice(0, 6)].join("\n"));
    const { report, failures } = await run(store);
    expect(store.texts.get("new")).toBe("new");
    expect(outcomesOf(report)["in/a.ndjson"]).toMatchObject({ failed: 1 });
    expect(failures.match(/"bad"/g)).toHaveLength(1);
  });

  test("goes on when a file has grown at its end", async () => {
    files();
    const store = openStore();
    await run(store, { stopAt: { batch: 5, when: "before" } });
    const sent = store.log.length;
    write("b.ndjson", [...versions.slice(6), article("new", "new")].join("\n"));
    await run(store);
    expect(store.texts.get("new")).toBe("new");
    expect(store.log.length - sent).toBe(2);
  });

  test("starts anew when its state is damaged", async () => {
    files();
    const store = openStore();
    await run(store, { stopAt: { batch: 3, when: "before" } });
    const [log] = readdirSync(join(directory, "state")).filter((name) => !name.includes("failures"));
    writeFileSync(join(directory, "state", log ?? ""), "{{\n");
    const { report, isGoingOn } = await run(store);
    expect(isGoingOn).toBe(false);
    expect(outcomesOf(report)["in/a.ndjson"]).toMatchObject({ failed: 1 });
  });
});

test("the file of failures, mended, is pushed like any other", async () => {
  write("a.ndjson", `${article("1", "bad one")}\n${article("2", "bad two")}\n{"partnerArticleId":\n`);
  const store = openStore();
  const { failures } = await run(store);
  writeFileSync(join(directory, "failures.ndjson"), failures.replace('"text":"bad one"', '"text":"good one"'));
  const again = await run(store, { inputs: ["failures.ndjson"] });
  expect(store.texts).toEqual(new Map([["1", "good one"]]));
  expect(outcomesOf(again.report)).toEqual({ "failures.ndjson": { created: 1, failed: 2 } });
});

test("when the server does not come back, what was settled is shown, and the state stays", async () => {
  write("a.ndjson", Array.from({ length: 4 }, (_, n) => article(String(n), `text ${n}`)).join("\n"));
  const store = openStore();
  let isUp = true;
  const failing = {
    ...store,
    post: async (...request: Parameters<Post>) => {
      if (!isUp) throw new TypeError("fetch failed", { cause: { code: "ECONNRESET" } });
      isUp = false;
      return store.post(...request);
    },
  };
  const { report } = await run(failing);
  expect(report?.stopped).toContain("Run the same command again");
  expect(outcomesOf(report)).toEqual({ "in/a.ndjson": { created: 2 } });
  const next = await run(store);
  expect(outcomesOf(next.report)).toEqual({ "in/a.ndjson": { created: 4 } });
});

describe("the table", () => {
  const file = (name: string, outcomes: Record<string, number>) => ({ file: name, entries: 0, digest: "", outcomes });

  test("is aligned, and sums up several files", () => {
    expect(
      renderOutcomes([file("a.json", { created: 1 }), file("b.ndjson", { updated: 1200, failed: 3, other: 1 })]),
    ).toBe(
      `file      items  created  updated  unchanged  duplicate  retracted  other  failed
────────  ─────  ───────  ───────  ─────────  ─────────  ─────────  ─────  ──────
a.json        1        1        0          0          0          0      0       0
b.ndjson  1,204        0    1,200          0          0          0      1       3
total     1,205        1    1,200          0          0          0      1       3`,
    );
  });

  test("names of many files only those that failed", () => {
    const files = Array.from({ length: 1000 }, (_, n) => file(`${n}.json`, n === 7 ? { failed: 1 } : { created: 1 }));
    const rows = renderOutcomes(files).split("\n").slice(2);
    expect(rows.map((row) => row.split(/\s{2,}/)[0])).toEqual(["7.json", "999 other files", "total"]);
  });
});
