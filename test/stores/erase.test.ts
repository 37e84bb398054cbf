import { createHash, randomBytes } from "node:crypto";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { erase, lookForErasure } from "../../infra/ops/erase/erase.ts";
import type { EraseContext, ErasureTarget } from "../../infra/ops/erase/erasure-work.ts";
import { addPartner } from "../../infra/ops/manage-keys.ts";
import { changeSettings } from "../../infra/ops/manage-settings.ts";
import { makeArticleId } from "../../shared/article/article-id.ts";
import { deriveArticle } from "../../shared/article/derive-article.ts";
import { UnsafeOutputError } from "../../shared/article/read-article.ts";
import { type IngestContext, ingestArticle } from "../../shared/ingest-article.ts";
import { importObjects } from "../../shared/stores/table-keys.ts";
import { story } from "../fixtures/story.ts";
import { Crash, crashAt } from "../support/crash-at.ts";
import { makeImport } from "../support/import-record.ts";
import { silentProgress } from "../support/silent-progress.ts";
import { type Archive, makeTextSubmission, startArchives } from "../support/start-archive.ts";

let archives: Awaited<ReturnType<typeof startArchives>>;

beforeAll(async () => {
  archives = await startArchives();
});
afterAll(() => archives.close());

const audit = { by: "ilse", reason: "order 12/26" };
const run = (archive: Archive, target: ErasureTarget, context: EraseContext = archive.context) =>
  erase(target, audit, context, silentProgress);

/** What an erasure has taken, over all of its runs; which candidate keys go shows only on the way, so a kill may lose some. */
async function readAccount({ context }: Archive, kind: "article" | "partner", name: string) {
  const [record] = await context.erasures.listErasures(kind, name);
  const { "candidate keys": keys = 0, ...erased } = record?.erased ?? {};
  return { erased, keys };
}

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

/** A text that says the same as the story, with a line that no other has. */
const tell = (line: string) => [...story.lines, line].join("\n\n");
const mark = "Zwischenahn";
const firstText = tell("The quay of Nordwijk is swept on Sundays by volunteers of the rowing club.");
const secondText = tell(`The mayor of ${mark} sent flowers to the harbour office on the evening of the vote.`);
const otherText = `An obituary of ${mark}. `.repeat(30);

/**
 * The article `secret` of the gazette: three revisions, the last about something else, with copies by others of the first two;
 * and another article of the gazette with the bytes of the first revision.
 */
async function fill(archive: Archive) {
  const { submit } = archive;
  const about = { title: `Flowers from ${mark}`, url: `https://gazette.example/${mark}`, authors: [`Anna ${mark}`] };
  const first = await submit("gazette", `${mark}-1`, { ...about, text: firstText });
  const copy = await submit("courier", "copy", {
    html: firstText
      .split("\n\n")
      .map((p) => `<p>${p}</p>`)
      .join(""),
  });
  const twin = await submit("gazette", "twin", { text: firstText });
  await submit("gazette", `${mark}-1`, { ...about, text: secondText });
  const near = await submit("herald", "near", { text: `${tell("Buses ran late all week.")}` });
  await submit("courier", "unrelated", { text: "The zoo of Basel has a rhinoceros that weighs two tonnes." });
  return {
    id: first.id,
    copyId: copy.id,
    twinId: twin.id,
    nearId: near.id,
    outcomes: [first, copy, twin, near].map(({ outcome }) => outcome),
  };
}

/** A sanitizer that fails its own check. */
const refuse: IngestContext["derive"] = async (...args) => {
  const { reading } = await deriveArticle(...args);
  throw new UnsafeOutputError("a fault of ours", reading);
};

async function readQuarantine(archive: Archive): Promise<string[]> {
  return (await archive.readObjects()).filter((key) => key.startsWith("quarantine/"));
}

/** Whatever the article has said, its sketches and the keys that lead to them. */
async function findLeft(archive: Archive, id: string): Promise<string[]> {
  const items = await archive.readItems();
  const sketches = new Map(
    items.filter(({ sk }) => sk === "sketch").map(({ pk, originalId }) => [pk.slice(8), originalId]),
  );
  const left = items.filter((item) => {
    const text = JSON.stringify(item);
    if (text.includes(mark)) return true;
    if (item.pk.startsWith("article#")) return item.pk.endsWith(id) && item.sk !== "article";
    if (/^(?:content|url)#/.test(item.pk)) return item["articleId"] === id;
    if (item.pk.startsWith("candidate#"))
      return (item["sketchIds"] as string[]).some(
        (sketchId) => sketchId.endsWith(`/${id}`) || (!sketchId.includes("/") && !sketches.has(sketchId)),
      );
    if (item.pk.startsWith("cluster#"))
      return (
        item.sk.endsWith(id) ||
        (item.sk === "sketch" ? item["originalId"] === id : item.sk === "cluster" && item["originalId"] === id)
      );
    return false;
  });
  return left.map(({ pk, sk }) => `${pk} ${sk}`);
}

/** An import of the gazette that is being worked on. */
async function startImport({ context }: Archive) {
  const seen = makeImport({ partner: "gazette" });
  await context.imports.createImport(seen);
  const lease = { token: "token", messageId: "message", expiresAt: "2026-11-23T09:00:00.000Z", attempt: 1 };
  await context.imports.claim(seen, { state: "running", startedAt: "2026-11-23T08:30:00.000Z", lease });
}

describe("an article", () => {
  test("is gone from every store, and what others have of the story stays", async () => {
    const archive = await archives.open();
    const { submit, context } = archive;
    const { id, copyId, twinId, nearId, outcomes } = await fill(archive);
    expect(outcomes).toEqual(["created", "duplicate", "duplicate", "duplicate"]);
    expect(await findLeft(archive, id)).not.toEqual([]);

    const report = await run(archive, { kind: "article", id, partner: "gazette" });
    expect(report).toMatchObject({ left: 0, shared: 1, record: { ...audit, kind: "article", name: id } });
    expect(report.record.finishedAt).toBeDefined();
    expect(Object.fromEntries(report.places.map(({ place, found }) => [place, found]))).toMatchObject({
      articles: 1,
      revisions: 2,
      claims: 3,
      sketches: 1,
      "raw objects": 1,
    });
    expect(await findLeft(archive, id)).toEqual([]);
    const objects = await archive.readObjects();
    expect(objects).not.toContain(`raw/gazette/${sha256(secondText)}`);
    expect(objects).toContain(`raw/gazette/${sha256(firstText)}`);

    const tombstone = await context.articles.getArticle(id);
    expect(tombstone).toMatchObject({ status: "retracted", partner: "gazette", erasedAt: expect.any(String) });
    expect(Object.keys(tombstone ?? {})).not.toContain("partnerArticleId");
    expect(await context.erasures.listErasures("article", id)).toMatchObject([{ ...audit, erased: { articles: 1 } }]);

    const [copy, twin, near] = await Promise.all(
      [copyId, twinId, nearId].map((one) => context.articles.getArticle(one)),
    );
    expect([copy, twin, near].filter((one) => one?.status === "live" && one.duplicate === undefined)).toHaveLength(1);
    expect(copy?.status === "live" && copy.duplicate).toBeUndefined();
    // The heir is found as the original was: by its text, and by one that is like it.
    const same = await submit("zeitung", "same", { text: firstText });
    const like = await submit("zeitung", "like", { text: tell("Trams ran late all week, and nobody knew why.") });
    expect([same.duplicateOf?.id, like.duplicateOf?.id]).toEqual([copyId, copyId]);
    expect(same.duplicateOf?.match).toBe("content");
  });

  test("that was retracted before is erased as well, and one that is erased stays so", async () => {
    const archive = await archives.open();
    const { id } = await archive.submit("gazette", `${mark}-2`, { text: otherText, source: mark });
    expect(await run(archive, { kind: "article", id, partner: "gazette" })).toMatchObject({ left: 0 });
    expect(await findLeft(archive, id)).toEqual([]);
    const again = await run(archive, { kind: "article", id, partner: "gazette" });
    expect(again).toMatchObject({ left: 0, places: [] });
    await expect(archive.submit("gazette", `${mark}-2`, { text: otherText })).rejects.toThrow(
      "You retracted this article",
    );
  });

  test("has no version of its bytes left, also none that was hidden or put again", async () => {
    const archive = await archives.open();
    const { id } = await archive.submit("gazette", "one", { text: otherText });
    await archive.context.raw.putRaw("gazette", sha256(otherText), new TextEncoder().encode(otherText));
    expect(await archive.readObjects()).toHaveLength(2);
    const report = await run(archive, { kind: "article", id, partner: "gazette" });
    expect(report.places).toContainEqual({ place: "raw objects", found: 2, left: 0 });
    expect(await archive.readObjects()).toEqual([]);
  });

  test("has nothing left in quarantine, in no version, and what is there of others stays", async () => {
    const archive = await archives.open();
    const { context } = archive;
    const { id } = await archive.submit("gazette", "q-1", { text: otherText });
    const other = await archive.submit("gazette", "q-2", { text: firstText });
    const refused = { ...context, derive: refuse };
    for (const name of ["q-1", "q-1", "q-2", "never-taken"]) {
      const submission = makeTextSubmission("gazette", name, { text: secondText });
      await expect(ingestArticle(submission, refused)).rejects.toMatchObject({ kind: "unsafe-content" });
    }
    expect(await readQuarantine(archive)).toHaveLength(4);
    const report = await run(archive, { kind: "article", id, partner: "gazette" });
    expect(report).toMatchObject({ left: 0, record: { erased: { "raw objects": 1, quarantine: 2 } } });
    expect((await readQuarantine(archive)).map((key) => key.split("/")[2])).toEqual(
      [other.id, makeArticleId("gazette", { kind: "partnerArticleId", value: "never-taken" })].sort(),
    );
    expect(await run(archive, { kind: "partner", partner: "gazette" })).toMatchObject({ left: 0 });
    expect(await archive.readObjects()).toEqual([]);
  });

  test("that was never taken is erased from quarantine", async () => {
    const archive = await archives.open();
    const id = makeArticleId("gazette", { kind: "partnerArticleId", value: "never-taken" });
    await archive.context.raw.quarantineRaw({ partner: "gazette", articleId: id, sha256: "abc" }, randomBytes(8));
    const report = await run(archive, { kind: "article", id, partner: "gazette" });
    expect(report).toMatchObject({ left: 0, places: [{ place: "quarantine", found: 1, left: 0 }] });
    expect(await archive.readObjects()).toEqual([]);
    expect(await archive.context.articles.getArticle(id)).toBeUndefined();
  });

  test("is only looked for, if nobody says that it is meant", async () => {
    const archive = await archives.open();
    const { id } = await fill(archive);
    const before = [await archive.readItems(), await archive.readObjects()];
    const found = await lookForErasure({ kind: "article", id, partner: "gazette" }, archive.context, silentProgress);
    expect(Object.fromEntries(found.map((one) => [one.place, one.found]))).toMatchObject({
      articles: 1,
      revisions: 1,
      claims: 3,
      sketches: 1,
      "raw objects": 1,
    });
    expect([await archive.readItems(), await archive.readObjects()]).toEqual(before);
  });

  test("whose erasure was taken up again keeps who did so, when and why", async () => {
    const archive = await archives.open();
    const { id } = await archive.submit("gazette", "one", { text: otherText });
    const target = { kind: "article", id, partner: "gazette" } as const;
    const killed = crashAt(archive.context, 6, (name) => name === "articleItems");
    await expect(run(archive, target, killed)).rejects.toThrow(Crash);
    await erase(target, { by: "otto", reason: "order 13/26" }, archive.context, silentProgress);
    const [record, ...more] = await archive.context.erasures.listErasures("article", id);
    expect(more).toEqual([]);
    expect(record).toMatchObject({
      ...audit,
      repeats: [{ by: "otto", reason: "order 13/26", startedAt: expect.any(String) }],
      finishedAt: expect.any(String),
    });
    expect(record?.left).toBeUndefined();
  });

  test.each([
    { doing: "nothing", waitsMs: 60_000 },
    { doing: "an import", waitsMs: 360_000 },
  ])(
    "waits until nobody can be about to refer to its bytes, and leaves what was put meanwhile, its partner doing $doing",
    async ({ doing, waitsMs }) => {
      const archive = await archives.open();
      const { id } = await archive.submit("gazette", "one", { text: otherText });
      if (doing === "an import") await startImport(archive);
      let waitedMs = 0;
      const context: EraseContext = {
        ...archive.context,
        async sleep(milliseconds) {
          waitedMs += milliseconds;
          if (waitedMs === 30_000) await archive.submit("gazette", "rival", { text: otherText });
          await archive.context.sleep(milliseconds);
        },
      };
      const report = await run(archive, { kind: "article", id, partner: "gazette" }, context);
      expect(Math.abs(waitedMs - waitsMs)).toBeLessThan(5000);
      expect(report).toMatchObject({ left: 0, shared: 1 });
      const bytes = await archive.context.raw.getRaw("gazette", sha256(otherText));
      expect(new TextDecoder().decode(bytes)).toBe(otherText);
    },
  );

  test("is erased whole by the second run, wherever the first was killed, and the account is that of one run", async () => {
    const whole = await archives.open();
    const { id: wholeId } = await fill(whole);
    await run(whole, { kind: "article", id: wholeId, partner: "gazette" });
    const account = await readAccount(whole, "article", wholeId);
    expect(account.erased).toEqual({ articles: 1, revisions: 2, claims: 3, sketches: 1, "raw objects": 1 });
    for (let n = 1; ; n++) {
      const archive = await archives.open();
      const { id, copyId } = await fill(archive);
      const target = { kind: "article", id, partner: "gazette" } as const;
      await archive.context.sleep(400_000);
      const stores = new Set(["articles", "raw", "erasures", "articleItems", "rawObjects"]);
      const killed = await run(
        archive,
        target,
        crashAt(archive.context, n, (name) => stores.has(name)),
      ).then(
        () => undefined,
        (error: unknown) => error,
      );
      if (killed === undefined) {
        expect(n).toBeGreaterThan(30);
        return;
      }
      expect(killed, `call ${n}`).toBeInstanceOf(Crash);
      const report = await run(archive, target);
      expect(report.left, `call ${n}`).toBe(0);
      expect(await findLeft(archive, id), `call ${n}`).toEqual([]);
      const objects = await archive.readObjects();
      expect(
        objects.filter((key) => key.endsWith(sha256(secondText))),
        `call ${n}`,
      ).toEqual([]);
      expect(objects, `call ${n}`).toContain(`raw/gazette/${sha256(firstText)}`);
      const like = await archive.submit("zeitung", "like", {
        text: tell("Trams ran late all week, and nobody knew why."),
      });
      expect(like.duplicateOf?.id, `call ${n}`).toBe(copyId);
      expect(await archive.context.erasures.listErasures("article", id), `call ${n}`).toHaveLength(1);
      const { erased, keys } = await readAccount(archive, "article", id);
      expect(erased, `call ${n}`).toEqual(account.erased);
      expect(keys, `call ${n}`).toBeLessThanOrEqual(account.keys);
    }
  }, 180_000);
});

describe("a partner", () => {
  async function fillPartner(archive: Archive) {
    const { context, s3, buckets } = archive;
    const filled = await fill(archive);
    for (const name of ["gazette", "courier"]) {
      await addPartner(context.partners, name, ["submit"]);
      await changeSettings(context.partners, name, { quota: { perMinute: 60 } });
    }
    await context.raw.quarantineRaw({ partner: "gazette", articleId: filled.id, sha256: "abc" }, randomBytes(8));
    const id = "0123456789abcdef0123456789abcdef";
    await context.imports.createImport(makeImport({ id, partner: "gazette" }));
    const upload = { Bucket: buckets.files, Key: importObjects.upload(id), Body: mark };
    await s3.send(new PutObjectCommand(upload));
    await s3.send(new PutObjectCommand({ ...upload, Key: importObjects.failures(id, 0, "token") }));
    return filled;
  }

  test("is gone from every store with all that it has sent", async () => {
    const archive = await archives.open();
    const { context } = archive;
    const { copyId } = await fillPartner(archive);
    const report = await run(archive, { kind: "partner", partner: "gazette" });
    expect(report).toMatchObject({
      left: 0,
      record: { kind: "partner", name: "gazette", closedAt: expect.any(String) },
    });
    const items = await archive.readItems();
    expect(items.filter((item) => /gazette|Zwischenahn/.test(JSON.stringify(item))).map(({ pk }) => pk)).toEqual([
      "erasures",
    ]);
    expect((await archive.readObjects()).filter((key) => !/^raw\/(?:courier|herald)\//.test(key))).toEqual([]);
    expect(await context.articles.getArticle(copyId)).toMatchObject({ status: "live", partner: "courier" });
    expect(
      await (context.partners as { getPartner(name: string): Promise<unknown> }).getPartner("courier"),
    ).toMatchObject({ name: "courier" });
    expect(Object.fromEntries(report.places.map(({ place, found }) => [place, found]))).toMatchObject({
      articles: 2,
      "partner and keys": 2,
      settings: 1,
      imports: 1,
      "import files": 2,
    });
  });

  test("is erased with an article of it that was erased before", async () => {
    const archive = await archives.open();
    const { id } = await fillPartner(archive);
    expect(await run(archive, { kind: "article", id, partner: "gazette" })).toMatchObject({ left: 0 });
    expect(await run(archive, { kind: "partner", partner: "gazette" })).toMatchObject({ left: 0 });
    expect(await archive.context.articles.getArticle(id)).toBeUndefined();
    const items = await archive.readItems();
    expect(items.filter((item) => JSON.stringify(item).includes("gazette")).map(({ sk }) => sk.split("#")[0])).toEqual([
      "partner",
    ]);
    expect((await archive.context.erasures.listAllErasures()).map(({ kind, name }) => [kind, name])).toEqual([
      ["article", id],
      ["partner", "gazette"],
    ]);
  });

  test("is erased whole by the second run, wherever the first was killed, and the account is that of one run", async () => {
    const whole = await archives.open();
    await fillPartner(whole);
    await run(whole, { kind: "partner", partner: "gazette" });
    const account = await readAccount(whole, "partner", "gazette");
    expect(account.erased).toMatchObject({ articles: 2, "raw objects": 3, quarantine: 1, "import files": 2 });
    for (let n = 1; ; n += 3) {
      const archive = await archives.open();
      await fillPartner(archive);
      const target = { kind: "partner", partner: "gazette" } as const;
      const stores = new Set([
        "articles",
        "raw",
        "erasures",
        "articleItems",
        "rawObjects",
        "partnerItems",
        "importItems",
        "importFiles",
      ]);
      const killed = await run(
        archive,
        target,
        crashAt(archive.context, n, (name) => stores.has(name)),
      ).catch((error) => error);
      if (!(killed instanceof Error)) {
        expect(n).toBeGreaterThan(30);
        return;
      }
      expect(killed, `call ${n}`).toBeInstanceOf(Crash);
      expect((await run(archive, target)).left, `call ${n}`).toBe(0);
      const { erased, keys } = await readAccount(archive, "partner", "gazette");
      expect(erased, `call ${n}`).toEqual(account.erased);
      expect(keys, `call ${n}`).toBeLessThanOrEqual(account.keys);
      const items = await archive.readItems();
      expect(
        items.filter((item) => /gazette|Zwischenahn/.test(JSON.stringify(item))).map(({ pk }) => pk),
        `call ${n}`,
      ).toEqual(["erasures"]);
      expect(
        (await archive.readObjects()).filter((key) => key.includes("gazette")),
        `call ${n}`,
      ).toEqual([]);
    }
  }, 180_000);
});
