import { describe, expect, test } from "vitest";
import { deliveryPolicy } from "../../../shared/events/delivery-policy.ts";
import { Crash } from "../../support/crashing-process.ts";
import { answered, changeOf, deduplicate, nameEvent, openWebhookWorld } from "../../support/webhook-world.ts";

type World = Awaited<ReturnType<typeof openWebhookWorld>>;

/** Answers one status for the named events, and 204 for all others. */
const failFor =
  (status: number, ...names: string[]): World["answer"] =>
  (event) =>
    answered(names.includes(nameEvent(event)) ? status : 204);

const minuteMs = 60_000;

test("events are told once each, in order, signed, with the change in the data", async () => {
  const world = await openWebhookWorld();
  world.append(changeOf("a", 1), changeOf("b", 1));
  world.append(changeOf("a", 2, { source: "wire.example", language: "nl" }));
  expect(await world.deliver()).toEqual({ end: "idle", delivered: 3, failed: 0, parked: 0 });
  expect(deduplicate(world.received).filter((name) => name.startsWith("a"))).toEqual(["a1", "a2"]);
  expect(world.received.at(-1)).toEqual({
    type: "article.updated",
    webhookId: expect.stringMatching(/^evt_[0-9a-f]{32}$/),
    event: {
      eventId: world.sent.at(-1),
      sequence: "000000000002-0000",
      ...changeOf("a", 2, { source: "wire.example", language: "nl" }),
    },
  });
  expect(await world.read()).toMatchObject({ position: { entry: 3, read: 0 }, parked: 0 });
  expect(await world.read()).not.toHaveProperty("lease");
  expect(await world.deliver()).toMatchObject({ end: "idle", delivered: 0 });
});

test("a change that stands in the log twice has one ID", async () => {
  const world = await openWebhookWorld();
  world.append(changeOf("a", 1));
  world.append(changeOf("a", 1));
  await world.deliver();
  expect(world.sent).toHaveLength(2);
  expect(new Set(world.sent).size).toBe(1);
});

describe("filters", () => {
  const changes = [
    changeOf("a", 1, { language: "nl" }),
    changeOf("b", 1, { partner: "gazette", source: "gazette.example", language: "de" }),
    changeOf("c", 2, { source: "wire.example" }),
    { ...changeOf("d", 1), partner: undefined },
  ];
  test.each([
    ["nothing", {}, ["a1", "b1", "c2", "d1"]],
    ["a type", { types: ["updated" as const] }, ["c2"]],
    ["partners", { partners: ["wire", "other"] }, ["a1", "c2"]],
    ["a source", { sources: ["gazette.example"] }, ["b1"]],
    ["languages", { languages: ["nl", "de"] }, ["a1", "b1"]],
    ["a type and a language", { types: ["created" as const], languages: ["nl"] }, ["a1"]],
    ["what there is not", { partners: ["other"] }, []],
  ])("by %s", async (_, filter, expected) => {
    const world = await openWebhookWorld({ filter });
    world.append(...changes.map((change) => change as ReturnType<typeof changeOf>));
    await world.deliver();
    expect(deduplicate(world.received).sort()).toEqual(expected);
    expect((await world.read()).position).toEqual({ entry: 2, read: 0 });
  });
});

test("an event that keeps failing is parked after its tries, and what comes of its article behind it; others go on", async () => {
  const world = await openWebhookWorld();
  world.answer = failFor(500, "a1");
  world.append(changeOf("a", 1), changeOf("b", 1), changeOf("a", 2));
  await world.deliver();
  expect(deduplicate(world.received)).toEqual(["b1"]);
  expect(await world.listParked()).toEqual([]);
  const { hold, dueAt = "" } = await world.read();
  expect(hold).toMatchObject({ attempts: 1, fault: "answered 500" });
  expect(Date.parse(dueAt) - world.now().getTime()).toBe(5000);

  // While it waits, others of the same stretch do not.
  world.append(changeOf("c", 1));
  await world.deliver();
  expect(deduplicate(world.received)).toEqual(["b1", "c1"]);

  await world.live(4);
  expect(deduplicate(world.received)).toEqual(["b1", "c1"]);
  expect(await world.listParked()).toEqual(["000000000001-0000", "000000000001-0002"]);
  const parked = await world.webhooks.listParked("sub");
  expect(parked.map(({ tries, fault }) => [tries, fault])).toEqual([
    [4, "answered 500"],
    [0, undefined],
  ]);
  expect(await world.read()).toMatchObject({ parked: 2, position: { entry: 3, read: 0 } });
  expect(await world.read()).not.toHaveProperty("hold");

  world.append(changeOf("a", 3), changeOf("d", 1));
  await world.live(1);
  expect(deduplicate(world.received)).toEqual(["b1", "c1", "d1"]);
  expect(await world.listParked()).toHaveLength(3);

  world.answer = failFor(204);
  await world.change({ redrive: { requestedAt: "", after: "", delivered: 0, failed: 0 } });
  await world.live(1);
  expect(deduplicate(world.received)).toEqual(["b1", "c1", "d1", "a1", "a2", "a3"]);
  expect(await world.read()).toMatchObject({ parked: 0, redriven: { delivered: 3, failed: 0 } });
  world.append(changeOf("a", 4));
  await world.live(1);
  expect(deduplicate(world.received).at(-1)).toBe("a4");
});

test("several at fault at the head do not keep others back for long", async () => {
  const world = await openWebhookWorld();
  world.answer = failFor(422, "a1", "b1", "c1");
  world.append(changeOf("a", 1), changeOf("b", 1), changeOf("c", 1), changeOf("d", 1), changeOf("e", 1));
  await world.live(1);
  expect(deduplicate(world.received)).toEqual(["d1", "e1"]);
  await world.live(4);
  expect(await world.listParked()).toHaveLength(3);
});

test("while nothing gets through nothing is parked, few requests are made, and afterwards all comes in order", async () => {
  const world = await openWebhookWorld();
  world.answer = () => ({ failure: "ECONNREFUSED" });
  for (let n = 0; n < 30; n++) world.append(changeOf(String.fromCharCode(97 + n), 1), changeOf("z", n + 1));
  await world.live(24 * 60);
  expect(await world.listParked()).toEqual([]);
  expect(world.sent.length).toBeLessThan(70);
  expect(await world.read()).toMatchObject({ hold: { fault: "ECONNREFUSED" } });
  world.answer = () => answered(200);
  await world.live(61);
  const told = deduplicate(world.received);
  expect(told).toHaveLength(59);
  expect(told.filter((name) => /^z\d/.test(name))).toEqual(Array.from({ length: 30 }, (_, n) => `z${n + 1}`));
});

test("after three days without a success it is paused with the reason, and goes on when it is resumed", async () => {
  const world = await openWebhookWorld();
  world.answer = () => answered(503);
  world.append(changeOf("a", 1));
  await world.live(3 * 24 * 60 - 60);
  expect(await world.read()).not.toHaveProperty("paused");
  await world.live(3 * 60);
  expect((await world.read()).paused?.reason).toMatch(/^nothing got through since 2026-11-23T09:00:00.000Z: .* 503$/);
  const before = world.sent.length;
  await world.live(24 * 60);
  expect(world.sent).toHaveLength(before);
  world.answer = () => answered(204);
  await world.change({ paused: undefined, hold: undefined, dueAt: undefined });
  await world.live(1);
  expect(deduplicate(world.received)).toEqual(["a1"]);
});

describe("an answer of", () => {
  test.each([
    [200, "delivered"],
    [202, "delivered"],
    [204, "delivered"],
    [301, "tried again"],
    [307, "tried again"],
    [400, "tried again"],
    [401, "tried again"],
    [404, "tried again"],
    [410, "paused"],
    [429, "tried again"],
    [500, "tried again"],
    [503, "tried again"],
  ])("%i: %s", async (status, expected) => {
    const world = await openWebhookWorld();
    world.answer = () => answered(status);
    world.append(changeOf("a", 1));
    await world.deliver();
    const { paused, hold } = await world.read();
    expect(paused !== undefined ? "paused" : hold === undefined ? "delivered" : "tried again").toBe(expected);
    world.answer = () => answered(200);
    await world.live(10);
    expect(world.sent).toHaveLength(expected === "tried again" ? 2 : 1);
  });

  test("410: what is told then is told when it is resumed", async () => {
    const world = await openWebhookWorld();
    world.answer = () => answered(410);
    world.append(changeOf("a", 1), changeOf("b", 1));
    await world.live(1);
    expect((await world.read()).paused?.reason).toBe("the address answered 410");
    world.answer = () => answered(200);
    await world.change({ paused: undefined, hold: undefined, dueAt: undefined });
    await world.live(1);
    expect(deduplicate(world.received).sort()).toEqual(["a1", "b1"]);
  });

  test("429 with Retry-After: as late as it says, an hour at most, and never parked for it", async () => {
    const world = await openWebhookWorld();
    world.append(changeOf("a", 1), changeOf("b", 1));
    world.answer = (event) => (nameEvent(event) === "a1" ? answered(429, 86_400_000) : answered(204));
    await world.deliver();
    expect(Date.parse((await world.read()).dueAt ?? "") - world.now().getTime()).toBe(60 * minuteMs);
    await world.live(12 * 60);
    expect(await world.listParked()).toEqual([]);
    world.answer = () => answered(204);
    await world.live(61);
    expect(deduplicate(world.received)).toEqual(["b1", "a1"]);
  });
});

test("two that come at the same time: one works, the other leaves word, and what came meanwhile is not forgotten", async () => {
  const world = await openWebhookWorld();
  world.append(changeOf("a", 1));
  let isOther = false;
  world.answer = async () => {
    if (!isOther) {
      isOther = true;
      world.append(changeOf("b", 1));
      expect(await world.deliver()).toMatchObject({ end: "passed over", delivered: 0 });
    }
    return answered(204);
  };
  expect(await world.deliver()).toMatchObject({ end: "idle", delivered: 2 });
  expect(deduplicate(world.received)).toEqual(["a1", "b1"]);
});

test("a message that comes again takes over from itself at once, any other waits for the lease to end", async () => {
  const world = await openWebhookWorld();
  world.append(changeOf("a", 1));
  await expect(world.deliver({ step: 3, when: "after" }, "m")).rejects.toThrow(Crash);
  expect(await world.deliver()).toMatchObject({ end: "passed over" });
  expect(await world.deliver(undefined, "m")).toMatchObject({ end: "idle", delivered: 1 });
  world.append(changeOf("b", 1));
  await expect(world.deliver({ step: 3, when: "after" })).rejects.toThrow(Crash);
  world.wait(60_000);
  expect(await world.deliver()).toMatchObject({ end: "idle", delivered: 1 });
});

test("when its time is nearly up it asks for the rest in a message, and nothing is told twice", async () => {
  const world = await openWebhookWorld();
  for (let n = 1; n <= 23; n++) world.append(changeOf(String.fromCharCode(97 + (n % 7)), n));
  let left = 0;
  world.remainingMs = () => {
    left -= 5000;
    return left;
  };
  for (let runs = 0; ; runs++) {
    left = 60_000;
    const { end } = await world.deliver();
    if (end === "idle") break;
    expect(end).toBe("continued");
    expect(runs).toBeLessThan(30);
  }
  expect(world.sent).toHaveLength(23);
  expect(new Set(world.sent).size).toBe(23);
});

describe("ops", () => {
  test("pauses it in the middle: what is under way is not written down, and is told again", async () => {
    const world = await openWebhookWorld();
    world.append(changeOf("a", 1));
    world.answer = async () => {
      await world.change({ paused: { at: "", reason: "by ops" }, lease: undefined });
      return answered(204);
    };
    expect(await world.deliver()).toMatchObject({ end: "passed over", delivered: 1 });
    expect((await world.read()).position).toEqual({ entry: 1, read: 0 });
    world.answer = () => answered(204);
    expect(await world.deliver()).toMatchObject({ end: "paused" });
    await world.change({ paused: undefined });
    await world.deliver();
    expect(deduplicate(world.received)).toEqual(["a1"]);
    expect(world.sent).toHaveLength(2);
  });

  test("removes it in the middle: nothing of it comes back", async () => {
    const world = await openWebhookWorld();
    world.append(changeOf("a", 1));
    world.answer = async () => {
      await world.webhooks.removeSubscriber("sub");
      return answered(204);
    };
    expect(await world.deliver()).toMatchObject({ end: "passed over" });
    expect(await world.webhooks.listSubscribers()).toEqual([]);
    expect(await world.deliver()).toMatchObject({ end: "passed over", delivered: 0 });
  });

  test("sends a test event, also to one that is paused", async () => {
    const world = await openWebhookWorld();
    await world.change({ testWanted: "now", paused: { at: "", reason: "by ops" } });
    world.append(changeOf("a", 1));
    await world.live(1);
    expect(world.received.map(({ type }) => type)).toEqual(["webhook.test"]);
    expect((await world.read()).tested).toMatchObject({ outcome: "delivered" });
    world.answer = () => answered(418);
    await world.change({ testWanted: "again" });
    await world.live(1);
    expect((await world.read()).tested).toMatchObject({ outcome: "answered 418" });
  });

  test("a redrive stops an article at its first failure, tries each once, and gives up where nothing gets through", async () => {
    const world = await openWebhookWorld();
    world.answer = failFor(500, "a1", "b1", "c1");
    world.append(changeOf("a", 1), changeOf("b", 1), changeOf("c", 1), changeOf("x", 1));
    world.append(changeOf("a", 2), changeOf("b", 2), changeOf("c", 2));
    await world.live(5);
    expect(await world.listParked()).toHaveLength(6);
    const redrive = async () => {
      const before = world.sent.length;
      await world.change({ redrive: { requestedAt: "", after: "", delivered: 0, failed: 0 } });
      await world.live(1);
      const { redriven, parked } = await world.read();
      return { redriven, parked, sent: world.sent.length - before, listed: (await world.listParked()).length };
    };
    world.answer = failFor(500, "b1");
    expect(await redrive()).toMatchObject({ redriven: { delivered: 4, failed: 1 }, parked: 2, listed: 2, sent: 5 });
    expect((await world.webhooks.listParked("sub"))[0]).toMatchObject({ tries: 5 });
    world.answer = () => answered(500);
    expect(await redrive()).toMatchObject({ redriven: { delivered: 0, failed: 1 }, parked: 2, listed: 2, sent: 1 });
    world.answer = () => answered(200);
    expect(await redrive()).toMatchObject({ redriven: { delivered: 2, failed: 0 }, parked: 0, listed: 0, sent: 2 });
    expect(await redrive()).toMatchObject({ redriven: { delivered: 0, failed: 0 }, sent: 0 });
  });

  test("a redrive that goes on in another run keeps behind a failure what stood behind it", async () => {
    const world = await openWebhookWorld();
    const articles = ["a", "b", "c", "d", "e"];
    world.answer = (event) => answered(nameEvent(event).startsWith("x") ? 204 : 500);
    world.append(changeOf("x", 1), ...articles.map((article) => changeOf(article, 1)));
    world.append(changeOf("x", 2), ...articles.map((article) => changeOf(article, 2)));
    await world.live(10);
    expect(await world.listParked()).toHaveLength(10);
    const before = world.received.length;
    let isLate = false;
    world.remainingMs = () => (isLate ? 1000 : 60_000);
    world.answer = (event) => {
      isLate = event.revision === 2;
      return answered(nameEvent(event) === "a1" ? 500 : 204);
    };
    await world.change({ redrive: { requestedAt: "", after: "", delivered: 0, failed: 0 } });
    expect(await world.deliver()).toMatchObject({ end: "continued" });
    expect((await world.read()).redrive).toBeDefined();
    isLate = false;
    world.answer = () => answered(204);
    await world.live(1);
    const told = deduplicate(world.received.slice(before));
    expect(told).toHaveLength(8);
    expect(told.filter((name) => name.startsWith("a"))).toEqual([]);
    expect(await world.read()).toMatchObject({ parked: 2, redriven: { delivered: 8, failed: 1 } });
  });
});

test("one for which too much is parked is paused", async () => {
  const world = await openWebhookWorld({ policy: { ...deliveryPolicy, maxParked: 3 } });
  world.answer = (event) => answered(nameEvent(event).startsWith("x") ? 204 : 400);
  for (const article of ["a", "b", "x", "c", "d"]) world.append(changeOf(article, 1));
  await world.live(5);
  expect(await world.read()).toMatchObject({ parked: 4, paused: { reason: "more than 3 events are parked" } });
});
