import fc from "fast-check";
import { expect, test } from "vitest";
import { eventName } from "../../../shared/api/event.ts";
import { Crash, type CrashPoint } from "../../support/crashing-process.ts";
import { runs } from "../../support/property-runs.ts";
import { answered, changeOf, deduplicate, openWebhookWorld, smallPolicy } from "../../support/webhook-world.ts";

type World = Awaited<ReturnType<typeof openWebhookWorld>>;

/** What one process is spared another dies of: a crash ends in silence, anything else is a fault of ours. */
const survive = (work: Promise<unknown>): Promise<"lived" | "died"> =>
  work.then(
    () => "lived",
    (error: unknown) => {
      if (!(error instanceof Crash)) throw error;
      return "died";
    },
  );

const articles = ["a", "b", "c", "d"];

/** Keeps what was appended beside the world, as the order that each article has to be told in. */
function openModel(world: World) {
  const told = new Map<string, string[]>(articles.map((article) => [article, []]));
  return {
    append(names: readonly string[]) {
      const changes = names.map((article) => {
        const list = told.get(article) ?? [];
        list.push(`${article}${list.length + 1}`);
        return changeOf(article, list.length);
      });
      world.append(...changes);
    },
    /** Each article was told from its beginning on, without a gap, in order; at the end all of it. */
    check(isEnd: boolean) {
      const received = deduplicate(world.received);
      for (const [article, expected] of told) {
        const seen = received.filter((name) => name.startsWith(article));
        expect(seen).toEqual(isEnd ? expected : expected.slice(0, seen.length));
      }
    },
  };
}

/** The subscriber is well again, and ops does what it would do then, until nothing is left to do. */
async function heal(world: World): Promise<void> {
  world.answer = () => answered(204);
  await world.change({ paused: undefined, hold: undefined, dueAt: undefined });
  world.wait(120_000);
  for (let round = 0; round < 5; round++) {
    await world.change({ redrive: { requestedAt: "", after: "", delivered: 0, failed: 0 } });
    await world.live(3);
  }
  expect(await world.read()).toMatchObject({ parked: 0 });
  expect(await world.listParked()).toEqual([]);
}

/** A story with everything in it: a chunk, an event at fault, a redrive. */
async function tell(crash: CrashPoint | undefined, at: "first" | "parking" | "redrive") {
  const world = await openWebhookWorld();
  const model = openModel(world);
  const ends: string[] = [];
  const deliver = async (when?: typeof at) => ends.push(await survive(world.deliver(when === at ? crash : undefined)));
  model.append(["a", "b", "a"]);
  model.append(["c", "b"]);
  world.answer = ({ id, revision }) => answered(id === changeOf("b", 1).id && revision === 1 ? 500 : 204);
  await deliver("first");
  model.check(false);
  for (const ms of [70_000, 40_000]) {
    world.wait(ms);
    await deliver();
  }
  expect((await world.read()).parked).toBe(0);
  world.wait(130_000);
  await deliver("parking");
  model.check(false);
  for (const ms of [70_000, 310_000]) {
    world.wait(ms);
    await deliver();
  }
  expect((await world.read()).parked).toBeGreaterThan(0);
  model.append(["b", "d"]);
  world.answer = () => answered(204);
  await world.change({ redrive: { requestedAt: "", after: "", delivered: 0, failed: 0 } });
  await deliver("redrive");
  model.check(false);
  await heal(world);
  model.check(true);
  return ends.includes("died");
}

test.each(["first", "parking", "redrive"] as const)(
  "nothing is lost and no article is out of order, wherever a process dies (%s)",
  async (at) => {
    expect(await tell(undefined, at)).toBe(false);
    let steps = 0;
    for (;;) {
      const died = await tell({ step: steps + 1, when: "before" }, at);
      if (!died) break;
      steps += 1;
      await tell({ step: steps, when: "after" }, at);
    }
    expect(steps).toBeGreaterThan(7);
  },
);

type Mode = "well" | "down" | "flaky" | "throttling" | "picky" | "gone";
type Act =
  | { kind: "append"; names: string[] }
  | { kind: "deliver" | "announce"; crash: CrashPoint | undefined }
  | { kind: "wait"; ms: number }
  | { kind: "mode"; mode: Mode }
  | { kind: "redrive" | "pause" | "resume" }
  | { kind: "short"; ms: number };

const crash = fc.option(
  fc.record({ step: fc.integer({ min: 1, max: 20 }), when: fc.constantFrom("before" as const, "after" as const) }),
  {
    nil: undefined,
    freq: 2,
  },
);
const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("append" as const),
      names: fc.array(fc.constantFrom(...articles), { minLength: 1, maxLength: 4 }),
    }),
  },
  { weight: 9, arbitrary: fc.record({ kind: fc.constantFrom("deliver" as const, "announce" as const), crash }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("wait" as const),
      ms: fc.constantFrom(1000, 6000, 61_000, 400_000, 4_000_000),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("mode" as const),
      mode: fc.constantFrom<Mode>("well", "down", "flaky", "throttling", "picky", "gone"),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom("redrive" as const, "pause" as const, "resume" as const) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("short" as const), ms: fc.constantFrom(2000, 9000) }) },
);

/** So that events are parked before a sequence of acts is over. */
const hasty = { ...smallPolicy, triesBeforeParking: 2, delaysMs: [5000] };

test("whatever happens, each article is told in order, and in the end all of it, to the bus too", async () => {
  let parked = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 5, maxLength: 60 }), async (acts) => {
      const world = await openWebhookWorld({ policy: hasty });
      const model = openModel(world);
      let answers = 0;
      let mode: Mode = "well";
      // Some take the event and fail all the same.
      world.answer = ({ id }) => {
        answers += 1;
        if (mode === "down") return { failure: "ECONNRESET" };
        if (mode === "throttling") return answered(answers % 3 === 0 ? 204 : 429, 7000);
        if (mode === "flaky") return answered(answers % 2 === 0 ? 204 : 500);
        if (mode === "picky") return answered(id < changeOf("d", 1).id ? 400 : 204);
        return answered(mode === "gone" ? 410 : 200);
      };
      for (const next of acts) {
        switch (next.kind) {
          case "append":
            model.append(next.names);
            break;
          case "deliver":
            await survive(world.deliver(next.crash));
            break;
          case "announce":
            await survive(world.announce(next.crash));
            break;
          case "wait":
            world.wait(next.ms);
            break;
          case "mode":
            mode = next.mode;
            break;
          case "redrive":
            await world.change({ redrive: { requestedAt: "", after: "", delivered: 0, failed: 0 } });
            break;
          case "pause":
            await world.change({ paused: { at: "", reason: "by ops" }, lease: undefined });
            break;
          case "resume":
            await world.change({ paused: undefined, hold: undefined, dueAt: undefined });
            break;
          case "short": {
            let left = 20_000 + next.ms;
            world.remainingMs = () => {
              left -= 1000;
              return left;
            };
            await survive(world.deliver());
            world.remainingMs = () => 60_000;
            break;
          }
        }
        model.check(false);
      }
      parked = Math.max(parked, (await world.read()).parked);
      await heal(world);
      model.check(true);
      // The bus: in the order of the log, each at least once.
      const seen = [...new Set(world.bus.map(({ sequence }) => sequence))];
      expect(seen).toEqual(seen.toSorted());
      expect(world.bus.every(({ type }) => eventName(type).startsWith("article."))).toBe(true);
      const total = acts.flatMap((one) => (one.kind === "append" ? one.names : [])).length;
      expect(seen).toHaveLength(total);
    }),
    { numRuns: runs(400) },
  );
  expect(parked).toBeGreaterThan(1);
});
