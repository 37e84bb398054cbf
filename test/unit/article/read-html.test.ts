import { describe, expect, test } from "vitest";
import { bounds } from "../../../shared/article/policy.ts";
import { readHtml, UnsafeOutputError } from "../../../shared/article/read-article.ts";

const url = "https://news.example/2026/11/article.html";
const link = (href: string, text: string): string => `<a href="${href}" rel="nofollow noopener">${text}</a>`;

describe("sanitized HTML", () => {
  test.for([
    ["paragraphs close each other", "<p>a<p>b", "<p>a</p>\n<p>b</p>"],
    ["emphasis goes on in the next paragraph", "<p>a<b>b<p>c</b>d", "<p>a<b>b</b></p>\n<p><b>c</b>d</p>"],
    ["inline elements move into blocks", "<b><div>x</div></b>", "<div><b>x</b></div>"],
    ["misnested emphasis", "<b>a<i>b</b>c</i>d", "<b>a<i>b</i></b><i>c</i>d"],
    ["spaces collapse and move out", "<p> a <b> b </b> c </p>", "<p>a <b>b</b> c</p>"],
    ["empty blocks vanish, but part what they parted", "a<div></div>b<p></p>", "a<br>b"],
    [
      "lists get their items",
      "<ul><li>a<li>b<ol start=3><li>c</ol></ul>",
      '<ul><li>a</li><li>b<ol start="3"><li>c</li></ol></li></ul>',
    ],
    ["an item without a list is a block", "<li>a<li>b", "<div>a</div>\n<div>b</div>"],
    ["definitions", "<dl><dt>a<dd>b<dt>c</dl>", "<dl><dt>a</dt><dd>b</dd><dt>c</dt></dl>"],
    [
      "tables get their parts",
      "<table><tr><td colspan=2>a<th scope=ROW>b",
      '<table><tbody><tr><td colspan="2">a</td><th scope="row">b</th></tr></tbody></table>',
    ],
    [
      "text in a table gets a cell",
      "<table>x<tr><td>y</table>",
      "<table><tbody><tr><td>x</td></tr><tr><td>y</td></tr></tbody></table>",
    ],
    [
      "caption and sections",
      "<table><caption>a</caption><thead><tr><th>b<tbody><tr><td>c</table>",
      "<table><caption>a</caption><thead><tr><th>b</th></tr></thead><tbody><tr><td>c</td></tr></tbody></table>",
    ],
    ["cells without a table are text", "<td>a</td><td>b</td>", "a<br>b"],
    ["a heading with a block in it", "<h2><div>a</div></h2><p>b", "<h2>a</h2>\n<p>b</p>"],
    ["a heading that was not closed", "<h2>a<p>b", "<h2>a</h2>\n<p>b</p>"],
    ["pre keeps its spaces", "<pre>\n a\n  b</pre>", "<pre> a\n  b</pre>"],
    [
      "links do not nest",
      '<a href="https://a.example/1">x<a href="https://a.example/2">y</a>',
      link("https://a.example/1", "x") + link("https://a.example/2", "y"),
    ],
    [
      "links lose trackers, credentials and targets",
      '<a href="https://u:p@a.example/?utm_source=x&a=1&fbclid=2" target=_blank rel=opener>x</a>',
      link("https://a.example/?a=1", "x"),
    ],
    ["relative links are resolved", "<a href=../b?c#d>x</a>", link("https://news.example/2026/b?c#d", "x")],
    [
      "mail and telephone links stay",
      "<a href=mailto:a@b.example>x</a><a href=tel:+4930>y</a>",
      link("mailto:a@b.example", "x") + link("tel:+4930", "y"),
    ],
    ["an anchor is no link", "<a name=x>y</a>", "y"],
    ["a link without text stays", '<a href="/x"><svg><path/></svg></a>', link("https://news.example/x", "")],
    [
      "lazy images get their source",
      '<img src="data:image/gif;base64,R0" data-src="/i.jpg" alt="A" width=3 height=2px class=x>',
      '<img src="https://news.example/i.jpg" alt="A" width="3" height="2">',
    ],
    [
      "placeholders give way",
      '<img src="/static/placeholder.gif" data-original="https://c.example/i.jpg">',
      '<img src="https://c.example/i.jpg">',
    ],
    [
      "pictures give their source",
      '<picture><source srcset="/a.webp 1x, /b.webp 2x"><img alt=""></picture>',
      '<img src="https://news.example/b.webp" srcset="https://news.example/a.webp 1x, https://news.example/b.webp 2x" alt="">',
    ],
    [
      "the fallback of a lazy image is used",
      '<img data-foo=x><noscript><img src="/i.jpg"></noscript>',
      '<img src="https://news.example/i.jpg">',
    ],
    [
      "the fallback of a good image is not",
      '<img src="/i.jpg"><noscript><img src="/i.jpg"></noscript>',
      '<img src="https://news.example/i.jpg">',
    ],
    [
      "players become links",
      '<video title="The clip"><source src="/v.mp4">no</video>',
      link("https://news.example/v.mp4", "The clip"),
    ],
    [
      "known embeds become links",
      '<iframe src="https://www.youtube-nocookie.com/embed/abcdefghijk?rel=0"></iframe>',
      link("https://www.youtube.com/watch?v=abcdefghijk", "YouTube"),
    ],
    ["unknown frames go", 'a<iframe src="https://ads.example/">b</iframe>c', "ac"],
    ["scripts and styles go", "a<script>b</script><style>c</style>d", "ad"],
    ["SVG goes, but not what stands after it", "<svg><text>a</text><p>b</svg>d", "<p>bd</p>"],
    [
      "a formula becomes its text, letters and operators apart",
      "a <math><mfrac><mn>1</mn><mn>2</mn></mfrac><mo>&lt;</mo><mi>x</mi></math>, b",
      "a 1 2 &lt; x, b",
    ],
    [
      "a formula becomes the alternative that the author gave",
      'a <math alttext="1/2 < x"><mn>1</mn><mn>2</mn></math> b',
      "a 1/2 &lt; x b",
    ],
    [
      "a formula's source and scripts are not its text",
      "<math><semantics><mi>x</mi><annotation>\\x</annotation></semantics><script>y</script><mtext><style>z</style></mtext></math>",
      "x",
    ],
    ["old names", "<strike>a</strike><tt>b</tt><center>c</center>", "<s>a</s><code>b</code>\n<div>c</div>"],
    ["unknown elements are unwrapped", "<my-box>a</my-box><blink>b</blink>", "ab"],
    ["raw text is shown as text", "<xmp><b>a</b></xmp>", "<pre>&lt;b&gt;a&lt;/b&gt;</pre>"],
    [
      "a link in a cell ends the link around the table in it",
      "<a href=/x><i><table><tr><td>a<a href=/y>b</table>",
      `<table><tbody><tr><td><a href="https://news.example/x" rel="nofollow noopener"><i>a</i></a><i>${link("https://news.example/y", "b")}</i></td></tr></tbody></table>`,
    ],
    ["newlines at the start of pre", "<pre>\n\na\nb</pre>", "<pre>a\nb</pre>"],
    ["newlines at the start of emphasis in pre", "<b><pre>\n\na\nb</pre>", "<pre><b>a\nb</b></pre>"],
    ["ruby", "<ruby>漢<rp>(<rt>かん<rp>)</ruby>", "<ruby>漢<rp>(</rp><rt>かん</rt><rp>)</rp></ruby>"],
    [
      "language and direction",
      '<p lang=fr dir=RTL>a<span lang="de">b</span><span class=x>c</span>',
      '<p lang="fr" dir="rtl">a<span lang="de">b</span>c</p>',
    ],
    [
      "invalid values go",
      '<p lang="<x>" dir=up>a<time datetime="<b>">b</time><td colspan=x>',
      "<p>a<time>b</time></p>",
    ],
    [
      "special characters are escaped",
      '<abbr title="&quot;&lt;&amp;&nbsp;&gt;">&lt;&amp;&nbsp;"</abbr>',
      '<abbr title="&quot;&lt;&amp;&nbsp;&gt;">&lt;&amp;&nbsp;"</abbr>',
    ],
    ["soft hyphens and joiners stay", "a\u00adb\u200cc\u200dd", "a\u00adb\u200cc\u200dd"],
    ["controls, noncharacters and lone surrogates do not", "a\u0000b\u0008c\ufffed\ud800e", "abcd\ufffde"],
    ["bidi controls are paired", "\u202eabc", "\u202eabc\u202c"],
  ] as const)("%s", ([, input, output]) => {
    expect(readHtml(input, { url }).html).toBe(output);
  });

  test("without an address relative ones stay, and a warning says so", () => {
    const { html, warnings } = readHtml("<a href=/x>y</a><img src=i.png>");
    expect(html).toBe(`${link("/x", "y")}<img src="i.png">`);
    expect(warnings.map(({ code }) => code)).toContain("relative-url");
  });

  test("what was removed is counted by rule", () => {
    const { removed } = readHtml("<p onclick=a style=b class=c>x<script>y</script><font color=red>z<p onload=d>");
    expect(removed).toEqual([
      { what: "on*", rule: "event-handler", count: 2 },
      { what: "style", rule: "style", count: 1 },
      { what: "class", rule: "style", count: 1 },
      { what: "<script>", rule: "element-dropped", count: 1 },
      { what: "<font>", rule: "element-unwrapped", count: 1 },
    ]);
  });

  test("a flood of invented names is counted together", () => {
    const html = Array.from({ length: 500 }, (_, index) => `<x${index}>`).join("");
    const { removed } = readHtml(html);
    expect(removed.length).toBeLessThanOrEqual(101);
    expect(removed.reduce((sum, { count }) => sum + count, 0)).toBe(500);
  });
});

test("what the sanitizer's own check does not let through is given to nobody", () => {
  const loosened: { maxBlockDepth: number } = bounds;
  const { maxBlockDepth } = loosened;
  loosened.maxBlockDepth = 200;
  try {
    readHtml(`${"<div>".repeat(101)}a`);
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(UnsafeOutputError);
    expect((error as UnsafeOutputError).found).toEqual({ metadata: {}, lines: [{ text: "a" }] });
  } finally {
    loosened.maxBlockDepth = maxBlockDepth;
  }
});

describe("the text of HTML", () => {
  test.for([
    ["blocks are lines", "<h1>a</h1><p>b<br>c</p><ul><li>d<li>e</ul>f", ["a", "b", "c", "d", "e", "f"]],
    ["table rows are lines", "<table><tr><th>a<th>b<tr><td>c<td><td>d</table>", ["a | b", "c | | d"]],
    ["tables for layout are not", "<table><tr><td><p>a<p>b<td>c</table>", ["a", "b", "c"]],
    ["references are decoded, spaces collapsed", "<p>a&nbsp;&amp;\n  b&auml;</p>", ["a\u00a0& bä"]],
    ["blocks of pre are lines", "<pre>a\nb  c</pre>", ["a", "b c"]],
  ] as const)("%s", ([, html, lines]) => {
    const reading = readHtml(html);
    expect(reading.lines.map(({ text }) => text)).toEqual(lines);
    expect(reading.text).toBe(lines.join("\n"));
  });

  test("links to embeds are marked", () => {
    const { lines } = readHtml('<p>a</p><iframe src="https://player.vimeo.com/video/1"></iframe>');
    expect(lines).toEqual([{ text: "a" }, { text: "Vimeo", boilerplate: "embed" }]);
  });
});
