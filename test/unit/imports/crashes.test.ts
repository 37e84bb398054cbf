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

describe("with items that meet a fault of ours", () => {
  const article = (partnerArticleId: string, text: string, poison = "") =>
    JSON.stringify({ partnerArticleId, text: `${uniqueText(text)}${poison}` });
  const poison = " A poisoned line stands at the end of this text.";
  const items = (round: number) => [
    article(`a${round}`, `a${round}`),
    article(`b${round}`, `b${round}`, poison),
    "{ no json",
    // What comes later for its article is in before it.
    article(`c${round}`, `c${round}`, poison),
    article(`c${round}`, `c${round} anew`),
    article(`c${round}`, `c${round} once more`, poison),
    // The same text, and the same article, twice.
    article(`d${round}`, `b${round}`, poison),
    article(`e${round}`, `e${round}`, poison),
    article(`e${round}`, `e${round} anew`, poison),
    JSON.stringify({ uri: `a${round}`, pubStatus: "canceled" }),
    JSON.stringify({ text: `${uniqueText(`f${round}`)}${poison}`, url: `https://wire.example/f${round}` }),
  ];
  const writePoisoned = (rounds: number) =>
    Buffer.from(Array.from({ length: rounds }, (_, round) => items(round).join("\n")).join("\n"));

  /** Comes again until an attempt lives to its end, and tells how that was. */
  async function end(world: ImportWorld, crashes: Iterator<CrashPoint | undefined>): Promise<string> {
    for (let attempt = 1; ; attempt++) {
      const crash = crashes.next().value as CrashPoint | undefined;
      try {
        await world.run({ attempt }, { crash });
        return (await world.read()).state;
      } catch (error) {
        if ((error as Error).message.includes("met a fault of ours")) return "faults";
        if (crash === undefined) throw error;
      }
    }
  }

  /** Parked, mended, redriven; with the steps of each of the three attempts. */
  async function live(file: Buffer, crashes: (() => Iterator<CrashPoint | undefined>)[]) {
    const world = await openImportWorld(file);
    const steps: number[] = [];
    for (const [phase, expected] of ["faults", "faults", "completed"].entries()) {
      world.poison = phase < 2 ? poison : undefined;
      world.steps = 0;
      const none: CrashPoint[] = [];
      expect(await end(world, crashes[phase]?.() ?? none.values())).toBe(expected);
      steps.push(world.steps);
    }
    return { world, steps };
  }

  test("undisturbed, each is counted by what it did in the end", async () => {
    const { world } = await live(writePoisoned(1), []);
    const seen = await observe(world);
    expect(seen).toMatchObject({
      state: "completed",
      position: { items: 11 },
      counts: { created: 5, updated: 2, unchanged: 0, duplicate: 1, retracted: 1, refused: 2, deferred: 0 },
      keptFailures: 2,
    });
    expect(seen.failures.map((text) => JSON.parse(text)).map(({ index, status }) => [index, status])).toEqual([
      [2, 400],
      [3, 412],
    ]);
    expect((await world.read()).faults).toBeUndefined();
  });

  test("it ends the same, wherever a process dies", async () => {
    const undisturbed = await live(writePoisoned(1), []);
    const expected = await observe(undisturbed.world);
    for (const [phase, steps] of undisturbed.steps.entries()) {
      expect(steps).toBeGreaterThan(10);
      for (let step = 1; step <= steps; step++) {
        for (const when of ["before", "after"] as const) {
          const crashes = Array.from(
            { length: 3 },
            (_, place) => () => (place === phase ? [{ step, when }] : []).values(),
          );
          const { world } = await live(writePoisoned(1), crashes);
          expect({ phase, step, when, ...(await observe(world)) }).toEqual({ phase, step, when, ...expected });
        }
      }
    }
  });

  test("it ends the same after many kills at random moments", async () => {
    const expected = await observe((await live(writePoisoned(6), [])).world);
    const random = openRandom(Number(process.env["SEED"] ?? 20_261_127));
    const crash = () =>
      Array.from({ length: 60 }, () => ({
        step: 1 + random.below(30),
        when: random.pick(["before", "after"] as const),
      })).values();
    const { world } = await live(writePoisoned(6), [crash, crash, crash]);
    expect(await observe(world)).toEqual(expected);
  });
});
