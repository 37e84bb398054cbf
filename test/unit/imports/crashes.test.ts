import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { uniqueText } from "../../fixtures/articles.ts";
import { type ImportWorld, openImportWorld } from "../../support/crashing-imports.ts";
import type { CrashPoint } from "../../support/crashing-process.ts";
import { openRandom } from "../../support/random.ts";

/** Everything that an item can become, with neighbours that depend on each other. */
function* writeItems(rounds: number): Generator<string> {
  const article = (partnerArticleId: string, text: string) => JSON.stringify({ partnerArticleId, text });
  for (let round = 0; round < rounds; round++) {
    const name = (letter: string) => `${letter}${round}`;
    yield article(name("a"), uniqueText(name("a")));
    yield article(name("b"), uniqueText(name("b")));
    yield "{ no json";
    yield article(name("a"), uniqueText(`${name("a")} anew`));
    yield article(name("c"), uniqueText(name("b")));
    yield article(name("b"), uniqueText(name("b")));
    yield "";
    yield JSON.stringify({ text: uniqueText(name("d")), url: `https://wire.example/${name("d")}` });
    yield JSON.stringify({
      text: uniqueText(`${name("d")} anew`),
      url: `http://www.wire.example/${name("d")}?utm_source=x`,
    });
    yield JSON.stringify({ uri: name("a"), pubStatus: "canceled" });
    yield JSON.stringify({ uri: "nobody's", pubStatus: "canceled" });
    yield article(name("e"), "");
    yield article(name("a"), uniqueText(`${name("a")} too late`));
  }
}

const writeFile = (rounds: number) => Buffer.from([...writeItems(rounds)].join("\n"));

/** All that somebody could see of an import when it is over. */
async function observe(world: ImportWorld) {
  const { state, counts, position, keptFailures, lease, problem } = await world.read();
  const articles = [...world.articles.values()].map((article) => ({
    id: article.id,
    revision: article.revision,
    status: article.status,
    ...(article.status === "live" && { text: article.contentHash, role: article.duplicate?.match }),
  }));
  articles.sort((a, b) => (a.id < b.id ? -1 : 1));
  return {
    state,
    counts,
    position,
    keptFailures,
    lease,
    problem,
    articles,
    failures: (await world.listFailures()).map(withoutTime),
  };
}

/** A problem may say when an article was retracted, and clocks go on. */
const withoutTime = (text: string) => text.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "TIME");

test("undisturbed, every item is counted by what it did", async () => {
  const world = await openImportWorld(writeFile(2));
  await world.finish();
  const seen = await observe(world);
  expect(seen).toMatchObject({
    state: "completed",
    position: { items: 24, lines: 26 },
    counts: { created: 6, updated: 4, unchanged: 2, duplicate: 2, retracted: 2, refused: 8 },
    keptFailures: 8,
  });
  expect(seen.lease).toBeUndefined();
  expect(seen.failures.map((line) => JSON.parse(line).line)).toEqual([3, 11, 12, 13, 16, 24, 25, 26]);
  expect(JSON.parse(seen.failures[0] ?? "")).toMatchObject({ index: 2, line: 3, status: 400, item: "{ no json" });
  expect(JSON.parse(seen.failures[2] ?? "").item).toEqual({ partnerArticleId: "e0", text: "" });
});

describe.each([
  ["NDJSON", {}, (file: Buffer) => file],
  ["gzipped NDJSON", { contentEncoding: "gzip" as const }, (file: Buffer) => gzipSync(file)],
  [
    "a JSON array",
    { mediaType: "application/json" },
    (file: Buffer) =>
      Buffer.from(
        `[${file
          .toString()
          .split("\n")
          .filter((line) => line !== "")
          .join(",")
          .replace("{ no json", "no json")}]`,
      ),
  ],
])("%s", (_, announced, pack) => {
  const file = pack(writeFile(1));
  const open = () => openImportWorld(file, announced);

  test("ends the same, wherever a process dies", async () => {
    const undisturbed = await open();
    await undisturbed.finish();
    const expected = await observe(undisturbed);
    expect(undisturbed.steps).toBeGreaterThan(30);
    for (let step = 1; step <= undisturbed.steps; step++) {
      for (const when of ["before", "after"] as const) {
        const world = await open();
        await world.finish([{ step, when }].values());
        expect({ step, when, ...(await observe(world)) }).toEqual({ step, when, ...expected });
      }
    }
  });
});

test("ends the same after 200 kills at random moments of one import", async () => {
  const file = writeFile(60);
  const undisturbed = await openImportWorld(file);
  await undisturbed.finish();

  const world = await openImportWorld(file);
  const random = openRandom(Number(process.env["SEED"] ?? 20_261_123));
  let kills = 0;
  function* crash(): Generator<CrashPoint | undefined, undefined> {
    for (; kills < 200; kills++) {
      yield { step: 1 + random.below(24), when: random.pick(["before", "after"]) };
    }
    return undefined;
  }
  await world.finish(crash());
  expect(kills).toBe(200);
  expect(await observe(world)).toEqual(await observe(undisturbed));
});

test("what another sender had sent before is unchanged, also when it is done again", async () => {
  const lines = ["a", "b", "c"].map((name) => JSON.stringify({ partnerArticleId: name, text: uniqueText(name) }));
  const [before, after] = await Promise.all(
    [undefined, { step: 9, when: "after" as const }].map(async (crash) => {
      const world = await openImportWorld(Buffer.from(lines.join("\n")));
      await world.run({}, { change: (context) => ({ limits: { ...context.limits, items: 1 } }) });
      const again = { ...world.record, id: "again" };
      await world.imports.createImport(again);
      await world.run({ importId: "again" }, { crash }).catch(() => {});
      await world.run({ importId: "again", attempt: 2 });
      return (await world.imports.getImport("again"))?.counts;
    }),
  );
  expect(before).toMatchObject({ created: 0, unchanged: 3 });
  expect(after).toEqual(before);
});
