import { afterAll, beforeAll, expect, test } from "vitest";
import type { ListedArticle } from "../../shared/api/listed-article.ts";
import { uniqueText } from "../fixtures/articles.ts";
import type { Client } from "../support/client.ts";
import { startTestStack, type TestStack } from "../support/start-stack.ts";

let stack: TestStack;
let partner: Client;
let other: Client;
let reader: Client;

const total = 1000;

/** Every combination of a few values, over 250 days; article `n` differs from its neighbours in all of them. */
function describeArticle(n: number) {
  return {
    text: uniqueText(n),
    url: `https://www.${n % 4 === 0 ? "nordwijker" : "suedblatt"}.example/${n}`,
    language: ["de", "de-AT", "en"][n % 3],
    tags: [["Politik", "Sport", "Kultur"][n % 3], `n${n % 7}`],
    authors: n % 5 === 0 ? ["Ilse Brandt"] : ["Jan Vos", "Ilse Brandt"],
    publishedAt: new Date(Date.UTC(2026, 0, 1 + (n % 250), n % 24, n % 60)).toISOString(),
  };
}

beforeAll(async () => {
  stack = await startTestStack();
  partner = await stack.newPartner("submit");
  other = await stack.newPartner("submit");
  reader = await stack.newPartner("read");
  const all = Array.from({ length: total }, (_, n) => ({ partnerArticleId: `a${n}`, ...describeArticle(n) }));
  for (let from = 0; from < total; from += 100) {
    const some = all.slice(from, from + 100);
    await submit(
      other,
      some.filter((_, n) => n % 10 === 0),
    );
    await submit(
      partner,
      some.filter((_, n) => n % 10 !== 0),
    );
  }
}, 300_000);
afterAll(() => stack.close());

async function submit(sender: Client, body: readonly object[]): Promise<void> {
  const reply = await sender.send("POST", "/v1/batches", { body });
  expect(reply.json().counts).toMatchObject({ created: body.length });
}

type Query = Omit<Parameters<Client["listArticles"]>[0] & object, "cursor">;

/** Walks from page to page; the cursor in the answer and the link in its headers have to agree. */
async function readAll(query: Query) {
  const items: ListedArticle[] = [];
  let cursor: string | undefined;
  do {
    const { json, headers } = await reader.listArticles({ ...query, cursor });
    items.push(...json.items);
    cursor = json.nextCursor;
    const next = /<([^>]+)>; rel="next"/.exec(headers.get("link") ?? "")?.[1];
    expect(next && new URL(next, stack.url).searchParams.get("cursor")).toBe(cursor);
  } while (cursor !== undefined);
  return items;
}

function expectInOrder(items: readonly ListedArticle[], sort: Query["sort"] = "-publishedAt"): void {
  expect(new Set(items.map((item) => item.id)).size).toBe(items.length);
  const times = items.map((item) => (sort.endsWith("publishedAt") && item.publishedAt) || item.ingestedAt);
  expect(times).toEqual(sort.startsWith("-") ? times.toSorted().toReversed() : times.toSorted());
}

test("a walk through 1,000 articles has no gap and no repeat while others are being added", async () => {
  let isReading = true;
  const adding = (async () => {
    for (let n = total; isReading; n++)
      await partner.put(`added ${n}`, { ...describeArticle(n), text: uniqueText(`added ${n}`) });
  })();
  const items = await readAll({ limit: 37 });
  isReading = false;
  await adding;
  expectInOrder(items);
  const known = items.filter(
    (item) => item.partnerArticleId?.startsWith("a") && !item.partnerArticleId.startsWith("added"),
  );
  expect(known.map((item) => item.partnerArticleId).sort()).toEqual(
    Array.from({ length: total }, (_, n) => `a${n}`).sort(),
  );
}, 120_000);

const filters: [query: Query, matches: (n: number) => boolean][] = [
  [{ source: "nordwijker.example" }, (n) => n % 4 === 0],
  [{ language: "de" }, (n) => n % 3 !== 2],
  [{ language: "de-at" }, (n) => n % 3 === 1],
  [{ tag: "n3" }, (n) => n % 7 === 3],
  [{ author: "Jan Vos" }, (n) => n % 5 !== 0],
  [{ publishedFrom: "2026-02-01", publishedTo: "2026-03-01" }, (n) => n % 250 >= 31 && n % 250 < 59],
  [{ publishedFrom: "2026-02-01T12:00:00+01:00", publishedTo: "2026-02-02" }, (n) => n % 250 === 31 && n % 24 >= 11],
  [{ source: "suedblatt.example", tag: "Sport", language: "de" }, (n) => n % 4 !== 0 && n % 3 === 1],
  [{ source: "nordwijker.example", publishedFrom: "2026-08-01" }, (n) => n % 4 === 0 && n % 250 >= 212],
  [{ sort: "publishedAt" }, () => true],
  [{ sort: "ingestedAt", tag: "n3" }, (n) => n % 7 === 3],
  [{ sort: "-ingestedAt", source: "nordwijker.example" }, (n) => n % 4 === 0],
  [{ sort: "publishedAt", source: ["nordwijker.example", "suedblatt.example"], language: ["en"] }, (n) => n % 3 === 2],
  [
    { sort: "ingestedAt", publishedFrom: "2026-02-01", publishedTo: "2026-03-01" },
    (n) => n % 250 >= 31 && n % 250 < 59,
  ],
  [{ tag: ["n3", "n4"], author: ["Jan Vos", "nobody"] }, (n) => [3, 4].includes(n % 7) && n % 5 !== 0],
  [{ language: ["de-AT", "en"] }, (n) => n % 3 !== 0],
  [{ status: ["live", "retracted"], duplicates: "include", tag: "n5" }, (n) => n % 7 === 5],
  [{ tag: "nothing" }, () => false],
  [{ source: "nothing" }, () => false],
  [{ publishedTo: "2020-01-01" }, () => false],
  [{ publishedFrom: "2026-03-01", publishedTo: "2026-02-01" }, () => false],
  [{ duplicates: "only" }, () => false],
  [{ status: "retracted" }, () => false],
];

test.each(filters)("%j gives just the articles that match", async (query, matches) => {
  for (const name of [partner.partner, other.partner]) {
    const isOther = name === other.partner;
    const items = await readAll({ ...query, partner: name, limit: 50 });
    expectInOrder(items, query.sort);
    const found = items.map((item) => item.partnerArticleId).filter((id) => !id?.startsWith("added"));
    const expected = Array.from({ length: total }, (_, n) => n).filter((n) => (n % 10 === 0) === isOther && matches(n));
    expect(found.sort()).toEqual(expected.map((n) => `a${n}`).sort());
  }
});

test("several partners side by side give what each of them gives", async () => {
  const both = await readAll({ partner: [partner.partner, other.partner], limit: 90 });
  expectInOrder(both);
  const each = [...(await readAll({ partner: partner.partner })), ...(await readAll({ partner: other.partner }))];
  expect(both.map(({ id }) => id).sort()).toEqual(each.map(({ id }) => id).sort());
});

test("fields gives what was asked for, and always the ID", async () => {
  const { json } = await reader.listArticles({ fields: "title,source", limit: 3, source: "nordwijker.example" });
  for (const item of json.items) expect(Object.keys(item).sort()).toEqual(["id", "source"]);
  const refused = await reader.get("/v1/articles", { query: "?fields=title,text" });
  expect(refused.status).toBe(400);
  expect(refused.json().errors[0].pointer).toBe("query:fields");
});

test("explain tells what was read, and that it cost at most a unit for each partition", async () => {
  const queries: [Query, string][] = [
    [{ source: "nordwijker.example" }, "bySource"],
    [{ partner: [partner.partner, other.partner] }, "byPartner"],
    [{ sort: "-ingestedAt" }, "byArrival"],
    [{ sort: "publishedAt", tag: "n3" }, "byDay"],
  ];
  for (const [query, index] of queries) {
    const { explain } = (await reader.listArticles({ ...query, explain: true })).json;
    expect(explain?.index).toBe(index);
    expect(explain?.residual).toEqual("tag" in query ? ["tag"] : []);
    expect(explain?.requests.length).toBeGreaterThan(0);
    for (const request of explain?.requests ?? []) {
      expect(request).toMatchObject({ operation: "Query", partition: expect.stringMatching(/^(?:days|by\w+ o#.+)$/) });
      expect(request.readUnits).toBeLessThanOrEqual(1);
    }
    expect(explain?.readUnits).toBe(explain?.requests.reduce((sum, { readUnits }) => sum + readUnits, 0));
  }
  expect((await reader.listArticles({})).json.explain).toBeUndefined();
});

test("an article whose date lies in the future does not stay on top", async () => {
  const future = (
    await partner.put("future", { text: uniqueText("future"), publishedAt: "2099-01-01T00:00:00Z" })
  ).json();
  const now = (await partner.put("now", { text: uniqueText("now") })).json();
  const { items } = (await reader.listArticles({ limit: 2 })).json;
  expect(items.map((item) => item.id)).toEqual([now.id, future.id]);
  expect(items[1]?.publishedAt).toBe("2099-01-01T00:00:00.000Z");
});

test("a corrected date moves an article", async () => {
  const article = { ...describeArticle(3), text: uniqueText("moved"), url: "https://nordwijker.example/moved" };
  const { id } = (await partner.put("moved", article)).json();
  await partner.put("moved", { ...article, publishedAt: "2025-05-05T00:00:00Z" });
  const { items } = (await reader.listArticles({ publishedFrom: "2025-05-05", publishedTo: "2025-05-06" })).json;
  expect(items.map((item) => item.id)).toEqual([id]);
});

test("revisions page through to the first", async () => {
  for (let n = 0; n < 12; n++) await partner.put("revised", { text: uniqueText(`revised ${n}`) });
  const { id } = (await partner.get("/v1/submissions/revised")).json();
  const revisions: number[] = [];
  let cursor: string | undefined;
  do {
    const page = (await reader.listArticleRevisions({ id, limit: 5, cursor })).json;
    revisions.push(...page.items.map((item) => item.revision));
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  expect(revisions).toEqual([12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
});
