import { afterAll, beforeAll, expect, test } from "vitest";
import { uniqueText } from "../fixtures/articles.ts";
import type { Client } from "../support/client.ts";
import { startTestStack, type TestStack } from "../support/start-stack.ts";

let stack: TestStack;
let wire: Client;
let gazette: Client;
let reader: Client;

beforeAll(async () => {
  stack = await startTestStack();
  [wire, gazette, reader] = await Promise.all([
    stack.newPartner("submit"),
    stack.newPartner("submit"),
    stack.newPartner("read"),
  ]);
});
afterAll(() => stack.close());

const plain = { type: "text/plain" };

interface ChangePage {
  readonly items: readonly { readonly type: string; readonly id: string; readonly revision: number }[];
  readonly nextCursor: string;
}

async function read(query: string): Promise<ChangePage> {
  return (await reader.get(`/v1/changes?${query}`)).json();
}

/** Polls from a cursor until so many changes have come. */
async function follow(cursor: string, count: number, limit = 200) {
  const items: ChangePage["items"][number][] = [];
  let next = cursor;
  const deadline = Date.now() + 20_000;
  while (items.length < count && Date.now() < deadline) {
    const page = await read(`cursor=${encodeURIComponent(next)}&limit=${limit}`);
    items.push(...page.items);
    next = page.nextCursor;
  }
  return { items, cursor: next };
}

test("a story's life is told in order: created, copied, updated, retracted, handed over", async () => {
  const { items, nextCursor } = await read("start=now");
  expect(items).toEqual([]);
  const original = (await wire.put("1", uniqueText("life"), plain)).json();
  const copy = (await gazette.put("1", uniqueText("life"), plain)).json();
  const other = (await gazette.put("2", uniqueText("other"), plain)).json();
  await gazette.put("2", uniqueText("other, corrected"), plain);
  await wire.send("DELETE", "/v1/submissions/1");
  const told = await follow(nextCursor, 6);
  const of = (id: string) => told.items.filter((item) => item.id === id).map(({ type }) => type);
  expect(of(original.id)).toEqual(["created", "retracted"]);
  expect(of(copy.id)).toEqual(["duplicate", "clusterChanged"]);
  expect(of(other.id)).toEqual(["created", "updated"]);
  expect(told.items.find(({ type }) => type === "updated")).toEqual({
    type: "updated",
    id: other.id,
    revision: 2,
    clusterId: expect.any(String),
    partner: gazette.partner,
    language: "de",
    at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
  });
  expect((await follow(told.cursor, 0)).items).toEqual([]);
});

test("what is sent again and changes nothing is not told", async () => {
  const { nextCursor } = await read("start=now");
  await wire.put("again", uniqueText("again"), plain);
  await wire.put("again", uniqueText("again"), plain);
  await wire.put("last", uniqueText("last"), plain);
  const { items } = await follow(nextCursor, 2);
  expect(items.map(({ type }) => type)).toEqual(["created", "created"]);
});

test("pages of one change are the same changes in the same order as pages of many", async () => {
  const all = await read("limit=200");
  const one = await follow((await read("limit=1")).nextCursor, all.items.length - 1, 1);
  expect(one.items).toEqual(all.items.slice(1));
});

test("racing writers and a killed function leave no change out", async () => {
  const { nextCursor } = await read("start=now");
  const writers = Array.from({ length: 60 }, (_, n) => wire.put(`race ${n}`, uniqueText(`race ${n}`), plain));
  await Promise.race(writers);
  stack.killFunctions();
  const replies = await Promise.allSettled(writers);
  const retried = await Promise.all(replies.map((_, n) => wire.put(`race ${n}`, uniqueText(`race ${n}`), plain)));
  const ids = new Set(retried.map((reply) => reply.json().id));
  const { items } = await follow(nextCursor, 60);
  expect(new Set(items.map(({ id }) => id))).toEqual(ids);
});

test("who follows the changes has the list, whatever racing writers did", async () => {
  const { nextCursor } = await read("start=now");
  const before = await listIds();
  const texts = [1, 2, 3, 4].map((n) => uniqueText(`follow ${n}`));
  let seed = 7;
  const choose = (count: number) => {
    seed = (seed * 16_807) % 2_147_483_647;
    return seed % count;
  };
  const writers = [wire, gazette].flatMap((partner) =>
    [1, 2, 3].map(async () => {
      for (let n = 0; n < 12; n++) {
        const name = `follow ${choose(4)}`;
        if (choose(4) === 0) await partner.send("DELETE", `/v1/submissions/${encodeURIComponent(name)}`);
        else await partner.put(name, texts[choose(4)], { ...plain, headers: { "If-Match": "*" } });
        await partner.put(name, texts[choose(4)], plain);
      }
    }),
  );
  await Promise.all(writers);
  await wire.put("follow end", uniqueText("follow end"), plain);
  const end = (await wire.get("/v1/submissions/follow%20end")).json().id;

  const known = new Set(before);
  let cursor = nextCursor;
  for (let isAtEnd = false; !isAtEnd; ) {
    const { items, nextCursor: next } = await read(`cursor=${encodeURIComponent(cursor)}`);
    cursor = next;
    for (const { type, id } of items) {
      if (type === "retracted") {
        known.delete(id);
        continue;
      }
      const reply = await reader.get(`/v1/articles/${id}`);
      if (reply.status === 200 && reply.json().duplicateOf === undefined) known.add(id);
      else known.delete(id);
    }
    isAtEnd = items.some(({ id }) => id === end);
  }
  expect(known).toEqual(await listIds());
});

/** The articles of the list: live, and one of each story. */
async function listIds(): Promise<Set<string>> {
  const ids = new Set<string>();
  let next: string | undefined;
  do {
    const page = (
      await reader.get(`/v1/articles?limit=200${next ? `&cursor=${encodeURIComponent(next)}` : ""}`)
    ).json();
    for (const { id } of page.items) ids.add(id);
    next = page.nextCursor;
  } while (next !== undefined);
  return ids;
}
