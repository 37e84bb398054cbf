import { afterAll, beforeAll, expect, test } from "vitest";
import { harbourText } from "../fixtures/articles.ts";
import type { Client } from "../support/client.ts";
import { startTestStack, type TestStack } from "../support/start-stack.ts";

let stack: TestStack;
let wire: Client;
let reader: Client;
let id: string;

beforeAll(async () => {
  stack = await startTestStack();
  [wire, reader] = await Promise.all([stack.newPartner("submit"), stack.newPartner("read")]);
  const first = { title: "Der Hafen öffnet", text: harbourText };
  id = (await wire.put("harbour", first)).json().id;
  await wire.put("harbour", {
    title: "Der Hafen ist offen",
    text: harbourText.replace("214 Millionen", "241 Millionen"),
  });
  await wire.put("harbour", {
    title: "Der Hafen ist offen",
    text: `${harbourText}\n\nNachtrag <script>alert(1)</script>`,
  });
});
afterAll(() => stack.close());

const get = (path: string, headers = {}) => reader.get(`/v1/articles/${id}/revisions/${path}`, { headers });

test("any revision can be read", async () => {
  const first = (await get("1")).json();
  expect(first).toMatchObject({ revision: 1, title: "Der Hafen öffnet" });
  expect(first.text).toContain("214 Millionen Euro");
  expect((await get("2")).json().text).toContain("241 Millionen Euro");
  expect((await get("2/html")).text).toContain("<p>");
});

test("two revisions are compared line by line and word by word, in either direction", async () => {
  const { from, to, title, lines } = (await get("1..2")).json();
  expect([from.revision, to.revision]).toEqual([1, 2]);
  expect(title).toContainEqual({ kind: "added", text: "ist offen" });
  const changed = lines.filter(({ kind }: { kind: string }) => kind === "changed");
  expect(changed).toHaveLength(1);
  expect(changed[0].parts).toEqual(
    expect.arrayContaining([
      { kind: "removed", text: "214" },
      { kind: "added", text: "241" },
    ]),
  );
  const back = (await get("2..1")).json().lines.find(({ kind }: { kind: string }) => kind === "changed");
  expect(back.parts).toContainEqual({ kind: "added", text: "214" });
});

test("a page shows the difference, and nothing in it can run", async () => {
  const reply = await get("1..3/html");
  expect(reply.headers.get("content-type")).toBe("text/html; charset=utf-8");
  expect(reply.headers.get("content-security-policy")).toMatch(/^sandbox; default-src 'none';.*style-src 'sha256-/);
  expect(reply.text).toContain("<ins>");
  expect(reply.text).not.toContain("<script");
});

test("a reader that has it gets 304", async () => {
  const etag = (await get("1..2")).headers.get("etag") ?? "";
  expect((await get("1..2", { "If-None-Match": etag })).status).toBe(304);
  expect((await get("1..3", { "If-None-Match": etag })).status).toBe(200);
});

test.each([
  ["4", 404, "not-found"],
  ["1..9", 404, "not-found"],
  ["0", 400, "invalid-parameter"],
  ["1..", 400, "invalid-parameter"],
  ["one", 400, "invalid-parameter"],
])("%s is %d", async (revisions, status, kind) => {
  const reply = await get(revisions);
  expect(reply.status).toBe(status);
  expect(reply.json().type).toContain(kind);
});
