import { describe, expect, test } from "vitest";
import { hashContent } from "../../../shared/article/content-hash.ts";
import { derivationVersion } from "../../../shared/article/derivation-version.ts";
import { deriveArticle, type GivenMetadata, readDocument } from "../../../shared/article/derive-article.ts";
import { hashParts } from "../../../shared/article/hash-parts.ts";
import { sketchVersion } from "../../../shared/article/near/encode-sketch.ts";
import { policyVersion } from "../../../shared/article/policy.ts";
import samples from "../../fixtures/language-samples.json" with { type: "json" };

const now = new Date("2026-11-23T08:00:00Z");
const derive = (content: string, given: GivenMetadata = {}, defaults?: object) =>
  deriveArticle({ form: "html", content }, given, {
    now,
    ...(defaults && { rules: { defaults, isBoilerplate: (line: string) => line === "Our app", digest: "" } }),
  });

const page = `<html lang="en"><head>
  <link rel="canonical" href="http://www.news.example.co.uk/a?utm_source=x">
  <meta property="og:title" content="A title">
  <meta property="article:published_time" content="2026-11-22T08:00:00+01:00">
  <meta property="article:modified_time" content="2026-11-22T09:00:00Z">
  <meta name="author" content="Jane Doe"><meta name="keywords" content="a, b">
  </head><body><p>Some text.</p><p>Our app</p><p>Share this article</p></body></html>`;
const defaults = { language: "nl", source: "The Paper", tags: ["local"] };

describe("what is known of an article", () => {
  test("is what its document says", async () => {
    const canonicalUrl = "https://news.example.co.uk/a";
    const lines = ["Some text.", "Our app"];
    const { reading, ...derived } = await derive(page);
    expect(reading.lines.map(({ text }) => text)).toEqual([...lines, "Share this article"]);
    expect(derived).toStrictEqual({
      url: "http://www.news.example.co.uk/a",
      canonicalUrl,
      urlHash: hashParts(["url", canonicalUrl]),
      contentHash: hashContent({ lines }),
      lines,
      source: "example.co.uk",
      title: "A title",
      language: "en",
      publishedAt: "2026-11-22T07:00:00.000Z",
      updatedAt: "2026-11-22T09:00:00.000Z",
      authors: ["Jane Doe"],
      tags: ["a", "b"],
    });
  });

  test("has no tags where neither document nor defaults have any", async () => {
    expect(await derive("<p>Text.</p>", {}, { language: "nl" })).toMatchObject({ language: "nl", tags: undefined });
  });

  test("is rather what the partner says", async () => {
    const given = {
      url: "https://www.wire.example/b/",
      title: "Another title",
      language: "fr",
      publishedAt: "2026-01-01T00:00:00.000Z",
      updatedAt: "2026-01-02T00:00:00.000Z",
      authors: ["John Roe"],
      tags: ["c"],
      source: "Wire",
    };
    const { reading, ...derived } = await derive(page, given, defaults);
    expect(reading.metadata.title).toEqual({ value: "Another title", from: "submission" });
    expect(derived).toStrictEqual({
      ...given,
      canonicalUrl: "https://wire.example/b",
      urlHash: hashParts(["url", "https://wire.example/b"]),
      lines: ["Some text."],
      contentHash: hashContent({ lines: ["Some text."], title: given.title }),
    });
  });

  test("is the partner's default where neither says it", async () => {
    expect(await derive(page, {}, defaults)).toMatchObject({
      source: "example.co.uk",
      language: "en",
      tags: ["a", "b"],
    });
    // What the text is guessed to be is no word of the document.
    const bare = await derive(`<p>${samples.de} ${samples.de}`, {}, defaults);
    expect(bare.reading.metadata.language).toEqual({ value: "de", from: "text" });
    expect(bare).toMatchObject(defaults);
    expect(bare.tags).not.toBe(defaults.tags);
  });

  test("is nothing more where nobody says it, but for a language that can be told", async () => {
    const { reading, ...derived } = await derive("<p>");
    expect(reading.text).toBe("");
    expect(Object.values(derived)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      [],
      ...Array(7).fill(undefined),
    ]);
    expect((await derive(`<p>${samples.de} ${samples.de}`)).language).toBe("de");
  });
});

test.for([
  ["2026-11-22T08:00:00-05:30", "2026-11-22T13:30:00.000Z"],
  ["2026-11-22T08:00:00Z", "2026-11-22T08:00:00.000Z"],
  ["2026-11-22T08:00:00", undefined],
  ["2026-11-22", undefined],
] as const)("the date %j is the instant %j", async ([date, instant]) => {
  const meta = `<meta name="date" content="${date}"><meta name="last-modified" content="${date}"><p>x`;
  expect(await derive(meta)).toMatchObject({ publishedAt: instant, updatedAt: instant });
});

test.for([
  ["https://me.blogspot.com/a", "me.blogspot.com"],
  ["https://shop.news.example/a", "news.example"],
  ["https://[2001:db8::1]/a", "[2001:db8::1]"],
] as const)("the source of %s is %s", async ([url, source]) => {
  expect((await derive("<p>x", { url })).source).toBe(source);
});

test("an address that a partner could not give is not taken from a page", async () => {
  const address = (length: number): string => "https://news.example/".padEnd(length, "a");
  const urlOf = async (href: string) => (await derive(`<link rel="canonical" href="${href}"><p>x`)).url;
  expect(await urlOf(address(2048))).toBe(address(2048));
  expect(await urlOf(address(2049))).toBeUndefined();
});

describe("a document is read", () => {
  test("as what it is", () => {
    const content = "<p>a</p>";
    expect(readDocument({ form: "html", content }, {}).text).toBe("a");
    expect(readDocument({ form: "text", content }, {}).text).toBe(content);
  });

  test("with what is known of it", () => {
    const content = '<meta name="date" content="2026-11-24T08:00:00Z"><a href="b">x</a><p>Our app</p>';
    const given = {
      url: "https://news.example/a",
      title: "x",
      language: "de",
      now,
      isBoilerplate: (line: string) => line === "Our app",
    };
    const { html, lines, metadata, warnings } = readDocument({ form: "html", content }, given);
    expect(html).toContain('href="https://news.example/b"');
    expect(lines).toEqual([
      { text: "x", title: true },
      { text: "Our app", boilerplate: "partner" },
    ]);
    expect(metadata.language).toEqual({ value: "de", from: "submission" });
    expect(warnings.map(({ code }) => code)).toEqual(["boilerplate-partner", "very-short", "date-in-future"]);
  });
});

test("what an article was derived by names policy, text and sketch", () => {
  expect(derivationVersion.split(".")).toEqual([policyVersion, expect.stringMatching(/^\d+$/), `${sketchVersion}`]);
});
