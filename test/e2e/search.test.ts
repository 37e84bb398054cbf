import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ProblemAnswer } from "../../shared/api/problem-answer.ts";
import { harbourHtml, harbourTitle, uniqueText } from "../fixtures/articles.ts";
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

type Query = NonNullable<Parameters<Client["listArticles"]>[0]>;

async function search(query: Query) {
  return (await reader.listArticles(query)).json.items;
}

/** What is submitted is found after a moment, by way of the stream. */
async function eventually<T>(read: () => Promise<T>, isIt: (value: T) => boolean): Promise<T> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const value = await read();
    if (isIt(value)) return value;
    if (Date.now() > deadline) throw new Error(`It did not come to be: ${JSON.stringify(value)}`);
    await sleep(100);
  }
}

const foundBy = (query: Query, count: number) =>
  eventually(
    () => search(query),
    (items) => items.length === count,
  );

describe("an article", () => {
  test("is found seconds after it was submitted, by what a later revision says, and no more once it was retracted", async () => {
    await wire.put("life", { title: "Zoo", text: "The zoo has a rhinoceros called Berta.", language: "en" });
    const [found] = await foundBy({ q: "rhinoceros" }, 1);
    expect(found).toMatchObject({ partner: wire.partner, partnerArticleId: "life", revision: 1, title: "Zoo" });
    await wire.put("life", { title: "Zoo", text: "The zoo has an elephant called Berta.", language: "en" });
    expect(await foundBy({ q: "elephant" }, 1)).toMatchObject([{ revision: 2 }]);
    expect(await search({ q: "rhinoceros" })).toEqual([]);
    await wire.send("DELETE", "/v1/submissions/life");
    await foundBy({ q: "elephant" }, 0);
    expect(await search({ q: "elephant", status: "retracted" })).toEqual([]);
  });

  test("is found by its title and its text as a reader sees them, and by no markup or script", async () => {
    await wire.put("html", { html: `<script>stolen()</script>${harbourHtml}`, title: harbourTitle, language: "de" });
    const [found] = await foundBy({ q: "verwaltungsgericht berufung" }, 1);
    expect(found?.title).toBe(harbourTitle);
    for (const q of ["stolen", "script", "article", "shy"]) expect(await search({ q })).toEqual([]);
  });
});

describe("words", () => {
  beforeAll(async () => {
    const articles = [
      ["de", "de", "Bürgermeister Müller begrüßt die Straßenbahn. Alle freuen sich."],
      ["de2", "de", "Frau Mueller fährt mit der Bahn über die Brücke nach Hause."],
      ["fr", "fr", "L’élève a mangé des œufs à la fête du village, dit-il."],
      ["pl", "pl", "Zażółć gęślą jaźń to zdanie z Łodzi, które zna każdy."],
      ["zh", "zh", "北京大学的学生昨天在图书馆里看书,他们说天气很好。"],
      ["ja", "ja", "東京都庁で昨日、新しい計画についての会議が開かれた。"],
      ["ko", "ko", "대통령이 어제 서울에서 연설했다. 많은 사람이 모였다."],
    ] as const;
    for (const [id, language, text] of articles) {
      const reply = await gazette.put(`words ${id}`, { text, language });
      expect(reply.status).toBe(201);
    }
    await foundBy({ q: "대통령" }, 1);
  });

  test.each([
    ["Müller", ["de", "de2"]],
    ["mueller", ["de", "de2"]],
    ["STRASSENBAHN", ["de"]],
    ["strassen*", ["de"]],
    ['"die Brücke nach"', ["de2"]],
    ['"nach Brücke"', []],
    ["eleve oeufs", ["fr"]],
    ["lodzi ZAZOLC", ["pl"]],
    ["大学", ["zh"]],
    ["图书馆", ["zh"]],
    ["東京都庁", ["ja"]],
    ["計", ["ja"]],
    ["서울", ["ko"]],
  ])("%s finds %j", async (q, expected) => {
    const items = await search({ q, partner: gazette.partner });
    expect(items.map(({ partnerArticleId }) => partnerArticleId?.replace("words ", "")).toSorted()).toEqual(expected);
  });

  test("what was found is marked in the title and in a passage of the text", async () => {
    const long = `${uniqueText("before")} Am Ende kam der Leuchtturmwärter <b>nicht</b>. ${uniqueText("behind")}`;
    await gazette.put("marked", { title: "Der Leuchtturmwärter", text: long, language: "de" });
    const [found] = await foundBy({ q: '"leuchtturmwaerter b nicht"' }, 1);
    const text = found?.highlights?.text ?? [];
    expect(text.filter(({ isMatch }) => isMatch)).toEqual([{ text: "Leuchtturmwärter <b>nicht", isMatch: true }]);
    expect(text.map((part) => part.text).join("")).toContain(
      "Ende kam der Leuchtturmwärter <b>nicht</b>. Bericht behind",
    );
    const [byWord] = await search({ q: "leuchtturm*" });
    expect(byWord?.highlights?.title).toEqual([
      { text: "Der ", isMatch: false },
      { text: "Leuchtturmwärter", isMatch: true },
    ]);
    expect(byWord?.score).toBeGreaterThan(0);
  });

  test.each([
    ["no word", '"*" – !', "has no word to search for"],
    ["too many words", Array.from({ length: 40 }, (_, n) => `w${n}`).join(" "), "has 40 words; it may have 30"],
    ["nothing", "", ""],
    ["too many characters", "a".repeat(201), ""],
  ])("a search of %s is refused", async (_, q, detail) => {
    const problem = await reader.listArticles({ q }).then(
      () => undefined,
      (error: ProblemAnswer) => error,
    );
    expect(problem).toBeInstanceOf(ProblemAnswer);
    expect(problem?.problem).toMatchObject({ status: 400, errors: [{ pointer: "query:q" }] });
    expect(problem?.problem.detail).toContain(detail);
  });

  test.each([
    '"unbalanced',
    'a" b" c"',
    "title:a AND NOT (b OR *) NEAR/3 ^ - + ~2",
    "'; DROP TABLE words; --",
    "{!lucene} *:* [a TO b] \\ /regex/ %_",
    "\u0000\ufeff\u202ea 👩‍👩‍👧 é́́́́",
    "<script>alert(1)</script>",
  ])("a hostile search is one like any other: %j", async (q) => {
    expect(Array.isArray(await search({ q }))).toBe(true);
  });
});

describe("among many", () => {
  const total = 60;
  const describeArticle = (n: number) => ({
    text: `${uniqueText(`many ${n}`)} ${"Pegelstand ".repeat(1 + (n % 5))}`,
    url: `https://www.${n % 4 === 0 ? "nordwijker" : "suedblatt"}.example/many/${n}`,
    language: ["de", "de-AT", "en"][n % 3],
    tags: [`n${n % 7}`],
    authors: n % 5 === 0 ? ["Ilse Brandt"] : ["Jan Vos", "Ilse Brandt"],
    publishedAt: new Date(Date.UTC(2026, 0, 1 + (n % 50), n % 24)).toISOString(),
  });

  beforeAll(async () => {
    const items = Array.from({ length: total }, (_, n) => ({ partnerArticleId: `m${n}`, ...describeArticle(n) }));
    expect((await wire.send("POST", "/v1/batches", { body: items })).json().counts.created).toBe(total);
    await foundBy({ q: "pegelstand", limit: 200 }, total);
  });

  async function readAll(query: Query) {
    const found: Awaited<ReturnType<typeof search>> = [];
    let cursor: string | undefined;
    do {
      const { json } = await reader.listArticles({ ...query, cursor });
      expect(json.items.length).toBeLessThanOrEqual(query.limit === undefined ? 20 : Number(query.limit));
      found.push(...json.items);
      cursor = json.nextCursor;
    } while (cursor !== undefined);
    return found;
  }

  test.each([1, 7, 20, 60, 200])("pages of %i have no gap and no repeat, the best first", async (limit) => {
    const items = await readAll({ q: "pegelstand", limit });
    expect(new Set(items.map(({ id }) => id)).size).toBe(total);
    expect(items).toHaveLength(total);
    const scores = items.map(({ score }) => score ?? 0);
    expect(scores).toEqual(scores.toSorted((a, b) => b - a));
    expect(new Set(scores).size).toBeGreaterThan(1);
  });

  const filters: [Omit<Query, "q">, (n: number) => boolean][] = [
    [{ source: "nordwijker.example" }, (n) => n % 4 === 0],
    [{ language: "de" }, (n) => n % 3 !== 2],
    [{ language: "de-at" }, (n) => n % 3 === 1],
    [{ tag: "n3" }, (n) => n % 7 === 3],
    [{ author: "Jan Vos" }, (n) => n % 5 !== 0],
    [{ publishedFrom: "2026-01-10", publishedTo: "2026-02-01" }, (n) => n % 50 >= 9 && n % 50 < 31],
    [{ source: "suedblatt.example", tag: "n1", language: "de" }, (n) => n % 4 !== 0 && n % 7 === 1 && n % 3 !== 2],
    [{ tag: "nothing" }, () => false],
    [{ cluster: "0".repeat(32) }, () => false],
    [{ duplicates: "only" }, () => false],
    [{ status: "retracted" }, () => false],
  ];
  test.each(filters)("%j lets through just what fits", async (filter, matches) => {
    const items = await readAll({ q: "pegelstand", ...filter, limit: 9 });
    const expected = Array.from({ length: total }, (_, n) => n).filter(matches);
    expect(items.map(({ partnerArticleId }) => partnerArticleId).toSorted()).toEqual(
      expected.map((n) => `m${n}`).sort(),
    );
  });

  test("a cursor belongs to its search", async () => {
    const { json } = await reader.listArticles({ q: "pegelstand", limit: 5 });
    const problem = await reader
      .listArticles({ q: "haushalt", limit: 5, cursor: json.nextCursor })
      .catch((error) => error);
    expect(problem.problem.type).toMatch(/invalid-cursor$/);
  });
});

test("a story is found once, its copies where they are asked for; who becomes the original is found as such", async () => {
  const text = `${uniqueText("copied")} Die Schleuse bleibt geschlossen.`;
  const original = (await wire.put("story", { text })).json();
  const copy = (await gazette.put("story", { text })).json();
  expect(copy.outcome).toBe("duplicate");
  const ids = async (query: Omit<Query, "q">) => (await search({ q: "schleuse", ...query })).map(({ id }) => id);
  await foundBy({ q: "schleuse", duplicates: "include" }, 2);
  expect(await ids({})).toEqual([original.id]);
  expect(await ids({ duplicates: "only" })).toEqual([copy.id]);
  expect((await ids({ cluster: original.clusterId })).toSorted()).toEqual([original.id, copy.id].toSorted());
  await wire.send("DELETE", "/v1/submissions/story");
  await eventually(
    () => ids({}),
    (found) => found.join() === copy.id,
  );
  expect(await ids({ duplicates: "only" })).toEqual([]);
});

test("a killed function leaves nothing out", async () => {
  const writers = Array.from({ length: 40 }, (_, n) =>
    wire.put(`kill ${n}`, { text: `${uniqueText(`kill ${n}`)} Sturmflut.` }),
  );
  await Promise.race(writers);
  stack.killFunctions();
  await Promise.allSettled(writers);
  await Promise.all(writers.map((_, n) => wire.put(`kill ${n}`, { text: `${uniqueText(`kill ${n}`)} Sturmflut.` })));
  await foundBy({ q: "sturmflut", limit: 100 }, 40);
});
