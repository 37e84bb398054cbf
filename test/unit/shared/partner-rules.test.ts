import { describe, expect, test } from "vitest";
import { deriveArticle } from "../../../shared/article/derive-article.ts";
import { compileRules } from "../../../shared/compile-rules.ts";
import { ingestArticle } from "../../../shared/ingest-article.ts";
import { PartnerRules } from "../../../shared/partner-rules.ts";
import { makeIngestContext } from "../../support/make-ingest-context.ts";
import { openMemoryStores } from "../../support/memory-stores.ts";

const now = new Date("2026-11-23T08:00:00Z");
const story = [
  "<p>The harbour of Nordwijk opened to large ships again on Monday, after three years of works on its quay.</p>",
  "<p>Four freighters came in on the first day, and the fishermen's action is still before the court.</p>",
].join("");
const footer = "<p>© 2026 Nordwijk Gazette, a house of Brandt Media</p><p>Taste the news: our app</p>";
const rules = compileRules(
  PartnerRules.parse({ boilerplate: ["© * Nordwijk Gazette, a house of *", "taste the news: our app"] }),
);
const derive = (content: string, given = {}, known = {}) =>
  deriveArticle({ form: "html", content }, given, { now, ...known });

describe("boilerplate of a partner", () => {
  test("is marked and stays in text and HTML; the fingerprint leaves it out", async () => {
    const [plain, withRules, bare] = await Promise.all([
      derive(story + footer),
      derive(story + footer, {}, { rules }),
      derive(story, {}, { rules }),
    ]);
    expect(withRules.reading.html).toBe(plain.reading.html);
    expect(withRules.reading.text).toBe(plain.reading.text);
    expect(withRules.reading.lines.map(({ boilerplate }) => boilerplate)).toEqual([
      undefined,
      undefined,
      "partner",
      "partner",
    ]);
    expect(withRules.lines).toEqual(bare.lines);
    expect(withRules.contentHash).toBe(bare.contentHash);
    expect(plain.contentHash).not.toBe(bare.contentHash);
    expect(withRules.reading.warnings).toContainEqual({
      code: "boilerplate-partner",
      detail: "Not part of the text: “Taste the news: our app”",
      pointer: "/lines/3",
    });
  });

  test("is the same in plain text", async () => {
    const content = "The harbour opened.\n\nTaste the news: our app";
    const { lines } = await deriveArticle({ form: "text", content }, {}, { now, rules });
    expect(lines).toEqual(["The harbour opened."]);
  });

  test("that everybody has keeps the name of its rule", async () => {
    const everywhere = compileRules({ boilerplate: ["subscribe to our newsletter"] });
    const { reading } = await derive(`${story}<p>Subscribe to our newsletter</p>`, {}, { rules: everywhere });
    expect(reading.lines.at(-1)?.boilerplate).toBe("newsletter");
  });
});

describe("defaults are for what nobody says", () => {
  const defaults = compileRules({ defaults: { language: "nl", source: "Nordwijk Gazette", tags: ["local"] } });
  const cases: [name: string, html: string, given: object, expected: object][] = [
    ["nothing is said", "<p>Hm.</p>", {}, { language: "nl", source: "Nordwijk Gazette", tags: ["local"] }],
    ["the words look like another language", story, {}, { language: "nl" }],
    ["the document says its language", `<html lang="en"><body>${story}</body></html>`, {}, { language: "en" }],
    ["the document has tags", `<meta name="keywords" content="ships, quay">${story}`, {}, { tags: ["ships", "quay"] }],
    ["the submission has an address", story, { url: "https://www.gazette.example/a" }, { source: "gazette.example" }],
    [
      "the submission says it all",
      story,
      { language: "en-GB", source: "Evening Gazette", tags: [] },
      { language: "en-GB", source: "Evening Gazette", tags: [] },
    ],
  ];

  test.each(cases)("%s", async (_, html, given, expected) => {
    expect(await derive(html, given, { rules: defaults })).toMatchObject(expected);
  });

  test("without rules the language is detected", async () => {
    expect(await derive(story)).toMatchObject({ language: "en", source: undefined });
  });
});

test("an article keeps the digest of the rules that it was read by, and a repeat under others is a repeat", async () => {
  const stores = openMemoryStores();
  const context = makeIngestContext(stores);
  const submit = (rulesNow?: ReturnType<typeof compileRules>) =>
    ingestArticle(
      {
        partner: "gazette",
        rules: rulesNow,
        address: { partnerArticleId: "a" },
        metadata: {},
        document: {
          form: "html",
          content: story,
          bytes: Buffer.from(story),
          contentType: "text/html; charset=utf-8",
          charset: "utf-8",
          warnings: [],
        },
        validateOnly: false,
      },
      context,
    );
  const { result } = await submit(rules);
  expect(stores.articles.get(result.id)).toMatchObject({ rulesDigest: rules.digest });
  expect((await submit()).result).toMatchObject({ id: result.id, outcome: "unchanged" });
});

describe("the digest", () => {
  const digest = (value: unknown) => compileRules(PartnerRules.parse(value)).digest;

  test("is of what the rules say, in whatever order they stand", () => {
    expect(digest({ boilerplate: ["pattern one", "pattern two"] })).toBe(
      digest({ boilerplate: ["pattern two", "pattern one"], defaults: {} }),
    );
  });

  test("tells other rules apart", () => {
    const all = [
      {},
      { boilerplate: ["pattern one"] },
      { boilerplate: ["pattern two"] },
      { defaults: { language: "nl" } },
      { defaults: { source: "nl" } },
      { defaults: { tags: ["nl"] } },
    ];
    expect(new Set(all.map(digest)).size).toBe(all.length);
  });
});

test.each([
  [{ boilerplate: ["*"] }, "at least 6 letters"],
  [{ boilerplate: ["* ... *"] }, "at least 6 letters"],
  [{ boilerplate: ["© *"] }, "at least 6 letters"],
  [{ boilerplate: ["one line\nand another"] }, "one line"],
  [{ boilerplate: ["x".repeat(301)] }, "300 characters"],
  [{ boilerplate: Array(101).fill("a pattern") }, "100"],
  [{ defaults: { language: "not a language" } }, "BCP 47"],
  [{ defaults: { title: "Always this" } }, "title"],
  [{ patterns: [] }, "patterns"],
])("%j is refused", (value, words) => {
  expect(PartnerRules.safeParse(value).error?.issues[0]?.message).toContain(words);
});
