import { describe, expect, test } from "vitest";
import { openPager } from "../../functions/http/turn-page.ts";
import { ProblemError } from "../../shared/api/problem.ts";
import { makeEvent } from "../support/make-event.ts";

function openTestPager(secret = "secret") {
  let asked = 0;
  const read = openPager({
    obtainCursorSecret: async () => {
      asked++;
      return secret;
    },
  });
  return { read, countAsked: () => asked };
}

const list = (query = "") => makeEvent({ path: "/v1/articles", query });

/** A cursor to the position after the first page of a query. */
async function obtainCursor(query: Record<string, unknown>, event = list()): Promise<string> {
  const pager = await openTestPager().read(event, { limit: 20, ...query });
  return pager.turn("2026-11-23#a").nextCursor ?? "";
}

test("the first page has no position, and the last no successor", async () => {
  const pager = await openTestPager().read(list(), { limit: 20 });
  expect(pager.position).toBeUndefined();
  expect(pager.turn(undefined)).toEqual({ headers: {} });
});

test("Link is the address of the next page, with the same filters", async () => {
  const pager = await openTestPager().read(list("tag=a%26b&limit=5&cursor=old"), { limit: 5 });
  const { nextCursor, headers } = pager.turn("here");
  expect(headers).toEqual({ Link: `</v1/articles?tag=a%26b&limit=5&cursor=${nextCursor}>; rel="next"` });
});

test("the secret is asked for once", async () => {
  const { read, countAsked } = openTestPager();
  await read(list(), { limit: 1 });
  await read(list(), { limit: 1 });
  expect(countAsked()).toBe(1);
});

describe("a cursor leads back to its place", () => {
  test.each([
    ["with the same query", { tag: "a", status: "live" }, { tag: "a", status: "live" }],
    ["with the filters in another order", { tag: "a", status: "live" }, { status: "live", tag: "a" }],
    ["with another limit", { tag: "a", limit: 20 }, { tag: "a", limit: 100 }],
    ["of a query without filters", {}, {}],
  ])("%s", async (_, first, second) => {
    const cursor = await obtainCursor(first);
    const pager = await openTestPager().read(list(), { limit: 20, ...second, cursor });
    expect(pager.position).toBe("2026-11-23#a");
  });
});

describe("400 for a cursor", () => {
  const cases: [name: string, use: () => Promise<unknown>][] = [
    [
      "of another filter",
      async () =>
        openTestPager().read(list(), { limit: 20, ...{ tag: "b" }, cursor: await obtainCursor({ tag: "a" }) }),
    ],
    [
      "of a query with less filters",
      async () => openTestPager().read(list(), { limit: 20, ...{ tag: "a" }, cursor: await obtainCursor({}) }),
    ],
    [
      "of another list",
      async () =>
        openTestPager().read(list(), {
          limit: 20,
          cursor: await obtainCursor({}, makeEvent({ path: "/v1/articles/x/revisions" })),
        }),
    ],
    [
      "of another secret",
      async () => openTestPager("other").read(list(), { limit: 20, cursor: await obtainCursor({}) }),
    ],
    ["that is none", async () => openTestPager().read(list(), { limit: 20, cursor: "x" })],
  ];

  test.each(cases)("%s", async (_, use) => {
    const error = await use().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ProblemError);
    expect(error).toMatchObject({ kind: "invalid-cursor", errors: [{ pointer: "query:cursor" }] });
  });
});
