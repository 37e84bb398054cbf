import { describe, expect, test } from "vitest";
import { SubmissionMetadata } from "../../../shared/api/submission.ts";
import { expandXhtml } from "../../../shared/formats/expand-xhtml.ts";
import { readItems } from "../../../shared/formats/read-items.ts";
import { readSingleItem } from "../../../shared/formats/read-single-item.ts";
import { findProblem, listItems, makeAtom, makeRss, submitted } from "./read-fixture.ts";

const xml = "application/xml";
const rssItem = (fields: string) =>
  submitted(listItems(makeRss(`<item><description>x</description>${fields}</item>`), xml));
const codes = (fields: string) => rssItem(fields).document.warnings.map(({ code }) => code);

describe("metadata that breaks a limit is cut or left out, with a warning", () => {
  test.each<[string, string, string[]]>([
    ["a long title", `<title>${"é".repeat(1001)}</title>`, ["metadata-cut"]],
    ["a title that is cut within a surrogate pair", `<title>x${"🎉".repeat(500)}</title>`, ["metadata-cut"]],
    ["300 tags", Array.from({ length: 300 }, (_, n) => `<category>c${n}</category>`).join(""), ["metadata-cut"]],
    ["a long tag", `<category>${"c".repeat(101)}</category>`, ["metadata-cut"]],
    ["60 authors", Array.from({ length: 60 }, (_, n) => `<dc:creator>a${n}</dc:creator>`).join(""), ["metadata-cut"]],
    ["a URL of another scheme", "<link>javascript:alert(1)</link>", ["metadata-left-out"]],
    ["a URL with a password", "<link>https://a:b@feed.example/</link>", ["metadata-left-out"]],
    ["a URL that is too long", `<link>https://feed.example/${"x".repeat(2048)}</link>`, ["metadata-left-out"]],
    ["a language that is none", "<dc:language>English (UK)</dc:language>", ["metadata-left-out"]],
    ["a long guid", `<guid isPermaLink="false">${"g".repeat(513)}</guid>`, ["id-hashed"]],
    ["a date", "<pubDate>soon</pubDate>", ["date-unreadable"]],
  ])("%s", (_, fields, expected) => {
    expect(codes(fields)).toEqual(expected);
    expect(SubmissionMetadata.safeParse(rssItem(fields).metadata).success).toBe(true);
  });

  test("a locale is a language, and equal tags are one", () => {
    const { metadata } = rssItem("<dc:language>en_gb</dc:language><category>A</category><category> A </category>");
    expect(metadata).toMatchObject({ language: "en-GB", tags: ["A"] });
    expect(codes("<dc:language>en_gb</dc:language>")).toEqual([]);
  });

  test("an ID that is too long becomes the same one each time, and another for another", () => {
    const idOf = (guid: string) => rssItem(`<guid>${guid}</guid>`).partnerArticleId;
    expect(idOf("g".repeat(600))).toBe(idOf("g".repeat(600)));
    expect(idOf("g".repeat(600))).not.toBe(idOf("g".repeat(601)));
  });

  test("an ID that comes twice is said on the later item", () => {
    const items = listItems(makeRss("<item><guid>g</guid><description>x</description></item>".repeat(2)), xml);
    expect(submitted(items, 0).document.warnings).toEqual([]);
    expect(submitted(items, 1).document.warnings.map(({ code }) => code)).toEqual(["id-repeated"]);
  });
});

describe("addresses", () => {
  test.each<[string, string | undefined]>([
    ["<link>/a</link>", "https://feed.example/a"],
    ["<link>a?b=1&amp;c=2</link>", "https://feed.example/news/a?b=1&c=2"],
    ["<link> https://other.example/a </link>", "https://other.example/a"],
    ["<guid>https://feed.example/g</guid>", "https://feed.example/g"],
    ['<guid isPermaLink="false">https://feed.example/g</guid>', undefined],
    ["<guid>tag:feed.example,2026:1</guid>", undefined],
    ["", undefined],
  ])("%s", (fields, url) => {
    expect(rssItem(fields).metadata.url).toBe(url);
  });
});

describe("titles of RSS, which may be HTML and do not say so", () => {
  test.each<[string, string]>([
    ["AT&amp;T", "AT&T"],
    ["AT&amp;amp;T", "AT&T"],
    ["Caf&amp;eacute; &amp;#8211; open", "Café – open"],
    ["A &lt;b&gt;bold&lt;/b&gt; step", "A bold step"],
    ["List&lt;String&gt; explained", "List<String> explained"],
    ["3 &lt; 4 &amp; 5", "3 < 4 & 5"],
    ["<![CDATA[Q&A: <i>why</i>]]>", "Q&A: why"],
    ["  two\n lines ", "two lines"],
  ])("%s", (title, expected) => {
    expect(rssItem(`<title>${title}</title>`).metadata.title).toBe(expected);
  });
});

describe("content of Atom", () => {
  const entry = (content: string) => listItems(makeAtom(`<entry><id>1</id>${content}</entry>`), xml);
  test.each<[string, string, string]>([
    ["<content>a &lt;b&gt; c</content>", "text", "a <b> c"],
    ['<content type="text">a &lt;b&gt; c</content>', "text", "a <b> c"],
    ['<content type="html">&lt;b&gt;c&lt;/b&gt;</content>', "html", "<b>c</b>"],
    ['<content type="text/html"><![CDATA[<b>c</b>]]></content>', "html", "<b>c</b>"],
    ['<content type="text/plain">a</content>', "text", "a"],
    [
      '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">a<p class="x"/>&amp;</div></content>',
      "html",
      'a<p class="x"></p>&amp;',
    ],
  ])("%s", (content, form, value) => {
    expect(submitted(entry(content)).document).toMatchObject({ form, content: value });
  });

  test.each([
    '<content src="https://a.example/x.html" type="text/html"/>',
    '<content type="image/png">aGk=</content>',
    "<title>x</title>",
  ])("%s is refused", (content) => {
    expect(entry(content)).toMatchObject([{ problem: { errors: [{ pointer: "/content" }] } }]);
  });
});

test.each<[string, string]>([
  ["<p/>", "<p></p>"],
  ["<br/><img src='a>b'/>", "<br/><img src='a>b'/>"],
  ['<iframe src="x" />', '<iframe src="x"></iframe>'],
  ["<![CDATA[a < b & c]]>", "a &lt; b &amp; c"],
  ["<!-- <p/> -->", "<!-- <p/> -->"],
  ["a < b <p", "a < b <p"],
])("%s in XHTML is %s in HTML", (xhtml, html) => {
  expect(expandXhtml(xhtml)).toBe(html);
});

describe("encodings of XML (RFC 7303)", () => {
  const feed = (encoding: string) =>
    makeRss("<item><description>Café €</description></item>").replace('"1.0"', `"1.0" encoding="${encoding}"`);
  const latin = (encoding: string) =>
    Buffer.concat(
      feed(encoding)
        .split("€")
        .flatMap((part, index) => [...(index > 0 ? [Buffer.of(0x80)] : []), Buffer.from(part, "latin1")]),
    );
  test.each<[string, Buffer, string | undefined]>([
    ["UTF-8", Buffer.from(feed("utf-8")), undefined],
    ["a byte order mark against the declaration", Buffer.from(`\ufeff${feed("iso-8859-1")}`), undefined],
    ["the declaration", latin("windows-1252"), undefined],
    ["ISO 8859-1, which to browsers is windows-1252", latin("ISO-8859-1"), undefined],
    ["Content-Type against the declaration", latin("utf-8"), "windows-1252"],
    ["UTF-16 with a mark", Buffer.from(`\ufeff${feed("utf-16")}`, "utf16le"), undefined],
    ["UTF-16 without a mark", Buffer.from(feed("utf-16"), "utf16le"), undefined],
    ["UTF-16 without a mark, big end first", Buffer.from(feed("utf-16"), "utf16le").swap16(), undefined],
    ["UTF-8 that calls itself UTF-16", Buffer.from(feed("utf-16")), undefined],
  ])("%s", (_, bytes, charset) => {
    expect(submitted(listItems(bytes, xml, charset)).document).toMatchObject({ content: "Café €", warnings: [] });
  });

  test("bytes that do not fit are said on each item", () => {
    expect(submitted(listItems(latin("utf-8"), xml)).document.warnings).toMatchObject([{ code: "encoding-mismatch" }]);
  });
});

describe("JSON", () => {
  test.each<[string, string, string]>([
    ["nothing", "", "malformed-json"],
    ["half of it", '{"text":', "malformed-json"],
    ["a fault", '{"text": x}', "malformed-json"],
    ["a feed without items", '{"version":"https://jsonfeed.org/version/1.1"}', "invalid-submission"],
  ])("%s", (_, document, kind) => {
    expect(findProblem(document, "application/json").kind).toBe(kind);
  });

  test("not UTF-8", () => {
    expect(findProblem(Buffer.from('{"text":"é"}', "latin1"), "application/json").kind).toBe("malformed-encoding");
  });

  test("no problem quotes the document", () => {
    expect(findProblem('{"secret": oops}', "application/json").message).not.toMatch(/secret|oops/);
  });
});

describe("a document that must be one article", () => {
  const single = (body: string, mediaType: string) => () => readSingleItem(readItems(Buffer.from(body), { mediaType }));
  test("is that article", () => {
    expect(single('{"text":"x"}', "application/json")()).toMatchObject({ action: "submit" });
    expect(single('[{"text":"x"}]', "application/json")()).toMatchObject({ action: "submit" });
  });
  test.each([
    ["none", "[]", /no item/],
    ["two", '[{"text":"x"},{"text":"y"}]', /more than one/],
    ["a bad one", '[{"txt":"x"}]', /txt/],
  ])("%s is a problem", (_, body, message) => {
    expect(single(body, "application/json")).toThrow(message);
  });
});
