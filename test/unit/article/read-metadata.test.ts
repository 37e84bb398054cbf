import { describe, expect, test } from "vitest";
import { readHtml } from "../../../shared/article/read-article.ts";

const url = "https://news.example/2026/11/a.html";
const page = (head: string, body = "<p>x</p>"): string => `<html><head>${head}</head><body>${body}</body></html>`;
const linkedData = (value: unknown): string =>
  `<script type="application/ld+json">${JSON.stringify(value).replaceAll("</", "<\\/")}</script>`;
const metadataOf = (html: string): ReturnType<typeof readHtml>["metadata"] => readHtml(html, { url }).metadata;
const codesOf = (html: string): string[] => readHtml(html, { url }).warnings.map(({ code }) => code);

describe("metadata", () => {
  test("of JSON-LD", () => {
    const data = {
      "@context": "https://schema.org",
      "@type": ["NewsArticle"],
      headline: "A &amp; headline",
      description: "What it says",
      url: "https://news.example/a?utm_source=x",
      inLanguage: "en-GB",
      datePublished: "2026-11-23T08:00:00+01:00",
      dateModified: "2026-11-23T09:00:00+01:00",
      author: [{ "@type": "Person", name: "Jane Doe" }, "John Roe", { "@type": "Person", name: "jane doe" }],
      keywords: "a, b; c",
      articleSection: "Politics",
      publisher: { "@type": "Organization", name: "The Paper" },
      image: { "@type": "ImageObject", url: "/i.jpg" },
    };
    const from = "json-ld";
    expect(metadataOf(page(linkedData(data)))).toEqual({
      title: { value: "A &amp; headline", from },
      description: { value: "What it says", from },
      canonicalUrl: { value: "https://news.example/a", from },
      language: { value: "en-GB", from },
      publishedAt: { value: "2026-11-23T08:00:00+01:00", from },
      modifiedAt: { value: "2026-11-23T09:00:00+01:00", from },
      authors: { value: ["Jane Doe", "John Roe"], from },
      tags: { value: ["a", "b", "c"], from },
      section: { value: "Politics", from },
      publisher: { value: "The Paper", from },
      image: { value: "https://news.example/i.jpg", from },
    });
  });

  test("of a graph whose nodes refer to each other", () => {
    const data = {
      "@graph": [
        { "@type": "WebPage", "@id": "#page", name: "Page" },
        { "@type": "Person", "@id": "#jane", name: "Jane Doe" },
        { "@type": "ReportageNewsArticle", headline: "A headline", author: { "@id": "#jane" } },
      ],
    };
    expect(metadataOf(page(linkedData(data)))).toMatchObject({
      title: { value: "A headline" },
      authors: { value: ["Jane Doe"], from: "json-ld" },
    });
  });

  test("of OpenGraph and meta elements", () => {
    const head = `
      <meta property="og:title" content="A  headline">
      <meta property="og:locale" content="de_AT">
      <meta property="article:published_time" content="2026-11-23T08:00:00Z">
      <meta property="article:tag" content="a"><meta property="article:tag" content="b">
      <meta name="author" content="Von Jane Doe und John Roe">
      <link rel="canonical" href="/a?fbclid=1">`;
    expect(metadataOf(page(head))).toEqual({
      title: { value: "A headline", from: "og:title" },
      canonicalUrl: { value: "https://news.example/a", from: "link canonical" },
      language: { value: "de-AT", from: "og:locale" },
      publishedAt: { value: "2026-11-23T08:00:00Z", from: "article:published_time" },
      authors: { value: ["Jane Doe", "John Roe"], from: "author" },
      tags: { value: ["a", "b"], from: "article:tag" },
    });
  });

  test.for([
    ["<title>A headline of some words | The Paper</title>", "", "A headline of some words", "title"],
    ["<title>Short - Paper</title>", "", "Short - Paper", "title"],
    ["<title>x</title>", "<h1>A <em>headline</em></h1>", "A headline", "h1"],
  ] as const)("title of %s %s", ([head, body, value, from]) => {
    expect(metadataOf(page(head, body)).title).toEqual({ value, from });
  });

  test("what the partner says comes first", () => {
    const reading = readHtml(page("<title>x</title>"), { url, title: "Mine", language: "fr" });
    expect(reading.metadata).toMatchObject({
      title: { value: "Mine", from: "submission" },
      language: { value: "fr", from: "submission" },
    });
  });

  test("addresses that run are no addresses", () => {
    const head = '<link rel="canonical" href="javascript:alert(1)"><meta property="og:image" content="data:x">';
    expect(metadataOf(page(head))).toEqual({});
  });

  test("contradictions are reported", () => {
    const head = `${linkedData({ "@type": "Article", headline: "One thing", datePublished: "2026-11-23T08:00:00Z" })}
      <meta property="og:title" content="Another"><meta property="article:published_time" content="2026-10-01T08:00:00Z">`;
    const { warnings } = readHtml(page(head), { url });
    expect(warnings.filter(({ code }) => code === "metadata-conflict").map(({ pointer }) => pointer)).toEqual([
      "/metadata/title",
      "/metadata/publishedAt",
    ]);
  });

  test("different spellings of one thing are not", () => {
    const head = `<html lang="en"><meta property="og:title" content="One thing | Paper"><meta name="title" content="x">
      ${linkedData({ "@type": "Article", headline: "One Thing", inLanguage: "en-US", url: "http://www.news.example/a/" })}
      <link rel="canonical" href="https://news.example/a">`;
    expect(codesOf(page(head))).not.toContain("metadata-conflict");
  });

  test("linked data that is no JSON is reported, and the rest is read", () => {
    const head = `<script type="application/ld+json">{oops</script>
      <script type="application/ld+json"><!-- {"@type": "Article", "headline": "a
      b"} --></script>`;
    expect(codesOf(page(head))).toContain("linked-data-unreadable");
    expect(metadataOf(page(head)).title?.value).toBe("a b");
  });

  test("a time without a zone is reported", () => {
    expect(codesOf(page('<meta name="date" content="2026-11-23T08:00:00">'))).toContain("date-without-zone");
    expect(codesOf(page('<meta name="date" content="2026-11-23">'))).not.toContain("date-without-zone");
  });

  test("hostile linked data does no harm", () => {
    const deep = "[".repeat(100_000);
    const wide = JSON.stringify({
      "@type": "Article",
      author: Array(10_000).fill("x".repeat(50)),
      keywords: ",".repeat(10_000),
    });
    const poisoned = '{"@type":"Article","__proto__":{"polluted":1},"headline":"a"}';
    for (const data of [deep, `${deep}${"]".repeat(100_000)}`, wide, poisoned]) {
      metadataOf(page(`<script type="application/ld+json">${data}</script>`));
    }
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });
});
