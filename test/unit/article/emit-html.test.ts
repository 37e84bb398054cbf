import { describe, expect, test } from "vitest";
import { createEmitter } from "../../../shared/article/emit-html.ts";
import { bounds } from "../../../shared/article/policy.ts";
import { readHtml } from "../../../shared/article/read-article.ts";
import { sanitizeHtml } from "../../../shared/article/sanitize-html.ts";

const url = "https://n.example/";
const rel = ' rel="nofollow noopener"';

/** In the table, § stands for the relation of a link, and addresses are shown without their host. */
const shown = (html: string): string => html.replaceAll(rel, "§").replaceAll(url, "/");

describe("any nesting becomes one that has a single parse", () => {
  test.for([
    ["<b><b>x</b>y</b>z", "<b>xy</b>z", "xyz"],
    ["<b>a<i>b<b>c</b>d</i>e</b>f", "<b>a<i>bcd</i>e</b>f", "abcdef"],
    ["<span><span lang=de>a</span>b</span>c", '<span lang="de">a</span>bc', "abc"],
    ["<span lang=de>a<span lang=de>b</span>c</span>d", '<span lang="de">abc</span>d', "abcd"],
    ["<span lang=de>a<span>b</span>c</span>d", '<span lang="de">abc</span>d', "abcd"],
    ["<span>a</span>b", "ab", "ab"],
    ["<p><sup>a<p>b", "<p><sup>a</sup></p>\n<p>b</p>", "a/b"],
    ["<p><b>a<p>b</b>c", "<p><b>a</b></p>\n<p><b>b</b>c</p>", "a/bc"],
    [
      "<div><sup>a<div>b</div>c</sup>d</div>e",
      "<div><sup>a</sup><div><sup>b</sup></div><sup>c</sup>d</div>e",
      "a/b/cd/e",
    ],
    ["<p><em>a<sup>b</p>c</em>d", "<p><em>a<sup>b</sup></em></p><em>c</em>d", "ab/cd"],
    [
      "<b><i><u><s><em><strong><code><small><sub>x",
      "<b><i><u><s><em><strong><code><small>x</small></code></strong></em></s></u></i></b>",
      "x",
    ],
    [
      "<b><i><u><s><em><strong><code><small><a href=/l>x</a>y",
      '<b><i><u><s><em><strong><code><a href="/l"§>x</a>y</code></strong></em></s></u></i></b>',
      "xy",
    ],
    [
      "<a href=/1><b><i><u><s><em><strong><code><small>x",
      '<a href="/1"§><b><i><u><s><em><strong><code>x</code></strong></em></s></u></i></b></a>',
      "x",
    ],
    ["<b lang=de>a<b>b</b>c</b>d", '<b lang="de">a<b>b</b>c</b>d', "abcd"],
    ["<span lang=de>a<span lang=fr>b</span>c</span>", '<span lang="de">a<span lang="fr">b</span>c</span>', "abc"],
    ["<sup>a<sup>b</sup>c</sup>d", "<sup>a<sup>b</sup>c</sup>d", "abcd"],
    ["<a href=/1>a<a href=/2>b</a>c<p>d", '<a href="/1"§>a</a><a href="/2"§>b</a>c\n<p>d</p>', "abc/d"],
    ["<a href=/x><b></a>y</b>z", '<a href="/x"§></a><b>y</b>z', "yz"],
    [
      "<b><table><tr><td><b>a</b>b</table>c</b>d",
      "<table><tbody><tr><td><b>ab</b></td></tr></tbody></table><b>c</b>d",
      "ab/cd",
    ],
    [
      "<b><i><u><s><em><strong><code><small><table><tr><td><a href=/l>x</a>",
      "<table><tbody><tr><td><b><i><u><s><em><strong><code><small>x</small></code></strong></em></s></u></i></b></td></tr></tbody></table>",
      "x",
    ],
    [
      "<b><i><u><s><em><strong><code><table><tr><td><small><a href=/l>x</a>",
      '<table><tbody><tr><td><b><i><u><s><em><strong><code><a href="/l"§>x</a></code></strong></em></s></u></i></b></td></tr></tbody></table>',
      "x",
    ],
    ["<rt>a</rt>b", "ab", "ab"],
    ["<b>a<rt>b</rt>c</b>d", "<b>abc</b>d", "abcd"],
    [
      "<ruby>a<table><tr><td><i>b<rt>c</i>d</table>",
      "<ruby>a</ruby>\n<table><tbody><tr><td><ruby><i>bc</i>d</ruby></td></tr></tbody></table>",
      "a/bcd",
    ],
    ["<ruby>a<rt>b<rt>c</ruby>d", "<ruby>a<rt>b</rt><rt>c</rt></ruby>d", "abcd"],
    ["<ruby>a<rt>b</ruby>c</rt>d", "<ruby>a<rt>b</rt></ruby>cd", "abcd"],
    ["<p><ruby>a<rt>b</p><p>c", "<p><ruby>a<rt>b</rt></ruby></p>\n<p>c</p>", "ab/c"],
    ["<ruby>a<b>b<rt>c</ruby>d", "<ruby>a<b>b</b><rt>c</rt></ruby>d", "abcd"],
    ["<a href=/x>", '<a href="/x"§></a>', ""],
    ["<pre><div></div><p>a", "<pre>a</pre>", "a"],
    [
      "<div><table></div><tr><td>a</table>b</div>c",
      "<div><table><tbody><tr><td>a</td></tr></tbody></table>b</div>c",
      "a/b/c",
    ],
    ["<table><tr lang=de><td>a</table>", '<table><tbody><tr lang="de"><td>a</td></tr></tbody></table>', "a"],
    ["<a href=/x><div></div></a>y", '<a href="/x"§></a>y', "y"],
    ["<a href=/x></a><a href=/y>z</a>", '<a href="/x"§></a><a href="/y"§>z</a>', "z"],
    ["<a href=/x><p>a<p>b</a>c", '<p><a href="/x"§>a</a></p>\n<p><a href="/x"§>b</a>c</p>', "a/bc"],
    ["<a href=/x>a<a name=y>b</a>c", '<a href="/x"§>a</a>bc', "abc"],
    [
      "<a href=/x><b>a<a href=/y>b</b>c</a>d",
      '<a href="/x"§><b>a</b></a><b><a href="/y"§>b</a></b><a href="/y"§>c</a>d',
      "abcd",
    ],
    ["<h2>a</h3>b", "<h2>a</h2>b", "a/b"],
    ["<div>a</h2>b</div>c", "<div>a<br>b</div>c", "a/b/c"],
    ["<h2>a</section>b</h2>c", "<h2>a<br>b</h2>c", "a/b/c"],
    ["<p><div>a</div>b", "<div>a</div>b", "a/b"],
    ["<h2>a<h3>b</h2>c", "<h2>a</h2>\n<h3>b</h3>c", "a/b/c"],
    ["<h2>a<p>b</p>c</h2>d", "<h2>a</h2>\n<p>b</p>c<br>d", "a/b/c/d"],
    ["<h2><p>a</p></h2>", "<h2>a</h2>", "a"],
    ["<pre>a<div>b</div>c</pre>d", "<pre>a<br>b<br>c</pre>d", "a/b/c/d"],
    ["<pre>a<p>b<h2>c</pre>", "<pre>a<br>b</pre>\n<h2>c</h2>", "a/b/c"],
    ["<pre><ul><li>a</ul></pre>b", "<ul><li>a</li></ul>b", "a/b"],
    ["<p>a<pre>b</pre>c", "<p>a</p>\n<pre>b</pre>c", "a/b/c"],
    ["<p>a<ul><li>b</ul>c</p>d", "<p>a</p>\n<ul><li>b</li></ul>c<br>d", "a/b/c/d"],
    ["<hr>a", "<hr>a", "a"],
    ["<p>a<hr>b", "<p>a</p>\n<hr>b", "a/b"],
    ["<b>a<hr>b</b>", "<b>a</b>\n<hr><b>b</b>", "a/b"],
    ["<ul>a<li>b</ul>", "<ul>a<li>b</li></ul>", "a/b"],
    ["<ul><hr><li>b</ul>", "<ul><hr><li>b</li></ul>", "b"],
    ["<table><hr></table>", "<table><tbody><tr><td><hr></td></tr></tbody></table>", ""],
    ["<table><tr><hr><td>a</table>", "<table><tbody><tr><td><hr></td><td>a</td></tr></tbody></table>", "a"],
    ["<li>a<ul><li>b</ul><li>c", "<div>a<ul><li>b</li></ul></div>\n<div>c</div>", "a/b/c"],
    ["<dt>a<dd>b<dt>c", "<div>a<div>b</div></div>\n<div>c</div>", "a/b/c"],
    ["<dl><dt>a<dl><dd>b</dl><dd>c</dl>", "<dl><dt>a<dl><dd>b</dd></dl></dt><dd>c</dd></dl>", "a/b/c"],
    [
      "<ul><li>a<table><caption><li>b</table><li>c</ul>",
      "<ul><li>a<table><caption><div>b</div></caption></table></li><li>c</li></ul>",
      "a/b/c",
    ],
    ["<li>a<table><caption><li>b</table>c", "<div>a<table><caption><div>b</div></caption></table>c</div>", "a/b/c"],
    [
      "<b><table><caption>a</b>b</caption><tr><td>c</table>d</b>e",
      "<table><caption><b>ab</b></caption><tbody><tr><td><b>c</b></td></tr></tbody></table><b>d</b>e",
      "ab/c/de",
    ],
    [
      "<table><caption><b>a</caption><tr><td>c</table>d",
      "<table><caption><b>a</b></caption><tbody><tr><td>c</td></tr></tbody></table>d",
      "a/c/d",
    ],
    ["<table><table><tr><td>a</table>b</table>c", "<table><tbody><tr><td>a</td></tr></tbody></table>b<br>c", "a/b/c"],
    [
      "<ul><li>a<table><tr><td><li>b</table><li>c</ul>",
      "<ul><li>a<table><tbody><tr><td><div>b</div></td></tr></tbody></table></li><li>c</li></ul>",
      "a/b/c",
    ],
    ["<ul><li>a<p>b<li>c</ul>", "<ul><li>a<p>b</p></li><li>c</li></ul>", "a/b/c"],
    ["<dd>a<li>b<dd>c", "<div>a<div>b</div></div>\n<div>c</div>", "a/b/c"],
    [
      "<table><caption>a<table><tr><td>b</table>c</caption><tr><td>d</table>",
      "<table><caption>a<table><tbody><tr><td>b</td></tr></tbody></table>c</caption><tbody><tr><td>d</td></tr></tbody></table>",
      "a/b/c/d",
    ],
    [
      "<table><td>a<td>b<tr><td>c<tbody><tr><td>d</table>",
      "<table><tbody><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></tbody><tbody><tr><td>d</td></tr></tbody></table>",
      "a | b/c/d",
    ],
    [
      "<table><thead><td>a<tfoot><td>b</table>",
      "<table><thead><tr><td>a</td></tr></thead><tfoot><tr><td>b</td></tr></tfoot></table>",
      "a/b",
    ],
    [
      "<table><tr><td>a<table><tr><td>b</table>c<td>d</table>e",
      "<table><tbody><tr><td>a<table><tbody><tr><td>b</td></tr></tbody></table>c</td><td>d</td></tr></tbody></table>e",
      "a/b/c/d/e",
    ],
    [
      "<table><tr><td>a</td>b<td>c</td></tr>d</table>e",
      "<table><tbody><tr><td>a</td><td>b</td><td>c</td></tr><tr><td>d</td></tr></tbody></table>e",
      "a | b | c/d/e",
    ],
    [
      "<table>a<table>b</table>c</table>d",
      "<table><tbody><tr><td>a<table><tbody><tr><td>b</td></tr></tbody></table>c</td></tr></tbody></table>d",
      "a/b/c/d",
    ],
    [
      "<table><tr><td>a</table>b</td>c</table>d",
      "<table><tbody><tr><td>a</td></tr></tbody></table>b<br>c<br>d",
      "a/b/c/d",
    ],
    [
      "<table><tr><td><p>a</td><td>b</p></table>",
      "<table><tbody><tr><td><p>a</p></td><td>b</td></tr></tbody></table>",
      "a | b",
    ],
    ["<table><tr><td></td><td>a</td></tr></table>", "<table><tbody><tr><td></td><td>a</td></tr></tbody></table>", "a"],
    ["<table></table>a", "a", "a"],
    ["<table><tr></tr></table>a", "a", "a"],
    ["<table><caption></caption><tr><td>a</table>", "<table><tbody><tr><td>a</td></tr></tbody></table>", "a"],
    [
      "<table><tr><td><div>a</tr></div><td>b</table>",
      "<table><tbody><tr><td><div>a</div></td></tr><tr><td>b</td></tr></tbody></table>",
      "a/b",
    ],
    [
      "<table><tr><td>a</tbody>b<td>c</table>d",
      "<table><tbody><tr><td>a</td></tr></tbody><tbody><tr><td>b</td><td>c</td></tr></tbody></table>d",
      "a/b | c/d",
    ],
    ["<table><div>a</div><p>b</table>", "<table><tbody><tr><td><div>a</div><p>b</p></td></tr></tbody></table>", "a/b"],
    ["<tr><td>a</tr>b", "a<br>b", "a/b"],
    [
      "<div><table><tr><td>a</div>b</table>c</div>d",
      "<div><table><tbody><tr><td>a<br>b</td></tr></tbody></table>c</div>d",
      "a/b/c/d",
    ],
    [
      "<table><tr><td><b>a<td>b</b>c</table>d",
      "<table><tbody><tr><td><b>a</b></td><td>bc</td></tr></tbody></table>d",
      "a | bc/d",
    ],
    [
      "<b><table><tr><td>a</b>b</table>c</b>d",
      "<table><tbody><tr><td><b>ab</b></td></tr></tbody></table><b>c</b>d",
      "ab/cd",
    ],
    [
      "<a href=/x><table><tr><td>a<td><a href=/y>b</a>c</table>d</a>e",
      '<table><tbody><tr><td><a href="/x"§>a</a></td><td><a href="/y"§>b</a>c</td></tr></tbody></table><a href="/x"§>d</a>e',
      "a | bc/de",
    ],
    [
      "<sup><table><tr><td>a<td>b</table>c</sup>d",
      "<table><tbody><tr><td><sup>a</sup></td><td><sup>b</sup></td></tr></tbody></table><sup>c</sup>d",
      "a | b/cd",
    ],
    [" a <b> b </b> <i> c </i> d ", "a <b>b</b> <i>c</i> d", "a b c d"],
    ["a<b> </b>b", "a b", "a b"],
    ["a <br> b", "a <br>b", "a/b"],
    ["a<wbr>b<img src=/i>c", 'a<wbr>b<img src="/i">c', "abc"],
    ["a<br><br>b", "a<br><br>b", "a/b"],
    ["<p>a<br></p>b", "<p>a<br></p>b", "a/b"],
    ["<br>a", "<br>a", "a"],
    ["<p> </p>a<p>&nbsp;</p>b", "a\n<p>&nbsp;</p>b", "a/b"],
    ["a\n\n<b>\tb</b>", "a <b>b</b>", "a b"],
    ["<p>a</p> <p>b</p> c", "<p>a</p>\n<p>b</p>c", "a/b/c"],
    ["<div>a<div>b</div>c</div>", "<div>a<div>b</div>c</div>", "a/b/c"],
    ["a<div>b</div>c<div></div>d", "a\n<div>b</div>c<br>d", "a/b/c/d"],
    ["<div> a</div><div>b </div>", "<div>a</div>\n<div>b</div>", "a/b"],
    ["<pre>a \n  b <b> c\n</b> </pre>", "<pre>a \n  b <b> c\n</b> </pre>", "a/b c"],
    ["<pre>\n\n</pre>a", "a", "a"],
    ["<pre><b>\n</b>a</pre>", "<pre>a</pre>", "a"],
    ["<b><pre>\na</pre></b>", "<pre><b>a</b></pre>", "a"],
    ["<div><pre>\n a</pre></div>", "<div><pre> a</pre></div>", "a"],
    ["<pre>a</pre><pre>\nb</pre>", "<pre>a</pre>\n<pre>b</pre>", "a/b"],
    ["<pre>a\n\n<i>\n</i>b</pre>", "<pre>a\n\n<i>\n</i>b</pre>", "a/b"],
    ["<details><summary>a</summary>b</details>", "<details><summary>a</summary>b</details>", "a/b"],
    [
      "<figure><img src=/i><figcaption>a</figcaption></figure>",
      '<figure><img src="/i"><figcaption>a</figcaption></figure>',
      "a",
    ],
    ["<section><article>a</article></section>", "<section><article>a</article></section>", "a"],
    ["<blockquote>a<cite>b</cite></blockquote>", "<blockquote>a<cite>b</cite></blockquote>", "ab"],
    ["</p>a</div>b</b>c</li>d</table>e", "a<br>bc<br>d<br>e", "a/bc/d/e"],
    ["<p>a</div>b", "<p>a<br>b</p>", "a/b"],
    ["<div><p>a</div>b", "<div><p>a</p></div>b", "a/b"],
    ["<div><b>a</div>b</b>c", "<div><b>a</b></div><b>b</b>c", "a/bc"],
    ["<ul><li>a</ol>b</ul>c", "<ul><li>a<br>b</li></ul>c", "a/b/c"],
    ["<p><b lang=de>a<p>b", '<p><b lang="de">a</b></p>\n<p><b lang="de">b</b></p>', "a/b"],
    ["<p><sup lang=de>a<p>b", '<p><sup lang="de">a</sup></p>\n<p>b</p>', "a/b"],
  ] as const)("%j", ([input, html, lines]) => {
    const reading = readHtml(input, { url });
    expect(shown(reading.html)).toBe(html);
    expect(reading.lines.map(({ text }) => text).join("/")).toBe(lines);
  });

  const nested = (name: string, depth: number, inner: string): string =>
    `${`<${name}>`.repeat(depth)}${inner}${`</${name}>`.repeat(depth)}`;

  test("no more than 80 blocks deep, a table's parts and inline elements aside", () => {
    expect(readHtml(nested("div", 80, "a")).html).toBe(nested("div", 80, "a"));
    expect(readHtml(`${nested("div", 81, "a")}b`).html).toBe(`${nested("div", 80, "a")}b`);
    const open = "<div>".repeat(80);
    const close = "</div>".repeat(80);
    // The end tag of an element that found no room ends no other, and is not waited for when all have ended.
    expect(readHtml(`${open}<div>a</div>b${close}c`).html).toBe(`${open}a<br>b${close}c`);
    expect(readHtml(`${open}<section>a${close}<section>b</section>c`).html).toBe(
      `${open}a${close}\n<section>b</section>c`,
    );
    // Also behind one of its name that did, and where an element between has ended.
    const [outer, ends] = ["<div>".repeat(78), "</div>".repeat(78)];
    expect(readHtml(`${outer}<section><section>a</section><div><section>b</section>c`).html).toBe(
      `${outer}<section><section>a</section><div>b<br>c</div></section>${ends}`,
    );
    expect(readHtml(`<section>${outer}<div><section>a</div>b</section>c`).html).toBe(
      `<section>${outer}<div>a</div>b<br>c${ends}</section>`,
    );
    const table = "<table><tbody><tr><td><b>a</b></td></tr></tbody></table>";
    expect(readHtml(nested("div", 79, table)).html).toBe(nested("div", 79, table));
    const cell = ["<table><tbody><tr><td>", "</td></tr></tbody></table>"] as const;
    expect(readHtml(cell.join(nested("div", 76, `<table><tr><td>a</td></tr></table>b`))).html).toBe(
      cell.join(nested("div", 76, "a<br>b")),
    );
    expect(readHtml(nested("div", 80, `${table}b`)).html).toBe(nested("div", 80, "<b>a</b><br>b"));
  });
});

describe("the blocks of a document", () => {
  const spansOf = (html: string) =>
    sanitizeHtml(html, undefined).spans.map(({ source, parent, start, end, text, linked }) => [
      source,
      parent,
      start,
      end,
      text,
      linked,
    ]);

  test("are remembered with their place, their text and what of it is in links", () => {
    const [first, second] = [
      '<div>ab<a href="https://a.example/"§>cde</a><p>f</p>g</div>'.replace("§", rel),
      "<pre>h\ni</pre>",
    ];
    const { html } = sanitizeHtml(`<body>${first}${second}<nav></nav>`, undefined);
    expect(html).toBe(`${first}\n${second}`);
    const paragraph = first.indexOf("<p>");
    expect(spansOf(`<body>${first}${second}<nav></nav>`)).toEqual([
      ["div", -1, 0, first.length, 6, 3],
      ["p", 0, paragraph, paragraph + "<p>f</p>".length, 1, 0],
      ["pre", -1, first.length + 1, html.length, 3, 0],
    ]);
  });

  test("count a character of a dense script for two and a half", () => {
    expect(spansOf("<body><p>ab</p><p>東京</p><p>กข</p><p>äß</p>").map(([, , , , text]) => text)).toEqual([2, 5, 5, 2]);
  });

  test("are not remembered of a fragment", () => {
    expect(spansOf("<time>now</time><div>a</div>")).toEqual([]);
  });

  test("are remembered by their names in the input, and nested through what is not written", () => {
    expect(spansOf("<body><h2><div>a</div></h2><p></p>").map(([, , , , text]) => text)).toEqual([1]);
    const spans = spansOf("<body><main><h2><div>a</div></h2></main>");
    expect(spans.map(([source, parent, , , text]) => [source, parent, text])).toEqual([
      ["main", -1, 0],
      ["h2", 0, 1],
    ]);
  });
});

test("where attributes have no room, their elements stay, and what pre would swallow goes", () => {
  const far = { url: `${url}${"x".repeat(2000)}/` };
  expect(readHtml("<blockquote cite=a>x</blockquote>", far).html).toBe("<blockquote>x</blockquote>");
  expect(readHtml("<pre><a href=a></a>\n\nb</pre>", far).html).toBe("<pre>b</pre>");
});

test("an element without content is written where its attributes have room", () => {
  const emitter = createEmitter();
  const attributes = ` alt="${"x".repeat(bounds.outputSlack - '<img alt="">'.length)}"`;
  expect(emitter.addVoid("img", attributes.replace('"x', '"xx'))).toBe(false);
  expect(emitter.addVoid("img", attributes)).toBe(true);
  expect(emitter.addVoid("img", ' alt=""')).toBe(false);
  expect(emitter.addVoid("br", "")).toBe(true);
  expect(emitter.addVoid("hr", "")).toBe(true);
  expect(emitter.finish().html).toBe(`<img${attributes}><br>\n<hr>`);
});
