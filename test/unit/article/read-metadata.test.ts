import { describe, expect, test } from "vitest";
import { readHtml } from "../../../shared/article/read-article.ts";
import { type LinkedArticle, readLinkedData } from "../../../shared/article/read-linked-data.ts";

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
      "@type": ["WebPage", "NewsArticle"],
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
    [
      "<title>x</title>",
      "<p class=x>P</p><h1 class=y>A <em>good</em> headline</h1><h1>Another</h1>",
      "A good headline",
      "h1",
    ],
    [
      "<title>x</title>",
      `<h1>${"a".repeat(499)}<b>${"b".repeat(100)}</b>${"c".repeat(100)}</h1>`,
      `${"a".repeat(499)}${"b".repeat(100)}`,
      "h1",
    ],
    ["", "<h1>A <span lang=de>good</span> headline</h1>", "A good headline", "h1"],
    ["", "<h1> </h1><h1>A headline</h1>", "A headline", "h1"],
    ["", `<h1>${"a".repeat(500)}<b>b</b></h1>`, "a".repeat(500), "h1"],
    ['<title>x</title><meta name="twitter:title" content="y">', "", "y", "twitter:title"],
    ['<meta name="twitter:title" content="y"><meta property="og:title" content=" ">', "<h1>z</h1>", "z", "h1"],
  ] as const)("title of %s %s", ([head, body, value, from]) => {
    const reading = readHtml(page(head, body), { url });
    expect(reading.metadata.title).toEqual({ value, from });
    expect(reading.title).toBe(value);
  });

  test("what the partner says comes first", () => {
    const reading = readHtml(page("<title>x</title>"), { url, title: "Mine", language: "fr" });
    expect(reading.metadata).toMatchObject({
      title: { value: "Mine", from: "submission" },
      language: { value: "fr", from: "submission" },
    });
  });

  test("of a title no more than 4096 characters are kept", () => {
    expect(readHtml("<p>x", { title: "a".repeat(5000) }).title).toBe("a".repeat(4096));
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

describe("linked data", () => {
  const read = (value: unknown): LinkedArticle | undefined => readLinkedData([JSON.stringify(value)]).article;

  test.for([
    ["an article", { "@type": "Article", headline: "a" }, "a"],
    ["one of several types", { "@type": [1, "NewsArticle", "x"], headline: "a" }, "a"],
    [
      "news before other articles",
      [
        { "@type": "Article", headline: "a" },
        { "@type": "NewsArticle", headline: "b" },
      ],
      "b",
    ],
    [
      "the first of several",
      [
        { "@type": "Article", headline: "a" },
        { "@type": "BlogPosting", headline: "b" },
      ],
      "a",
    ],
    [
      "the type that says most",
      [
        { "@type": "Article", headline: "a" },
        { "@type": ["BlogPosting", "NewsArticle"], headline: "b" },
      ],
      "b",
    ],
    ["an article that is a page, too", { "@type": ["WebPage", "Report"], headline: "a" }, "a"],
    ["a headline that looks like a comment", { "@type": "Article", headline: "a <!-- b" }, "a <!-- b"],
    ["what a page is about", { "@type": "WebPage", mainEntity: { "@type": "Report", headline: "a" } }, "a"],
    ["what is on its page", { "@type": "Thing", mainEntityOfPage: { "@type": "Recipe", headline: "a" } }, "a"],
    ["what is in a list", { "@type": "ItemList", itemListElement: [{ "@type": "Review", headline: "a" }] }, "a"],
    ["a name for want of a headline", { "@type": "LiveBlogPosting", headline: " ", name: "a" }, "a"],
    ["not what is no article", { "@type": "Product", headline: "a" }, undefined],
    ["not what is only called like one", { "@type": "ArticleList", headline: "a" }, undefined],
    ["not what has no type", { headline: "a" }, undefined],
    ["not what has a type within a type", { "@type": [["Article"]], headline: "a" }, undefined],
    ["not nothing", null, undefined],
    ["not what is no object", [null, 7, "Article"], undefined],
  ] as const)("is read from %s", ([, value, headline]) => {
    expect(read(value)?.headline).toBe(headline);
  });

  test.for([
    ["a comment", '<!-- {"@type":"Article"} -->'],
    ["character data", '<![CDATA[{"@type":"Article"}]]>'],
    ["character data in a comment of a script", '//<![CDATA[\n{"@type":"Article"}\n//]]>'],
    ["the same with spaces", ' // <![CDATA[{"@type":"Article"}// ]]> '],
    ["character data in another comment", '/*<![CDATA[*/{"@type":"Article"}/*]]>*/'],
    ["a statement", '{"@type":"Article"}; '],
  ] as const)("is read from %s", ([, script]) => {
    expect(readLinkedData([script])).toMatchObject({ article: { type: "Article" }, unreadable: 0 });
  });

  test("may have raw tabs and line breaks in its texts", () => {
    const { article } = readLinkedData(['{"@type":"Article","headline":"a\tb\r\n\r\nc"}']);
    expect(article?.headline).toBe("a b c");
  });

  test("that is unreadable is counted, and does no harm to the rest", () => {
    const scripts = ["x", '{"@type":"Article","headline":"a"}', ""];
    expect(readLinkedData(scripts)).toMatchObject({ article: { headline: "a" }, unreadable: 2 });
    expect(readLinkedData(["x"])).toEqual({ unreadable: 1 });
  });

  test("is looked for in 5,000 objects", () => {
    const others = (count: number) => Array.from({ length: count }, () => ({ "@type": "Thing" }));
    const article = { "@type": "Article", headline: "a" };
    expect(read({ "@graph": [...others(4998), article] })?.headline).toBe("a");
    expect(read({ "@graph": [...others(4999), article] })).toBeUndefined();
  });

  test("of two that say who it is, the later counts, and a number is no name", () => {
    const author = [{ "@id": "#p" }, { name: 5 }];
    const graph = [
      { "@type": "Article", author },
      { "@id": "#p", name: "Old" },
      { "@id": "#p", name: "New" },
    ];
    expect(read({ "@graph": graph })?.authors).toEqual(["New"]);
  });

  test("names what it refers to, from wherever that stands", () => {
    const graph = [
      { "@type": "Person", "@id": "#a", name: "A" },
      { "@id": "#a" },
      {
        "@type": "Article",
        author: [{ "@id": "#a" }, { "@id": "#b" }, { name: " " }, { "@value": "V" }, { url: "U" }, 7, null, " ", "W"],
        publisher: { "@id": "#p" },
        creator: "not asked where there are authors",
      },
      { "@type": "WebPage", publisher: { "@id": "#p", name: "P" } },
    ];
    expect(read({ "@graph": graph })).toMatchObject({ authors: ["A", "#b", "V", "U", "W"], publisher: "P" });
  });

  test("has other names for some facts", () => {
    const article = { "@type": "Article", mainEntityOfPage: "https://a.example/b", dateCreated: "2026", creator: "C" };
    expect(read(article)).toMatchObject({ url: "https://a.example/b", published: "2026", authors: ["C"] });
    expect(read({ "@type": "Article", mainEntityOfPage: { "@id": "https://a.example/b" } })?.url).toBe(
      "https://a.example/b",
    );
    expect(read({ "@type": "Article", keywords: ["a,b", "c;d"], image: [{ url: "i" }, "j"] })).toMatchObject({
      keywords: ["a", "b", "c", "d"],
      image: "i",
    });
  });

  test("of a hostile size is read in part", () => {
    const many = [...Array(6000).fill({ "@type": "Thing" }), { "@type": "Article", headline: "too late" }];
    expect(read(many)).toBeUndefined();
    expect(read({ "@type": "Article", author: Array(60).fill("x") })?.authors.length).toBe(50);
  });
});

describe("metadata of many kinds", () => {
  const meta = (key: string, value: string): string => `<meta name="${key}" content="${value}">`;

  test.for([
    ["By Jane Doe", ["Jane Doe"]],
    ["von Jane Doe, John Roe; Ann Poe / Max Moe | Eve Loe", ["Jane Doe", "John Roe", "Ann Poe", "Max Moe", "Eve Loe"]],
    ["Jane Doe and John Roe", ["Jane Doe", "John Roe"]],
    ["Jane Doe y John Roe", ["Jane Doe", "John Roe"]],
    ["Alexandra Bysom", ["Alexandra Bysom"]],
    ["Ruby Doe,John Roe", ["Ruby Doe", "John Roe"]],
    ["Jane Doe http://paper.example/jane", ["Jane Doe"]],
    ["Jane Doe, jane doe, www.paper.example, https://paper.example/jane, jane@paper.example", ["Jane Doe"]],
    [`${"x".repeat(121)}, ${"y".repeat(120)}`, ["y".repeat(120)]],
    ["https://paper.example/jane", undefined],
    ["Jane Doe | https://paper.example/jane", ["Jane Doe"]],
  ] as const)("authors of %j", ([value, authors]) => {
    expect(metadataOf(page(meta("author", value))).authors?.value).toEqual(authors);
  });

  test("tags are no addresses, but may speak of some", () => {
    const words =
      "http://a.example, HTTPS://b.example; www.c.example, on www.d.example, see https://e.example, f@g.example";
    expect(metadataOf(page(meta("keywords", words))).tags?.value).toEqual([
      "on www.d.example",
      "see https://e.example",
    ]);
  });

  test("no more than 20 authors and 50 tags", () => {
    const names = Array.from({ length: 60 }, (_, index) => `N${index}`).join(", ");
    const { authors, tags } = metadataOf(page(meta("author", names) + meta("keywords", names)));
    expect([authors?.value.length, tags?.value.length]).toEqual([20, 50]);
  });

  test("names come from the first place that has any", () => {
    const head = meta("author", "https://paper.example/jane") + meta("byl", "By Jane Doe") + meta("dc.creator", "Ann");
    expect(metadataOf(page(head)).authors).toEqual({ value: ["Ann"], from: "dc.creator" });
    expect(metadataOf(page(meta("keywords", "a") + meta("news_keywords", "b"))).tags?.value).toEqual(["b"]);
  });

  test.for([
    ["A headline of four | The Paper", undefined, "A headline of four"],
    ["A headline of four – Politics – The Paper", undefined, "A headline of four – Politics"],
    ["A headline of four | A very long name here", undefined, "A headline of four | A very long name here"],
    ["Two words | The Paper", undefined, "Two words | The Paper"],
    ["Two words | The Paper", "the paper", "Two words"],
    ["Two words-The Paper", "The Paper", "Two words-The Paper"],
    ["Two words | A Story", "The Paper", "Two words | A Story"],
    ["The Paper", "The Paper", "The Paper"],
    ["Only three words | The Paper", undefined, "Only three words | The Paper"],
    ["A headline of four | Of four words, too", undefined, "A headline of four"],
  ] as const)("title %j of a site called %j", ([title, site, expected]) => {
    const head = `<title>${title}</title>${site === undefined ? "" : `<meta property="og:site_name" content="${site}">`}`;
    expect(metadataOf(page(head)).title?.value).toBe(expected);
  });

  test("languages are written as BCP 47, others are none", () => {
    expect(metadataOf('<html lang="pt_BR"><p>x').language).toEqual({ value: "pt-BR", from: "html lang" });
    expect(metadataOf('<html xml:lang="nl"><p>x').language?.value).toBe("nl");
    expect(metadataOf('<html lang="english"><p>x').language).toBeUndefined();
    expect(metadataOf(page(meta("language", "x de"))).language).toBeUndefined();
    expect(metadataOf(page(meta("dc.language", "de-AT-x-y"))).language?.value).toBe("de-AT-x-y");
  });

  test("facts of several places come from the first", () => {
    const head =
      meta("section", "b") +
      '<meta property="article:section" content=" a ">' +
      meta("twitter:description", "d") +
      meta("description", "c") +
      '<meta property="og:site_name" content="e">' +
      meta("twitter:image", "/f.jpg") +
      meta("date", "2026-01-02") +
      meta("pubdate", "2026-01-01") +
      meta("last-modified", "2026-01-03");
    expect(metadataOf(page(head))).toEqual({
      section: { value: "a", from: "article:section" },
      description: { value: "c", from: "description" },
      publisher: { value: "e", from: "og:site_name" },
      image: { value: "https://news.example/f.jpg", from: "twitter:image" },
      publishedAt: { value: "2026-01-01", from: "pubdate" },
      modifiedAt: { value: "2026-01-03", from: "last-modified" },
    });
  });

  test("a date in the text is one for want of others", () => {
    expect(
      metadataOf(page("", "<time datetime=2026-01-01>x</time><time datetime=2025-01-01>y</time>")).publishedAt,
    ).toEqual({
      value: "2026-01-01",
      from: "time",
    });
    expect(
      metadataOf(page("", "<time datetime=x>x</time><time datetime=2025-01-01>y</time>")).publishedAt,
    ).toBeUndefined();
  });

  const conflictsOf = (head: string): string[] =>
    readHtml(page(head), { url })
      .warnings.filter(({ code }) => code === "metadata-conflict")
      .map(({ detail }) => detail);
  const dates = (one: string, other: string): string => meta("datepublished", one) + meta("pubdate", other);

  test.for([
    ["an hour apart", dates("2026-01-01T08:00:00Z", "2026-01-01T09:00:00Z"), []],
    [
      "more",
      dates("2026-01-01T08:00:00Z", "2026-01-01T09:00:01Z"),
      ['datepublished says "2026-01-01T08:00:00Z", pubdate says "2026-01-01T09:00:01Z".'],
    ],
    ["another spelling of one moment", dates("2026-01-01T08:00:00Z", "2026-01-01T09:00:00+01:00"), []],
    ["the day", dates("2026-01-01T23:00:00Z", "2026-01-01"), []],
    [
      "another hour in a zone",
      dates("2026-01-01T08:00:00+01:00", "2026-01-01T10:00:00+01:00"),
      ['datepublished says "2026-01-01T08:00:00+01:00", pubdate says "2026-01-01T10:00:00+01:00".'],
    ],
    ["another hour, one without a zone", dates("2026-01-01T08:00:00+01:00", "2026-01-01T12:00:00"), []],
    ["another hour, the other without a zone", dates("2026-01-01T08:00:00", "2026-01-01T12:00:00+01:00"), []],
    ["another day", dates("2026-01-01", "2026-01-03"), ['datepublished says "2026-01-01", pubdate says "2026-01-03".']],
    ["a page's date", meta("pubdate", "2026-01-01") + meta("date", "2026-01-03"), []],
    [
      "another address",
      '<link rel="x canonical" href="/a"><meta property="og:url" content="/b">',
      ['link canonical says "https://news.example/a", og:url says "https://news.example/b".'],
    ],
    [
      "another form of the address",
      '<link rel=canonical href="https://www.news.example/a?b#c"><meta property="og:url" content="http://m.news.example/a/">',
      [],
    ],
    [
      "another path of the same letters",
      '<link rel=canonical href="/a/b"><meta property="og:url" content="/ab">',
      ['link canonical says "https://news.example/a/b", og:url says "https://news.example/ab".'],
    ],
    [
      "the title with other signs in it",
      '<meta property="og:title" content="One – thing!"><h1>“One thing” and more</h1>',
      [],
    ],
    ["a title of signs alone", '<meta property="og:title" content="#"><h1>A title</h1>', []],
    [
      "another language",
      meta("content-language", "de") + meta("og:locale", "fr_FR") + meta("language", "en"),
      ['content-language says "de", og:locale says "fr-FR".'],
    ],
  ] as const)("places that say %s", ([, head, expected]) => {
    expect(conflictsOf(head)).toEqual(expected);
  });

  test("more than 200 facts of a kind, or one of more than 4096 characters, are not kept", () => {
    const many = meta("x", "y").repeat(200);
    expect(metadataOf(page(many.slice(meta("x", "y").length) + meta("section", "a"))).section?.value).toBe("a");
    expect(metadataOf(page(many + meta("section", "a"))).section).toBeUndefined();
    expect(metadataOf(page(meta("section", "a".repeat(4096)))).section?.value.length).toBe(4096);
    expect(metadataOf(page(meta("section", "a".repeat(4097)))).section).toBeUndefined();
  });
});
