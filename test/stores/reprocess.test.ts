import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { addPartner } from "../../infra/ops/manage-keys.ts";
import { openCheckpointFile } from "../../infra/ops/reprocess/checkpoint-file.ts";
import { type ReprocessOptions, reprocess } from "../../infra/ops/reprocess/reprocess.ts";
import { currentDerivation, type ReprocessContext } from "../../infra/ops/reprocess/reprocess-article.ts";
import { type ReprocessCommand, runReprocess } from "../../infra/ops/reprocess/run-reprocess.ts";
import { showReprocess } from "../../infra/ops/reprocess/show-reprocess.ts";
import { hashContent } from "../../shared/article/content-hash.ts";
import { UnsafeOutputError } from "../../shared/article/read-article.ts";
import { describeChange } from "../../shared/describe-change.ts";
import type { ArticleRecord } from "../../shared/stores/article-record.ts";
import { story } from "../fixtures/story.ts";
import { Crash, crashAt } from "../support/crash-at.ts";
import { silentProgress } from "../support/silent-progress.ts";
import { type Archive, startArchives } from "../support/start-archive.ts";

let archives: Awaited<ReturnType<typeof startArchives>>;
let archive: Archive;

beforeAll(async () => {
  archives = await startArchives();
});
afterAll(() => archives.close());
beforeEach(async () => {
  archive = await archives.open();
});

/** Rules of tomorrow: what stands in square brackets is no text any more, and a script is reported in another way. */
const tomorrow: Pick<ReprocessContext, "derive" | "version"> = {
  version: "tomorrow",
  async derive(article, raw, known) {
    const text = new TextDecoder().decode(raw);
    const derived = await currentDerivation.derive(
      article,
      new TextEncoder().encode(text.replace(/\[[^\]]*\]/g, "")),
      known,
    );
    if (text.includes("Unsafe")) throw new UnsafeOutputError("script at 0", { metadata: {}, lines: [] });
    const removed = derived.reading.removed.map((one) => ({ ...one, rule: `${one.rule}-of-tomorrow` }));
    return { ...derived, reading: { ...derived.reading, removed } };
  },
};

const directory = mkdtempSync(join(tmpdir(), "copydesk-reprocess-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
let files = 0;
const openFile = () => openCheckpointFile(directory, [String(++files)]);

const days = { from: "2026-01-01", to: "2026-12-31" };

function run(
  by: Pick<ReprocessContext, "derive" | "version">,
  options: Partial<ReprocessOptions> = {},
  { context = archive.context as Archive["context"], file = openFile() } = {},
) {
  return reprocess(
    { ...days, isDryRun: false, perSecond: 1_000_000, ...options },
    { ...context, ...by },
    { file, progress: silentProgress },
  );
}

const bracketed = [
  ...story.lines.slice(0, 4),
  "[Advertisement for a bicycle shop in the old harbour]",
  ...story.lines.slice(4),
];
const publishedAt = "2026-11-20T08:00:00.000Z";

async function fill({ submit }: Archive) {
  const plain = await submit("gazette", "plain", {
    text: "The zoo of Basel has a rhinoceros that weighs two tonnes.",
    publishedAt,
  });
  const changed = await submit("gazette", "changed", { text: bracketed.join("\n\n"), title: story.title, publishedAt });
  const copy = await submit("courier", "copy", {
    html: bracketed.map((line) => `<p>${line}</p>`).join("\n"),
    publishedAt,
  });
  const scripted = await submit("courier", "scripted", {
    html: "<script>track()</script><p>The tram to the beach runs until midnight this summer, the operator says.</p>",
    publishedAt,
  });
  return {
    plain: plain.id,
    changed: changed.id,
    copy: copy.id,
    scripted: scripted.id,
    outcomes: [plain, changed, copy, scripted].map(({ outcome }) => outcome),
  };
}

async function read({ context }: Archive, id: string): Promise<ArticleRecord> {
  const article = await context.articles.getArticle(id);
  if (article === undefined) throw new Error(`There is no article ${id}.`);
  return article;
}

const changing = [
  "derivedAt",
  "ingestedAt",
  "arrivalKey",
  "modifiedAt",
  "timelineKey",
  "version",
  "sketchedAt",
  "expiresAt",
  "joinedAt",
];

/** All that is kept, by its key, but for times, counters of writes, and who of equals was the first to claim their text. */
async function readState(of: Archive): Promise<Record<string, unknown>> {
  const entries = (await of.readItems()).map((item) => {
    const isKept = (name: string) => !changing.includes(name) && !(item.sk === "claim" && name === "articleId");
    const kept = JSON.stringify(item, (name, value) => (isKept(name) ? value : undefined));
    return [`${item.pk} ${item.sk.replace(/^member#[^#]*/, "member")}`, { ...JSON.parse(kept), sk: "" }] as const;
  });
  return Object.fromEntries(entries);
}

test("what was derived by today's rules is left alone, and its bytes are not read", async () => {
  await fill(archive);
  const before = await archive.readItems();
  const raw = { getRaw: async () => Promise.reject(new Error("Nothing is to be read.")) };
  const tally = await run(
    currentDerivation,
    {},
    { context: { ...archive.context, raw: { ...archive.context.raw, ...raw } } },
  );
  expect(tally).toMatchObject({ articles: 4, outcomes: { current: 4, derived: 0 }, changed: 0 });
  expect(await archive.readItems()).toEqual(before);
});

test("derived by the same rules an article is what it was, whatever its partner gave", async () => {
  const html = `<html lang="en"><head><title>Zoo</title><meta property="article:published_time" content="2026-11-20T08:00:00Z"></head><body><article><h1>Rhinoceros for Basel</h1>${"<p>The zoo of Basel has a rhinoceros that weighs two tonnes and likes apples, its keeper says.</p>".repeat(8)}</article></body></html>`;
  await archive.submit("gazette", "page", { html });
  await archive.submit("gazette", "given", {
    html,
    title: "Another title",
    language: "de",
    tags: ["zoo"],
    authors: ["Jan"],
    url: "https://gazette.example/zoo",
  });
  await archive.submit("gazette", "text", { text: `A short title\n\n${story.lines.join("\n\n")}` });
  const before = await readState(archive);
  const tally = await run({ ...currentDerivation, version: "renamed" });
  expect(tally).toMatchObject({ articles: 3, outcomes: { derived: 3 }, changed: 0, changes: {} });
  expect(
    JSON.parse(JSON.stringify(await readState(archive)).replaceAll('"renamed"', `"${currentDerivation.version}"`)),
  ).toEqual(JSON.parse(JSON.stringify(before)));
});

test("a dry run says what would become another, and changes nothing", async () => {
  const { changed, copy, scripted, outcomes } = await fill(archive);
  expect(outcomes).toEqual(["created", "created", "duplicate", "created"]);
  const before = await archive.readItems();
  const tally = await run(tomorrow, { isDryRun: true });
  expect(await archive.readItems()).toEqual(before);
  expect(tally).toMatchObject({
    articles: 4,
    changed: 3,
    changes: {
      text: { articles: 2, examples: expect.arrayContaining([changed, copy]) },
      "html or text shown": { articles: 2 },
      sketch: { articles: 1, examples: [changed] },
      sanitation: { articles: 1, examples: [scripted] },
    },
  });
  expect(showReprocess(tally, true)).toContain(
    `sanitation${" ".repeat(18 - "sanitation".length)}         1  ${scripted}`,
  );
});

test("what has become another is written as such, in its revision and its place, and consumers hear of what readers see", async () => {
  const ids = await fill(archive);
  const all = [ids.plain, ids.changed, ids.copy, ids.scripted];
  const before = await Promise.all(all.map((id) => read(archive, id)));
  const planned = await run(tomorrow, { isDryRun: true });
  const tally = await run(tomorrow);
  expect(tally).toEqual(planned);
  const after = await Promise.all(all.map((id) => read(archive, id)));
  expect(after.map((one, index) => describeChange(before[index], one)?.type)).toEqual([
    undefined,
    "updated",
    "updated",
    undefined,
  ]);
  expect(describeChange(before[1], after[1] as ArticleRecord)).toMatchObject({
    id: ids.changed,
    revision: 1,
    at: (after[1] as { derivedAt?: string }).derivedAt,
  });
  for (const [index, one] of after.entries()) {
    const { revision, clusterId, timelineKey, modifiedAt, version = 0 } = before[index] ?? {};
    expect(one).toMatchObject({
      revision,
      clusterId,
      timelineKey,
      modifiedAt,
      version: version + 1,
      derivedBy: "tomorrow",
    });
  }
  // Whoever comes with the text as it is now finds the story.
  const contentHash = hashContent({ lines: story.lines });
  expect(after[1]).toMatchObject({ contentHash });
  const next = await archive.submit("herald", "next", { text: story.lines.join("\n\n") });
  expect(next).toMatchObject({ outcome: "duplicate", duplicateOf: { id: ids.changed, match: "content" } });
  // The version that a reader's ETag has is that of the code that runs, so nothing is left to do but by that.
  expect(await run(tomorrow)).toMatchObject({ outcomes: { current: 4, derived: 1 } });
});

test("rules of the partner that were changed count as other rules", async () => {
  const { id } = await archive.submit("gazette", "one", {
    text: `${story.lines.join("\n\n")}\n\nTaste the news: our app`,
  });
  const rules = { boilerplate: ["Taste the news: our app"] };
  await archive.context.partners.saveSettings("gazette", { rules, version: 1 }, 0);
  const today = new Date().toISOString().slice(0, 10);
  const tally = await run(currentDerivation, { from: today, to: today });
  expect(tally).toMatchObject({ changed: 1, changes: { text: { articles: 1 }, warnings: { articles: 1 } } });
  expect(await read(archive, id)).toMatchObject({ contentHash: hashContent({ lines: story.lines }) });
});

test("what cannot be made safe any more is told, and left", async () => {
  const { id } = await archive.submit("gazette", "one", { text: "Unsafe to read, from tomorrow on.", publishedAt });
  const before = await read(archive, id);
  expect(await run(tomorrow)).toMatchObject({ outcomes: { unsafe: 1, derived: 0 } });
  expect(await read(archive, id)).toEqual(before);
});

test("a partner that sends another revision meanwhile is not overwritten", async () => {
  const { id } = await archive.submit("gazette", "one", { text: bracketed.join("\n\n"), publishedAt });
  const derive: ReprocessContext["derive"] = async (...args) => {
    await archive.submit("gazette", "one", {
      text: "The second text of the article, which is another story.",
      publishedAt,
    });
    return tomorrow.derive(...args);
  };
  expect(await run({ version: "tomorrow", derive })).toMatchObject({
    articles: 1,
    outcomes: { derived: 1 },
    changed: 0,
  });
  expect(await read(archive, id)).toMatchObject({ revision: 2, derivedBy: "tomorrow" });
});

test("so many are derived in a second, and no more", async () => {
  for (const id of ["one", "two", "three", "four"]) {
    await archive.submit("gazette", id, { text: `Report ${id}: the council has voted ${id}.`, publishedAt });
  }
  const waits: number[] = [];
  const context = {
    ...archive.context,
    sleep: async (milliseconds: number) => void waits.push(milliseconds),
    now: () => new Date("2026-11-24"),
  };
  await run(tomorrow, { perSecond: 2 }, { context });
  expect(waits).toEqual([500, 1000, 1500]);
});

describe("a command", () => {
  const command = { ...days, perSecond: 1_000_000 };
  const ask = (given: Partial<ReprocessCommand>, place: { directory: string }) =>
    runReprocess({ ...command, ...given }, archive.context, {
      ...place,
      stackName: undefined,
      progress: silentProgress,
    });

  test("is refused where it can find nothing", async () => {
    const place = { directory: mkdtempSync(join(directory, "refused-")) };
    await expect(ask({ partner: "nobody" }, place)).rejects.toThrow("There is no partner nobody. partner list shows");
    await expect(ask({ from: "2026-11-28", to: "2026-11-01" }, place)).rejects.toThrow(
      "There is no day from 2026-11-28 to 2026-11-01.",
    );
    expect(readdirSync(place.directory)).toEqual([]);
    rmSync(place.directory, { recursive: true });
  });

  test("is refused while the same is under way; others and dry runs are not", async () => {
    const { partners } = archive.context;
    await addPartner(partners, "gazette", ["submit"]);
    const { id } = await archive.submit("gazette", "one", { text: "The council has voted. Our app", publishedAt });
    await partners.saveSettings("gazette", { rules: { boilerplate: ["Our app"] }, version: 1 }, 0);
    const place = { directory: mkdtempSync(join(directory, "alone-")) };
    let second: Promise<unknown>[] = [];
    const getRaw: typeof archive.context.raw.getRaw = async (...args) => {
      if (second.length === 0) {
        second = [ask({}, place), ask({ dryRun: true }, place), ask({ partner: "gazette" }, place)];
        await Promise.allSettled(second);
      }
      return archive.context.raw.getRaw(...args);
    };
    const opened = { ...archive.context, raw: { ...archive.context.raw, getRaw } };
    await runReprocess(command, opened, { ...place, stackName: undefined, progress: silentProgress });
    const [same, dry, other] = await Promise.allSettled(second);
    expect(same).toMatchObject({ status: "rejected", reason: { message: expect.stringContaining("another run") } });
    expect(dry).toMatchObject({ value: { outcomes: { derived: 1 } } });
    expect(other).toMatchObject({ value: { outcomes: { derived: 1 } } });
    expect(await read(archive, id)).toMatchObject({ version: 2 });
    expect(await ask({}, place)).toMatchObject({ outcomes: { current: 1 } });
    rmSync(place.directory, { recursive: true });
  });
});

describe("a run that was killed", () => {
  test("goes on where it was, and archive and counts end the same, wherever it was killed", async () => {
    await fill(archive);
    const whole = await run(tomorrow);
    const expected = await readState(archive);
    for (let n = 1; ; n++) {
      const other = await archives.open();
      await fill(other);
      const file = openFile();
      const stores = new Set(["articles", "raw", "timeline", "partners"]);
      const killed = await run(
        tomorrow,
        {},
        { context: crashAt(other.context, n, (name) => stores.has(name)), file },
      ).catch((error) => error);
      if (!(killed instanceof Error)) {
        expect(n).toBeGreaterThan(20);
        return;
      }
      expect(killed, `call ${n}`).toBeInstanceOf(Crash);
      expect(await run(tomorrow, {}, { context: other.context, file }), `call ${n}`).toEqual(whole);
      expect(await readState(other), `call ${n}`).toEqual(expected);
    }
  }, 180_000);

  test("begins anew where a partner's rules have changed since, and says so where they change meanwhile", async () => {
    const texts = Array.from({ length: 130 }, (_, n) => `${"abcdefghij".charAt(n % 10)} [x] ${n}\n\nOur app`);
    await addPartner(archive.context.partners, "gazette", ["submit"]);
    await Promise.all(texts.map((text, n) => archive.submit("gazette", `a${n}`, { text, publishedAt })));
    const setRules = (version: number) =>
      archive.context.partners.saveSettings(
        "gazette",
        { rules: { boilerplate: [`Our app ${version}`] }, version },
        version - 1,
      );
    const file = openFile();
    let derived = 0;
    let onLast = async () => {};
    const dying: Pick<ReprocessContext, "derive" | "version"> = {
      version: "tomorrow",
      async derive(...args) {
        derived += 1;
        if (derived === 130) await onLast();
        if (derived === 120) throw new Crash("Killed.");
        return tomorrow.derive(...args);
      },
    };
    await setRules(1);
    await expect(run(dying, {}, { file })).rejects.toThrow("Killed.");
    await setRules(2);
    const { haveRulesChanged, ...tally } = await run(tomorrow, {}, { file });
    expect(tally).toMatchObject({ articles: 130, outcomes: { current: 0, derived: 130 } });
    expect(haveRulesChanged).toBe(false);
    await setRules(3);
    derived = 0;
    await expect(run(dying, {}, { file })).rejects.toThrow("Killed.");
    // Only now: what was under way beside what killed it may have derived all the others.
    onLast = async () => void (await setRules(4));
    derived = 129;
    const changed = await run(dying, {}, { file });
    expect(changed.haveRulesChanged).toBe(true);
    expect(showReprocess(changed, false)).toContain("Give the same command again");
    expect(await run(tomorrow, { isDryRun: true })).toMatchObject({ haveRulesChanged: false });
  }, 120_000);

  test("keeps its place and its counts page by page", async () => {
    for (let start = 0; start < 230; start += 46) {
      await Promise.all(
        Array.from({ length: 46 }, (_, n) =>
          archive.submit("gazette", `a${start + n}`, {
            text: `${"abcdefghij".charAt(n % 10)} [x] ${start + n}`,
            publishedAt,
          }),
        ),
      );
    }
    const file = openFile();
    let derived = 0;
    const dying: Pick<ReprocessContext, "derive" | "version"> = {
      version: "tomorrow",
      derive(...args) {
        derived += 1;
        return derived > 150 ? Promise.reject(new Crash("Killed.")) : tomorrow.derive(...args);
      },
    };
    await expect(run(dying, {}, { file })).rejects.toThrow("Killed.");
    const { checkpoint, notes } = await file.read();
    expect(checkpoint?.tally.articles).toBe(100);
    expect(notes.size).toBeGreaterThan(40);
    derived = 0;
    const tally = await run(dying, {}, { file });
    expect(derived).toBeLessThan(90);
    expect(tally).toMatchObject({ articles: 230, outcomes: { current: 0, derived: 230 }, changed: 230 });
    expect(readdirSync(directory)).toEqual([]);
    expect(await run(tomorrow, {}, { file })).toMatchObject({ articles: 230, outcomes: { current: 230 } });
  }, 120_000);
});
