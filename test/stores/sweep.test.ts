import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { showSweep } from "../../infra/ops/sweep/show-sweep.ts";
import { type SweepContext, sweep } from "../../infra/ops/sweep/sweep.ts";
import { ingestArticle } from "../../shared/ingest-article.ts";
import { silentProgress } from "../support/silent-progress.ts";
import { type Archive, makeTextSubmission, startArchives } from "../support/start-archive.ts";

let archives: Awaited<ReturnType<typeof startArchives>>;

beforeAll(async () => {
  archives = await startArchives();
});
afterAll(() => archives.close());

const run = (archive: Archive, graceMs: number, changed: Partial<SweepContext> = {}, isDryRun = false) =>
  sweep({ graceMs, isDryRun }, { ...archive.context, seed: "seed", ...changed }, silentProgress);

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

/** As a submission leaves it that crashes before its second write. */
async function leaveOrphan({ context }: Archive, partner: string, text: string): Promise<string> {
  await context.raw.putRaw(partner, sha256(text), new TextEncoder().encode(text));
  return `raw/${partner}/${sha256(text)}`;
}

test("what nobody refers to goes, in all versions that are old enough; what any revision refers to stays", async () => {
  const archive = await archives.open();
  await archive.submit("gazette", "one", { text: "The first text of the article." });
  await archive.submit("gazette", "one", { text: "The second text of the article." });
  await archive.submit("gazette", "gone", { text: "The text of what was withdrawn." });
  await archive.submit("courier", "other", { text: "The text that another partner left behind, too." });
  const kept = await archive.readObjects();
  expect(kept).toHaveLength(4);
  await leaveOrphan(archive, "gazette", "The text that another partner left behind, too.");
  await leaveOrphan(archive, "gazette", "Left twice.");
  await leaveOrphan(archive, "gazette", "Left twice.");
  const graceMs = 2000;
  await sleep(graceMs + 10);
  const young = await leaveOrphan(archive, "gazette", "Left just now.");

  const planned = await run(archive, graceMs, {}, true);
  expect(await archive.readObjects()).toHaveLength(8);
  const report = await run(archive, graceMs);
  expect(report).toEqual({ ...planned, isDryRun: false });
  expect(report).toMatchObject({
    hasMore: false,
    partners: [
      { partner: "courier", versions: 1, unreferenced: 0, bytes: 0 },
      { partner: "gazette", versions: 7, unreferenced: 3 },
    ],
  });
  expect(showSweep(report).split("\n")[2]).toMatch(/^gazette +7 +3 +\d+$/);
  expect((await archive.readObjects()).sort()).toEqual([...kept, young].sort());
  expect((await run(archive, graceMs)).partners).toMatchObject([{ unreferenced: 0 }, { unreferenced: 0 }]);
});

describe("a submission that comes with the bytes of an orphan while it is swept", () => {
  const text = "The text that came again while it was swept.";
  /** S3 tells the time of a version in whole seconds. */
  const graceMs = 1100;
  /** Store calls of a sweep in this archive, of which the last comes after the removal. */
  const calls = 8;
  const rounds = Array.from({ length: calls }, (_, puts) =>
    Array.from({ length: calls - puts }, (_, later) => ({ puts: puts + 1, commits: puts + 1 + later })),
  ).flat();
  let prepared: { archive: Archive; puts: number; commits: number }[];

  beforeAll(async () => {
    prepared = [];
    for (const round of rounds) {
      const archive = await archives.open();
      await archive.submit("gazette", "one", { text: "The text of another article." });
      await leaveOrphan(archive, "gazette", text);
      prepared.push({ ...round, archive });
    }
    await sleep(graceMs + 1000);
  });

  test("keeps its bytes, wherever it puts them and wherever it commits", async () => {
    let removals = 0;
    let longest = 0;
    for (const { archive, puts, commits } of prepared) {
      const { articleItems, rawObjects, raw } = archive.context;
      const put = Promise.withResolvers<void>();
      const release = Promise.withResolvers<void>();
      const slow = {
        ...raw,
        async putRaw(...args: Parameters<typeof raw.putRaw>) {
          await raw.putRaw(...args);
          put.resolve();
          await release.promise;
        },
      };
      let submitted: Promise<unknown> = Promise.resolve();
      let call = 0;
      /** Around each call of a store: here the rival puts, there it commits. */
      const step = async () => {
        call += 1;
        if (call === puts) {
          submitted = ingestArticle(makeTextSubmission("gazette", "again", { text }), {
            ...archive.context,
            raw: slow,
          });
          await put.promise;
        }
        if (call === commits) {
          release.resolve();
          await submitted;
        }
      };
      async function* stepped<T>(pages: AsyncGenerator<T>) {
        await step();
        for await (const page of pages) {
          yield page;
          await step();
        }
      }
      await run(archive, graceMs, {
        articleItems: { scan: () => stepped(articleItems.scan()) },
        rawObjects: {
          list: (prefix) => stepped(rawObjects.list(prefix)),
          async remove(versions) {
            await step();
            removals += versions.length;
            await rawObjects.remove(versions);
            await step();
          },
        },
      });
      release.resolve();
      await submitted;
      // What comes when the sweep is over finds what it needs as well.
      if (call < puts) await archive.submit("gazette", "again", { text });
      const bytes = await raw.getRaw("gazette", sha256(text));
      expect(new TextDecoder().decode(bytes), `put at ${puts}, committed at ${commits}`).toBe(text);
      longest = Math.max(longest, call);
    }
    expect({ longest, isSwept: removals > 15 }).toEqual({ longest: calls, isSwept: true });
  });
});
