import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { foldToTerms } from "../../shared/article/search/fold-text.ts";
import { readSearch } from "../../shared/article/search/read-search.ts";
import { connectSearch } from "../../shared/stores/connect-search.ts";
import {
  openSearchIndex,
  type SearchDocument,
  type SearchFilters,
  type SearchIndex,
  type SearchRequest,
} from "../../shared/stores/search-index.ts";
import { startSearch } from "../support/start-search.ts";

/**
 * One suite for the embedded server and for the real thing: `SEARCH_TEST_ENDPOINT=https://ID.REGION.aoss.amazonaws.com` with
 * credentials in the environment runs it there, in an index of its own that it leaves behind.
 */
const realEndpoint = process.env["SEARCH_TEST_ENDPOINT"];
const embedded = realEndpoint === undefined ? await startSearch() : undefined;
afterAll(() => embedded?.close());

const endpoint = () => realEndpoint ?? embedded?.endpoint ?? "";
const indexName = `test-${randomBytes(6).toString("hex")}`;
let index: SearchIndex;

interface Sample {
  readonly title?: string;
  readonly text: string;
  readonly language?: string;
  readonly fields?: Partial<SearchDocument>;
}

const samples: Record<string, Sample> = {
  harbour: {
    title: "Der Hafen öffnet",
    text: "Bürgermeister Müller freut sich über die neue Kaimauer.",
    language: "de",
  },
  spelled: { title: "Wahl", text: "Frau Mueller kandidiert in Nordwijk.", language: "de" },
  english: { title: "Mueller report", text: "A blue paper about the harbour.", language: "en" },
  accented: { title: "Müller in London", text: "An English text about Mr Müller.", language: "en" },
  french: { text: "L’été à Paris, le cœur léger, les élèves en vacances.", language: "fr" },
  polish: { text: "Zażółć gęślą jaźń w Łodzi.", language: "pl" },
  turkish: { text: "IŞIK ve ılık bir İstanbul akşamı.", language: "tr" },
  greek: { text: "Ο Οδυσσέας και οι φίλοι του, ΟΛΟΙ μαζί.", language: "el" },
  chinese: { text: "北京大学的学生在图书馆。", language: "zh" },
  japanese: { text: "東京都庁で会議が開かれた。", language: "ja" },
  korean: { text: "대통령이 서울에서 연설했다.", language: "ko" },
  arabic: { text: "المدرسة الجديدة في القاهرة", language: "ar" },
  hindi: { text: "दिल्ली में बारिश", language: "hi" },
  thai: { text: "กรุงเทพมหานครมีฝนตก", language: "th" },
  often: { title: "Lighthouse", text: "The lighthouse. A lighthouse is a house of light." },
  once: { text: `The lighthouse stands. ${"Nothing else is said of it here. ".repeat(20)}` },
  parted: { text: "New plans for a wide open harbour, and an old house of light." },
};

function makeDocument(id: string, { title = "", text, language, fields }: Sample): SearchDocument {
  const listedAt = "2026-11-23T08:00:00.000Z";
  return {
    id,
    title: foldToTerms(title, language),
    text: foldToTerms(text, language),
    partner: "wire",
    source: undefined,
    languages: language === undefined ? [] : [language],
    tags: [],
    authors: [],
    clusterId: id,
    isDuplicate: false,
    listedAt,
    ingestedAt: listedAt,
    ...fields,
    shown: {
      summary: {
        id: Buffer.from(id).toString("hex").padEnd(32, "0").slice(0, 32),
        partner: "wire",
        partnerArticleId: id,
        revision: 1,
        status: "live",
        ingestedAt: listedAt,
        clusterId: id,
      },
      text,
    },
  };
}

async function find(q: string, more: Partial<SearchRequest> = {}): Promise<string[]> {
  const { hits } = await index.search({ terms: readSearch(q), filters: {}, limit: 50, ...more });
  return hits.map(({ summary }) => summary.partnerArticleId ?? "");
}

/** The real service shows what it took in after seconds. */
async function eventually(check: () => Promise<void>): Promise<void> {
  for (let attempt = 0; realEndpoint !== undefined && attempt < 30; attempt++) {
    const failed = await check().then(
      () => false,
      () => true,
    );
    if (!failed) return;
    await sleep(2000);
  }
  await check();
}

beforeAll(async () => {
  index = openSearchIndex(connectSearch(endpoint()), indexName);
});

test("before anything was put in, nothing is found", async () => {
  expect(await find("harbour")).toEqual([]);
});

describe("words", () => {
  beforeAll(async () => {
    await index.writeDocuments(
      Object.entries(samples).map(([id, sample]) => makeDocument(id, sample)),
      [],
    );
    await eventually(async () => expect(await find("lighthouse")).toHaveLength(2));
  });

  test.each([
    ["Müller", ["accented", "english", "harbour", "spelled"]],
    ["mueller", ["accented", "english", "harbour", "spelled"]],
    ["muller", ["accented", "harbour", "spelled"]],
    ["MÜLLER bürgermeister", ["harbour"]],
    ["blue", ["english"]],
    ["Müll*", ["accented", "english", "harbour", "spelled"]],
    ["kaim*", ["harbour"]],
    ["kaim", []],
    ['"neue Kaimauer"', ["harbour"]],
    ['"Kaimauer neue"', []],
    ['"die neue kai*"', ["harbour"]],
    ["Kaimauer Hafen", ["harbour"]],
    ["coeur", ["french"]],
    ["l'ete", ["french"]],
    ["ELEVES", ["french"]],
    ["zazolc lodzi", ["polish"]],
    ["ışık istanbul", ["turkish"]],
    ["isik ILIK", ["turkish"]],
    ["οδυσσεας όλοι φιλοι", ["greek"]],
    ["北京", ["chinese"]],
    ["大学", ["chinese"]],
    ["京大", ["chinese"]],
    ["图", ["chinese"]],
    ["馆", ["chinese"]],
    ["北京大学的学生", ["chinese"]],
    ["学北", []],
    ["東京都", ["japanese"]],
    ["会議", ["japanese"]],
    ["대통령", ["korean"]],
    ["서울", ["korean"]],
    ["المدرسه", ["arabic"]],
    ["दिल्ली", ["hindi"]],
    ["दल", []],
    ["ฝน", ["thai"]],
    ["house of light", ["often", "parted"]],
    ['"open harbour"', ["parted"]],
    ["harbour report", ["english"]],
    ["nothing such", []],
  ])("%s finds %j", async (q, expected) => {
    expect((await find(q)).toSorted()).toEqual(expected);
  });

  test("what has it in the title and often comes before what has it once", async () => {
    expect(await find("lighthouse")).toEqual(["often", "once"]);
    const { hits } = await index.search({ terms: readSearch("lighthouse"), filters: {}, limit: 2 });
    expect(hits[0]?.score).toBeGreaterThan(hits[1]?.score ?? 0);
    expect(hits[0]).toMatchObject({ text: samples["often"]?.text });
  });

  test.each([
    ["thirty words", Array.from({ length: 30 }, (_, n) => `müßte${n}`).join(" ")],
    [
      "words of the query languages",
      'NOT OR AND NEAR title text "AND OR" near(a b) * ^ : - + ( ) { } [ ] \\ / ~ ! && ||',
    ],
    ["signs alone among words", `';DROP TABLE words;-- <script>alert(1)</script> %00 \u0000 {"match_all":{}}`],
    ["emoji and unpaired surrogates", "😀 \ud800 a\udc00b 👩‍👩‍👧"],
    ["a very long word", "x".repeat(200)],
    ["a long word begun", `${"ä".repeat(190)}*`],
    ["every script at once", "aß 東京AI技術 서울이 ฝนตก दिल्ली العربية 東 ё*"],
  ])("a search of %s is one that finds nothing", async (_, q) => {
    expect(await find(`nordwijk99 ${q}`)).toEqual([]);
  });

  test("one that is put in again takes the place of what was there, and one that is taken out is gone", async () => {
    const doc = makeDocument("again", { text: "first version with marmalade" });
    await index.writeDocuments([doc], []);
    await eventually(async () => expect(await find("marmalade")).toEqual(["again"]));
    await index.writeDocuments([makeDocument("again", { text: "second version with honey" })], []);
    await eventually(async () => expect(await find("honey")).toEqual(["again"]));
    expect(await find("marmalade")).toEqual([]);
    await index.writeDocuments([], ["again", "never-there"]);
    await eventually(async () => expect(await find("honey")).toEqual([]));
    await index.writeDocuments([], ["again"]);
    expect(await find("version")).toEqual([]);
  });

  test("a document that does not fit the index is refused by name, and harms no other", async () => {
    const bad = { ...makeDocument("bad", { text: "bad apple" }), surprise: 1 };
    const good = makeDocument("good", { text: "good apple" });
    await expect(index.writeDocuments([bad, good], [])).rejects.toThrow(/400.*"id":"bad"/);
    await eventually(async () => expect(await find("apple")).toEqual(["good"]));
  });
});

describe("filters, order and pages", () => {
  const total = 120;
  const day = (n: number) => new Date(Date.UTC(2026, 0, 1 + (n % 40), n % 24)).toISOString();
  const describeFields = (n: number): Partial<SearchDocument> => ({
    partner: `p${n % 3}`,
    source: n % 4 === 0 ? undefined : `s${n % 4}.example`,
    languages: n % 2 === 0 ? ["de", "de-at"] : ["en"],
    tags: [`t${n % 5}`, `u${n % 7}`],
    authors: n % 6 === 0 ? [] : [`Ilse "O'Brandt" ${n % 6}`],
    clusterId: `c${n % 11}`,
    isDuplicate: n % 8 === 0,
    listedAt: day(n),
    ingestedAt: day(n + 7),
  });

  beforeAll(async () => {
    const documents = Array.from({ length: total }, (_, n) =>
      makeDocument(`n${String(n).padStart(3, "0")}`, {
        text: `paging ${"word ".repeat(n % 13)}`,
        fields: describeFields(n),
      }),
    );
    await index.writeDocuments(documents, []);
    await eventually(async () => expect((await find("paging", { limit: 200 })).length).toBe(total));
  });

  const all = Array.from({ length: total }, (_, n) => n);
  const filters: [SearchFilters, (n: number) => boolean][] = [
    [{ partner: ["p1"] }, (n) => n % 3 === 1],
    [{ partner: ["p1", "p2", "p9"] }, (n) => n % 3 !== 0],
    [{ source: ["s1.example"] }, (n) => n % 4 === 1],
    [{ languages: ["de-at"] }, (n) => n % 2 === 0],
    [{ languages: ["de"], tags: ["t1"] }, (n) => n % 2 === 0 && n % 5 === 1],
    [{ tags: ["t1", "u1"] }, (n) => n % 5 === 1 || n % 7 === 1],
    [{ authors: [`Ilse "O'Brandt" 5`] }, (n) => n % 6 === 5],
    [{ clusterId: ["c3"] }, (n) => n % 11 === 3],
    [{ isDuplicate: true }, (n) => n % 8 === 0],
    [{ isDuplicate: false, partner: ["p0"] }, (n) => n % 8 !== 0 && n % 3 === 0],
    [{ listedFrom: day(10) }, (n) => day(n) >= day(10)],
    [{ listedFrom: day(10), listedBefore: day(20) }, (n) => day(n) >= day(10) && day(n) < day(20)],
    [{ listedFrom: day(20), listedBefore: day(10) }, () => false],
    [{ source: ["nothing"] }, () => false],
  ];
  test.each(filters)("%j lets through just what fits", async (wanted, matches) => {
    const found = await find("paging", { filters: wanted, limit: 200 });
    expect(found.toSorted()).toEqual(all.filter(matches).map((n) => `n${String(n).padStart(3, "0")}`));
  });

  const orders = [
    undefined,
    ...(["listedAt", "ingestedAt"] as const).flatMap((by) => [true, false].map((isAscending) => ({ by, isAscending }))),
  ];
  test.each(orders)("pages in the order %j have no gap and no repeat", async (sort) => {
    const whole = await find("paging", { sort, limit: 200 });
    for (const limit of [1, 7, 40, total]) {
      const paged: string[] = [];
      let after: string | undefined;
      do {
        const { hits, hasMore } = await index.search({ terms: readSearch("paging"), filters: {}, sort, after, limit });
        paged.push(...hits.map(({ summary }) => summary.partnerArticleId ?? ""));
        after = hasMore ? hits.at(-1)?.position : undefined;
        if (limit === 1 && paged.length > 20) break;
      } while (after !== undefined);
      expect(paged).toEqual(limit === 1 ? whole.slice(0, paged.length) : whole);
    }
    expect(new Set(whole).size).toBe(total);
    if (sort === undefined) return;
    const times = whole.map((id) => day(Number(id.slice(1)) + (sort.by === "listedAt" ? 0 : 7)));
    expect(times).toEqual(sort.isAscending ? times.toSorted() : times.toSorted().toReversed());
  });
});

test("who erases finds documents by their partner, or one by its ID", async () => {
  const fields = { partner: "leaving" };
  await index.writeDocuments(
    ["e1", "e2"].map((id) => makeDocument(id, { text: "erased", fields })),
    [],
  );
  const findIds = async (field: "id" | "partner", value: string) => (await index.findIds({ field, value })).toSorted();
  await expect.poll(() => findIds("partner", "leaving"), { timeout: 60_000 }).toEqual(["e1", "e2"]);
  expect(await findIds("id", "e2")).toEqual(["e2"]);
  await index.writeDocuments([], ["e1", "e2"]);
  await expect.poll(() => findIds("partner", "leaving"), { timeout: 60_000 }).toEqual([]);
  expect(await openSearchIndex(connectSearch(endpoint()), "absent").findIds({ field: "id", value: "e1" })).toEqual([]);
});

describe.skipIf(embedded === undefined)("the embedded server", () => {
  test("keeps its documents when it is started anew", async () => {
    await index.writeDocuments([makeDocument("kept", { text: "persistence" })], []);
    await embedded?.restart();
    index = openSearchIndex(connectSearch(endpoint()), indexName);
    expect(await find("persistence")).toEqual(["kept"]);
  });

  test("refuses who does not sign, or signs with another secret or for another service", async () => {
    const unsigned = await fetch(`${endpoint()}/${indexName}/_search`, { method: "POST", body: "{}" });
    expect(unsigned.status).toBe(403);
    const secret = process.env["AWS_SECRET_ACCESS_KEY"];
    process.env["AWS_SECRET_ACCESS_KEY"] = "another";
    const forged = openSearchIndex(connectSearch(endpoint()), indexName);
    process.env["AWS_SECRET_ACCESS_KEY"] = secret;
    await expect(forged.search({ terms: readSearch("a"), filters: {}, limit: 1 })).rejects.toThrow(/403/);
  });

  test.each([
    ["GET", "/_cat/indices", ""],
    ["POST", "/test/_search?q=a", "{}"],
    ["POST", "/test/_count", "{}"],
    ["PUT", "/other", "{}"],
    ["POST", "/test/_search", '{"query":{"match_all":{}}}'],
    ["POST", "/test/_search", "no json"],
    ["POST", "/test/_bulk", '{"update":{"_id":"1"}}\n{"doc":{}}\n'],
  ] as const)("does not know %s %s %s", async (method, path, body) => {
    const send = connectSearch(endpoint()) as (method: string, path: string, body: string) => Promise<unknown>;
    if (path.includes("?") || method === "GET") {
      expect((await fetch(`${endpoint()}${path}`, { method, ...(body !== "" && { body }) })).status).toBe(403);
      return;
    }
    await openSearchIndex(connectSearch(endpoint()), "test").writeDocuments([makeDocument("a", { text: "a" })], []);
    await expect(send(method, path, body)).rejects.toThrow(/501/);
  });
});
