import { describe, expect, test } from "vitest";
import { backOff, maxAttempts, readRetryAfter } from "../../../infra/push/back-off.ts";
import { type Item, lines } from "../../../infra/push/entry.ts";
import { type ItemAnswer, openSender, type Post } from "../../../infra/push/send-items.ts";
import { ProblemAnswer } from "../../../shared/api/problem-answer.ts";

const now = Date.parse("2026-11-23T08:00:00Z");

/** Answers the requests in turn, the last one for ever; keeps what was sent, and for how long nothing was. */
function open(...turns: ((texts: string[]) => Awaited<ReturnType<Post>> | Promise<never>)[]) {
  const sent: string[][] = [];
  const waited: number[] = [];
  const stop = new AbortController();
  const sender = openSender({
    post: async (body) => {
      const texts = Buffer.from(body).toString().split("\n");
      sent.push(texts);
      return (turns[sent.length - 1] ?? turns.at(-1) ?? take)(texts);
    },
    patience: { random: () => 0.5, now: () => now, sleep: async (ms) => void waited.push(ms) },
    signal: stop.signal,
  });
  return { sender, sent, waited, stop };
}

const makeItems = (...texts: string[]): Item[] =>
  texts.map((text, index) => ({ place: { file: "f", index }, envelope: lines, bytes: Buffer.from(text) }));

const answer = (items: ItemAnswer[], headers = {}) => ({ items, headers: new Headers(headers) });
const created = (index: number): ItemAnswer => ({ index, status: 201, result: { outcome: "created" } });
const take = (texts: string[]) => answer(texts.map((_, index) => created(index)));
const problem = (status: number, more = {}) => ({ type: "urn:x", title: "T", status, detail: "D", ...more });
const deferred = (index: number, more = {}): ItemAnswer => ({ index, status: 503, problem: problem(503, more) });

const refuse =
  (status: number, headers: Record<string, string> = {}) =>
  async (): Promise<never> => {
    throw new ProblemAnswer(
      new Response(null, { status, headers: { "Content-Type": "application/problem+json", ...headers } }),
      JSON.stringify(problem(status)),
    );
  };
const fail = (error: unknown) => async (): Promise<never> => {
  throw error;
};
const networkFault = (code: string) =>
  new TypeError("fetch failed", { cause: Object.assign(new Error(code), { code }) });
const timeOut = () => new DOMException("The operation was aborted due to timeout", "TimeoutError");

const passing: [name: string, turn: () => Promise<never>, waited: number][] = [
  ["429 with Retry-After in seconds", refuse(429, { "Retry-After": "7" }), 7250],
  ["429 with Retry-After as a date", refuse(429, { "Retry-After": "Mon, 23 Nov 2026 08:00:09 GMT" }), 9250],
  ["429 with a date that has passed", refuse(429, { "Retry-After": "Mon, 23 Nov 2026 07:00:00 GMT" }), 250],
  ["429 with nonsense", refuse(429, { "Retry-After": "soon" }), 250],
  ["429", refuse(429), 250],
  ["408", refuse(408), 250],
  ["425", refuse(425), 250],
  ["500", refuse(500), 250],
  ["502", refuse(502), 250],
  ["503 with Retry-After", refuse(503, { "Retry-After": "2" }), 2250],
  ["504", refuse(504), 250],
  ["a reset", fail(networkFault("ECONNRESET")), 250],
  ["a closed socket", fail(networkFault("UND_ERR_SOCKET")), 250],
  ["an answer that breaks off", fail(new TypeError("terminated")), 250],
  ["half an answer", fail(new SyntaxError("Unexpected end of JSON input")), 250],
  ["a time-out", fail(timeOut()), 250],
];

describe.each(passing)("%s", (_name, turn, milliseconds) => {
  test("is waited for, and the same is sent again", async () => {
    const { sender, sent, waited } = open(turn, take);
    expect(await sender.settle(makeItems("a", "b"))).toMatchObject([{ outcome: "created" }, { outcome: "created" }]);
    expect(sent).toEqual([
      ["a", "b"],
      ["a", "b"],
    ]);
    expect(waited).toEqual([milliseconds]);
  });

  test("for ever ends the run, and says what to do", async () => {
    const { sender, sent } = open(turn);
    await expect(sender.settle(makeItems("a"))).rejects.toThrow(/Run the same command again/);
    expect(sent).toHaveLength(maxAttempts);
  });
});

test("who is told to come back tomorrow does not wait", async () => {
  const { sender, waited } = open(refuse(429, { "Retry-After": "57600" }));
  await expect(sender.settle(makeItems("a"))).rejects.toThrow("come back at 2026-11-24T00:00Z");
  expect(waited).toEqual([]);
});

test("the wait grows, with full jitter, up to half a minute", () => {
  expect([0, 1, 2, 3, 10].map((attempt) => backOff(attempt, undefined, () => 1))).toEqual([
    500, 1000, 2000, 4000, 30_000,
  ]);
  expect(backOff(5, undefined, () => 0)).toBe(0);
  expect(backOff(5, 3000, () => 0)).toBe(3000);
  expect(backOff(0, 3000, () => 1)).toBe(3500);
  expect(readRetryAfter(null, now)).toBeUndefined();
});

describe("of an answer", () => {
  test("each item has what it was answered", async () => {
    const { sender } = open(() =>
      answer([
        created(0),
        { index: 1, status: 200, result: { outcome: "unchanged" } },
        { index: 2, status: 204 },
        { index: 3, status: 422, problem: problem(422) },
      ]),
    );
    const items = makeItems("a", "b", "c", "d");
    expect(await sender.settle(items)).toEqual([
      { place: { file: "f", index: 0 }, outcome: "created" },
      { place: { file: "f", index: 1 }, outcome: "unchanged" },
      { place: { file: "f", index: 2 }, outcome: "retracted" },
      { place: { file: "f", index: 3 }, problem: problem(422), item: items[3] },
    ]);
  });

  test("what was deferred follows at once, as long as there is progress", async () => {
    const { sender, sent, waited } = open(
      () => answer([created(0), deferred(1), deferred(2)]),
      () => answer([created(0), deferred(1)]),
      take,
    );
    const settled = await sender.settle(makeItems("a", "b", "c"));
    expect(settled.map(({ place }) => place.index)).toEqual([0, 1, 2]);
    expect(sent).toEqual([["a", "b", "c"], ["b", "c"], ["c"]]);
    expect(waited).toEqual([]);
  });

  test("a deferral that says when is waited for, and one without progress, too", async () => {
    const { sender, waited } = open(
      () => answer([created(0), deferred(1, { retryAfterSeconds: 4 })]),
      () => answer([deferred(0)], { "Retry-After": "3" }),
      () => answer([deferred(0)]),
      take,
    );
    expect(await sender.settle(makeItems("a", "b"))).toHaveLength(2);
    expect(waited).toEqual([4250, 3250, 1000]);
  });

  test("an item that is left out is sent again", async () => {
    const { sender, sent } = open(() => answer([created(1)]), take);
    expect(await sender.settle(makeItems("a", "b"))).toHaveLength(2);
    expect(sent).toEqual([["a", "b"], ["a"]]);
  });

  test("an item that fails the server every time is a failure, and harms no other", async () => {
    const { sender, sent } = open((texts) =>
      answer(
        texts.map((text, index) => (text === "bad" ? { index, status: 500, problem: problem(500) } : created(index))),
      ),
    );
    const settled = await sender.settle(makeItems("a", "bad", "c"));
    expect(settled.map((one) => ("outcome" in one ? one.outcome : one.problem.status))).toEqual([
      "created",
      "created",
      500,
    ]);
    expect(sent).toHaveLength(maxAttempts);
  });

  test("what was found beside the items is a failure of its own", async () => {
    const { sender } = open(() => answer([created(0), { index: 1, status: 422, problem: problem(422) }]));
    expect(await sender.settle(makeItems("a"))).toMatchObject([
      { place: { index: 0 }, outcome: "created" },
      { place: { index: 1 }, problem: { status: 422 } },
    ]);
  });
});

test.each([400, 409, 410, 413, 415, 422])(
  "a request that is refused with %i is halved until the fault stands alone",
  async (status) => {
    const { sender, sent } = open((texts) => (texts.includes("bad") ? refuse(status)() : take(texts)));
    const settled = await sender.settle(makeItems("a", "b", "bad", "d", "e"));
    expect(settled.map((one) => ("outcome" in one ? one.outcome : one.problem.status))).toEqual([
      "created",
      "created",
      status,
      "created",
      "created",
    ]);
    expect(sent).toEqual([["a", "b", "bad", "d", "e"], ["a", "b", "bad"], ["a", "b"], ["bad"], ["d", "e"]]);
  },
);

const hopeless: [name: string, turn: () => Promise<never>, words: RegExp][] = [
  ["401", refuse(401), /key is not accepted.*PARTNER_KEY/],
  ["403", refuse(403), /scope submit/],
  ["404", refuse(404), /Is --to right\?/],
  ["405", refuse(405), /Is --to right\?/],
  ["a redirect", refuse(302), /Is --to right\?/],
  ["nobody there", fail(networkFault("ECONNREFUSED")), /npm start/],
  ["no such host", fail(networkFault("ENOTFOUND")), /Is --to right\?/],
  ["a port that is kept closed", fail(new TypeError("fetch failed", { cause: new Error("bad port") })), /bad port/],
];

test.each(hopeless)("%s ends the run at once", async (_name, turn, words) => {
  const { sender, sent } = open(turn);
  await expect(sender.settle(makeItems("a", "b"))).rejects.toThrow(words);
  expect(sent).toHaveLength(1);
});

test("a server that was there and goes away is waited for", async () => {
  const { sender, waited } = open(take, fail(networkFault("ECONNREFUSED")), take);
  await sender.settle(makeItems("a"));
  expect(await sender.settle(makeItems("b"))).toHaveLength(1);
  expect(waited).toHaveLength(1);
});

test("a fault of our own is no fault of the network", async () => {
  const { sender } = open(fail(new TypeError("x is not a function")));
  await expect(sender.settle(makeItems("a"))).rejects.toThrow("x is not a function");
});

test("when it is stopped, nothing is sent any more", async () => {
  const { sender, sent, stop } = open(async () => {
    stop.abort();
    throw new DOMException("This operation was aborted", "AbortError");
  });
  await expect(sender.settle(makeItems("a"))).rejects.toMatchObject({ name: "AbortError" });
  await expect(sender.settle(makeItems("a"))).rejects.toMatchObject({ name: "AbortError" });
  expect(sent).toHaveLength(1);
});
